"""Three hundred chats at once on a real server, and a server that is killed in the middle of many."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest
from rich.console import Console

from baton.embedded_redis import borrowed_redis
from benchmarks.chat_load import QUESTION, Server, baton, measure, opened, table_of
from benchmarks.chat_session import ChatSession
from handoffs.events import CustomerSaid, Said
from memory.session.redis_client import connect
from memory.session.redis_log import RedisSessionLog
from tracing.join import join
from tracing.record import TraceRecord

pytestmark = pytest.mark.soak
SESSIONS = 300
CHATTING = 60
RECOVERED_WITHIN_S = 90.0  # a dead worker's lease lasts 15 s


@pytest.mark.parametrize("at_once", [SESSIONS, 20])
async def test_all_are_answered_rightly_and_nobody_sees_what_is_not_theirs(tmp_path: Path, at_once: int) -> None:
    async with baton(tmp_path) as server:
        load = await measure(server, SESSIONS, at_once)
    Console().print(table_of(load, at_once))
    assert (load.lost, load.wrong, load.crossed) == (0, 0, 0)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_what_was_taken_in_is_answered_once_though_the_server_ends(tmp_path: Path, how: int) -> None:
    async with baton(tmp_path) as server, aiohttp.ClientSession() as http:
        pages = await opened(server, http, CHATTING)
        await ended_among(server, pages, how)
    async with baton(tmp_path), borrowed_redis(tmp_path) as url, connect(url) as redis:
        log = RedisSessionLog(redis)
        conversations = [(t, each.conversation) for t in ("volta", "lumen") for each in await log.conversations(t)]
        await quiet(log, conversations)
        interrupted = [await answered_once(log, *conversation) for conversation in conversations]
    assert len(interrupted) >= CHATTING / 2
    assert any(interrupted) or how == signal.SIGTERM, "the kill came too late to interrupt anything"


async def ended_among(server: Server, pages: Sequence[ChatSession], how: int) -> None:
    """Everybody writes at once; the server is told to end when the first is answered."""
    turns = [asyncio.create_task(page.turn(QUESTION)) for page in pages]
    await asyncio.wait(turns, return_when=asyncio.FIRST_COMPLETED)
    server.process.send_signal(how)
    for turn in turns:
        turn.cancel()
    await asyncio.gather(*turns, return_exceptions=True)
    for page in pages:
        with suppress(OSError):
            await page.close()


async def quiet(log: RedisSessionLog, conversations: Sequence[tuple[str, str]]) -> None:
    async with asyncio.timeout(RECOVERED_WITHIN_S):
        for conversation in conversations:
            while (await log.head(*conversation)).active:
                await asyncio.sleep(0.1)


async def answered_once(log: RedisSessionLog, tenant: str, conversation: str) -> bool:
    """Heard once, answered once, with a trace that is whole; whether another worker had to take over."""
    trace = join(TraceRecord.of(tenant, conversation, record) for record in await log.read(tenant, conversation))
    assert not trace.faults
    heard = [record for record in trace.records if isinstance(record.event, CustomerSaid)]
    answers = [record for record in trace.records if isinstance(record.event, Said)]
    assert (len(heard), len(answers)) == (1, 1)
    return any(record.fence > 1 for record in trace.records)

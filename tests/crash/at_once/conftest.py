"""A Baton in this very process, on a real Redis and a shop's file, for things that happen at the same time."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from baton.settings import Settings
from baton.wiring import Brain, Installation, open_installation
from handoffs.events import AnyEvent
from handoffs.model import Model
from tracing.join import join
from tracing.record import Dropped, TraceRecord


@dataclass(frozen=True, kw_only=True)
class FixedEntry:
    """An entry route that always picks billing."""

    agent: str = "billing"
    candidates: tuple[()] = ()
    rule: str = "fixed"

    async def route(self, text: str) -> FixedEntry:
        return self


@dataclass(frozen=True, kw_only=True)
class Running:
    """A Baton in this very process, and its shop's file."""

    installation: Installation
    file: Path

    async def say(self, conversation: str, message_id: str, text: str) -> str:
        return await self.installation.submit_message("volta", "anna", conversation, message_id, text, "Anna Berg")

    async def is_quiet(self, conversation: str) -> bool:
        head = await self.installation.log.head("volta", conversation)
        return head.seq > 0 and not head.active

    async def events(self, conversation: str) -> list[AnyEvent]:
        """What happened, in order; the trace is whole."""
        records = await self.installation.log.read("volta", conversation)
        trace = join(TraceRecord.of("volta", conversation, record) for record in records)
        assert not trace.faults
        return [record.event for record in trace.records if not isinstance(record.event, Dropped)]

    def refunds(self) -> int:
        """How many refunds were made since the shop was filled."""
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as database:
            return database.execute("select count(*) from refunds where id like 'V-REF-5%'").fetchone()[0]


@pytest.fixture
async def running(redis_url, filled_shop, tmp_path) -> AsyncIterator[Callable[[Model], Awaitable[Running]]]:
    """Starts Baton on a real Redis and a shop's file of its own."""
    shutil.copy(filled_shop, tmp_path / "shop.sqlite")
    async with AsyncExitStack() as stack:

        async def start(model: Model) -> Running:
            settings, brain = Settings(data_folder=tmp_path), Brain(model, FixedEntry())
            installation = await open_installation(settings, redis_url, brain, today=datetime.now(UTC).date())
            await installation.start()
            stack.push_async_callback(installation.stop)
            return Running(installation=installation, file=tmp_path / "shop.sqlite")

        yield start
    async with Redis.from_url(redis_url) as client:
        await client.flushall()

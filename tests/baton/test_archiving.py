"""The archive in a running Baton: it follows what is said, outlives stores that are away, and serves the commands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from baton.archiving import KEPT_S, LOOK_AT_ALL_EVERY_S, Archiving
from baton.reading import conversations_of, read_trace, session_log
from baton.settings import Settings
from handoffs.clock import InstantClock
from handoffs.errors import UsageError
from handoffs.events import CustomerSaid, Ended, Said, encode
from memory.errors import StoreUnavailable
from memory.session.in_memory import InMemoryJournal
from memory.session.in_memory_log import InMemorySessionLog
from memory.session.in_memory_store import InMemoryStore
from memory.session.in_memory_trimming import InMemoryTrimming
from memory.session.redis_client import connect
from memory.session.redis_journal import RedisJournal
from memory.session.redis_log import RedisSessionLog
from memory.session.redis_trimming import RedisTrimming
from tracing.archive.pricing import FlatPrice
from tracing.archive.store import Archive

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TURN = (
    CustomerSaid(message_id="m1", text="refund me"),
    Said(agent="billing", text="One moment."),
    Ended(agent="billing", status="completed"),
)


async def tell(journal: InMemoryJournal | RedisJournal, conversation: str = "c-100", *, again: int = 0) -> None:
    """One turn of three records."""
    item = f"m{again}"
    started = await journal.submit("volta", conversation, customer="anna", item_id=item, item=b"{}")
    await journal.claim("volta", conversation, started.execution, lease_s=15, window_after=0)
    await journal.commit(
        "volta", conversation, started.execution, fence=1, epoch=None, number=1, commit_id=item,
        records=[(event.log, encode(event), None) for event in TURN],
        session={}, hashes={}, blobs={}, index=[], take=1, quiet=False, status="completed",
    )  # fmt: skip


class Sometimes(InMemorySessionLog):
    """Session memory that is away when first asked."""

    asked = 0

    async def head(self, tenant, conversation):
        self.asked += 1
        if self.asked == 1:
            raise StoreUnavailable("Redis did not answer")
        return await super().head(tenant, conversation)


@pytest.fixture
def clock() -> InstantClock:
    return InstantClock(NOON)


@pytest.fixture
def store(clock: InstantClock) -> InMemoryStore:
    return InMemoryStore(clock.now)


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    archive = Archive.at(f"sqlite+aiosqlite:///{tmp_path / 'records.sqlite'}")
    yield archive
    await archive.close()


@pytest.fixture
def archiving(archive: Archive, store: InMemoryStore, clock: InstantClock) -> Callable[..., Archiving]:
    def make(log: InMemorySessionLog) -> Archiving:
        trimming = InMemoryTrimming(store)
        return Archiving(archive, log, trimming, tenants=["volta"], clock=clock, prices=FlatPrice())

    return make


async def test_what_is_said_lands_and_after_a_day_leaves_session_memory(archive, archiving, store, clock):
    log = InMemorySessionLog(store)
    moving = archiving(log)
    await tell(InMemoryJournal(store))
    live = await log.read("volta", "c-100")
    assert await moving.look() == 3
    await clock.sleep(LOOK_AT_ALL_EVERY_S)
    assert await moving.look() == 0
    assert await log.read("volta", "c-100") == live
    await clock.sleep(KEPT_S)
    await moving.look()
    assert await log.read("volta", "c-100") == []
    assert [tuple(one) for one in await archive.read("volta", "c-100")] == [tuple(one) for one in live]


async def test_a_conversation_that_was_quiet_for_long_is_followed_again(archive, archiving, store, clock):
    moving = archiving(InMemorySessionLog(store))
    await tell(InMemoryJournal(store))
    await tell(InMemoryJournal(store), "c-200")
    assert await moving.look() == 6
    await clock.sleep(timedelta(minutes=30).total_seconds())
    await tell(InMemoryJournal(store), again=1)
    assert await moving.look() == 3


async def test_a_store_that_is_away_is_waited_for(archive, archiving, store, until, caplog):
    await tell(InMemoryJournal(store))
    serving = asyncio.create_task(archiving(Sometimes(store)).serve())

    async def landed() -> bool:
        return len(await archive.read("volta", "c-100")) == 3

    await until(landed)
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving
    assert "archiving waits: Redis did not answer" in caplog.text
    assert "refund me" not in caplog.text


async def test_commands_read_what_has_left_redis(redis_url, redis_client, tmp_path):
    settings = Settings(data_folder=tmp_path, redis_url=redis_url)
    archive = Archive.at(settings.records_url)
    async with connect(redis_url) as redis:
        await tell(RedisJournal(redis))
        async with session_log(settings) as log:
            before = await read_trace(log, settings, "volta/c-100")
        late = InstantClock(datetime.now(UTC) + timedelta(days=2))
        await Archiving(
            archive, RedisSessionLog(redis), RedisTrimming(redis), tenants=["volta"], clock=late, prices=FlatPrice()
        ).look()
        assert await RedisSessionLog(redis).read("volta", "c-100") == []
        await redis.delete("baton:conversations:volta")  # so old that no index names it
        await tell(RedisJournal(redis), "c-200")
        async with session_log(settings) as log:
            assert [name async for name in conversations_of(log, "volta")] == ["c-200", "c-100"]
            assert [name async for name in conversations_of(log, "volta", since=late.now())] == ["c-200"]
            assert await read_trace(log, settings, "c-10") == before
            assert [one.seq for one in await log.execution("volta", "c-100", "x000001")] == [1, 2, 3]
            with pytest.raises(UsageError, match="No conversation is called 'c-9'"):
                await read_trace(log, settings, "c-9")
    await archive.close()

"""Session memory for the contract suites: the real one and its in-memory twin, with the same levers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from memory.coordination.in_memory import InMemoryLeases
from memory.coordination.redis_leases import RedisLeases
from memory.session import keys
from memory.session.in_memory import InMemoryJournal
from memory.session.in_memory_feed import InMemoryFeed
from memory.session.in_memory_log import InMemorySessionLog
from memory.session.in_memory_store import InMemoryStore
from memory.session.redis_client import connect
from memory.session.redis_feed import RedisFeed
from memory.session.redis_journal import RedisJournal
from memory.session.redis_log import RedisSessionLog


@dataclass(frozen=True, kw_only=True)
class Memory:
    """One implementation: its ports, and what the product does elsewhere (``erase``, ``take_over``, time passing)."""

    journal: RedisJournal | InMemoryJournal
    log: RedisSessionLog | InMemorySessionLog
    feed: RedisFeed | InMemoryFeed
    leases: RedisLeases | InMemoryLeases
    erase: Callable[[str, str], Awaitable[None]]
    take_over: Callable[[str, str], Awaitable[None]]
    pass_ms: Callable[[int], Awaitable[None]]

    async def start(self, conversation: str = "c1", item: bytes = b"hello", *, lease_s: float = 15) -> tuple[str, int]:
        """A conversation with one claimed execution: its id and fence."""
        submitted = await self.journal.submit("volta", conversation, customer="anna", item_id=item.decode(), item=item)
        claim = await self.journal.claim("volta", conversation, submitted.execution, lease_s=lease_s, window_after=0)
        assert submitted.status == "started"
        assert claim is not None
        return submitted.execution, claim.fence

    async def commit(self, execution: str, conversation: str = "c1", **wanted: object):
        """A commit in which only what matters to the test is named."""
        plain = {
            "fence": 1, "epoch": None, "number": 1, "commit_id": "k1", "records": [("billing", b"{}", None)],
            "session": {}, "hashes": {}, "blobs": {}, "index": [], "take": 0, "quiet": False, "status": None,
        }  # fmt: skip
        return await self.journal.commit("volta", conversation, execution, **(plain | wanted))


@pytest.fixture
def permanent_keys() -> tuple[str, ...]:
    """What session memory keeps for ever."""
    return keys.PERMANENT


@pytest.fixture
async def redis_memory(redis_url: str, redis_client: Redis) -> AsyncIterator[Memory]:
    """Session memory over a real Redis, through the product's own client."""
    redis = connect(redis_url)

    async def erase(tenant: str, conversation: str) -> None:
        await redis.hset(keys.head(tenant, conversation), "gone", 1)

    async def take_over(tenant: str, conversation: str) -> None:
        await redis.hincrby(keys.head(tenant, conversation), "epoch", 1)

    async def now_ms() -> int:
        seconds, microseconds = await redis.time()
        return seconds * 1000 + microseconds // 1000

    async def pass_ms(ms: int) -> None:
        end = await now_ms() + ms
        while await now_ms() <= end:
            pass

    async with RedisFeed(redis, poll_s=0.05) as feed:
        yield Memory(
            journal=RedisJournal(redis),
            log=RedisSessionLog(redis),
            feed=feed,
            leases=RedisLeases(redis),
            erase=erase,
            take_over=take_over,
            pass_ms=pass_ms,
        )
    await redis.aclose()


@pytest.fixture
def memory_twin() -> Memory:
    """The same without Redis, on a clock that the test moves."""
    now = datetime(2026, 11, 22, tzinfo=UTC)
    store = InMemoryStore(lambda: now)

    async def erase(tenant: str, conversation: str) -> None:
        store.of(tenant, conversation).gone = True

    async def take_over(tenant: str, conversation: str) -> None:
        store.of(tenant, conversation).epoch += 1

    async def pass_ms(ms: int) -> None:
        nonlocal now
        now += timedelta(milliseconds=ms + 1)

    return Memory(
        journal=InMemoryJournal(store),
        log=InMemorySessionLog(store),
        feed=InMemoryFeed(store),
        leases=InMemoryLeases(store),
        erase=erase,
        take_over=take_over,
        pass_ms=pass_ms,
    )


@pytest.fixture(params=["redis_memory", "memory_twin"])
def memory(request: pytest.FixtureRequest) -> Memory:
    """Each implementation in turn."""
    return request.getfixturevalue(request.param)

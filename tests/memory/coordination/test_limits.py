"""Rate limits and logged-out tokens, in Redis and in the twins."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from memory.coordination.in_memory import InMemoryLimits, InMemoryRevocations
from memory.coordination.redis_limits import RedisLimits, RedisRevocations
from memory.session.redis_client import connect


@pytest.fixture
async def redis(redis_url: str, redis_client: Redis, key_leaks: None) -> AsyncIterator[Redis]:
    """The product's own client on an empty database that must hold nothing for ever afterwards."""
    redis = connect(redis_url)
    yield redis
    await redis.aclose()


async def test_tries_are_counted_per_name_and_person_whoever_asks(redis):
    for limits in (RedisLimits(redis), InMemoryLimits(lambda: datetime.now(UTC))):
        tries = [await limits.allow("login", "anna", limit=3, window_s=60) for _ in range(5)]
        assert tries == [True, True, True, False, False]
        assert await limits.allow("login", "ben {/}\n", limit=3, window_s=60)
        assert await limits.allow("message", "anna", limit=3, window_s=60)


async def test_tries_at_once_do_not_slip_through(redis):
    limits = RedisLimits(redis)
    tries = await asyncio.gather(*(limits.allow("login", "anna", limit=3, window_s=60) for _ in range(20)))
    assert sum(tries) == 3


async def test_a_window_ends(redis):
    limits = RedisLimits(redis)
    assert await limits.allow("login", "anna", limit=1, window_s=0.02)
    async with asyncio.timeout(5):
        while not await limits.allow("login", "anna", limit=1, window_s=0.02):
            pass
    now = datetime(2026, 11, 22, tzinfo=UTC)
    twin = InMemoryLimits(lambda: now)
    assert [await twin.allow("login", "anna", limit=1, window_s=5) for _ in range(2)] == [True, False]
    now += timedelta(seconds=5)
    assert await twin.allow("login", "anna", limit=1, window_s=5)


async def test_a_logged_out_token_is_refused_until_it_would_have_run_out(redis):
    for revocations in (RedisRevocations(redis), InMemoryRevocations(lambda: datetime.now(UTC))):
        until = datetime.now(UTC) + timedelta(hours=1)
        await revocations.revoke("token-1", until)
        await revocations.revoke("long gone", datetime.now(UTC) - timedelta(seconds=1))
        assert await revocations.revoked("token-1")
        assert not await revocations.revoked("long gone")
        assert not await revocations.revoked("token-2")

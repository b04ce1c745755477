"""The lease index may be behind or wrong; the slot is the truth, and nothing is lost by a crash between the two."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from memory.coordination.redis_leases import RedisLeases
from memory.session import keys
from memory.session.redis_client import connect
from memory.session.redis_journal import RedisJournal


@pytest.fixture
async def redis(redis_url: str, redis_client: Redis) -> AsyncIterator[Redis]:
    """The product's own client on an empty database."""
    redis = connect(redis_url)
    yield redis
    await redis.aclose()


async def submit(redis, conversation="c1"):
    return await RedisJournal(redis).submit("volta", conversation, customer="anna", item_id="m1", item=b"{}")


async def test_a_crash_between_index_and_slot_leaves_an_entry_that_is_cleaned_away(redis):
    await redis.zadd(keys.LEASES, {"volta/never": 1})
    assert await RedisLeases(redis).expired(10) == []
    assert await redis.zcard(keys.LEASES) == 0


async def test_an_entry_just_written_is_left_alone_for_its_execution_may_be_on_its_way(redis):
    seconds, _ = await redis.time()
    await redis.zadd(keys.LEASES, {"volta/c1": seconds * 1000})
    assert await RedisLeases(redis).expired(10) == []
    assert await redis.zcard(keys.LEASES) == 1


async def test_an_owned_execution_s_entry_waits_for_the_end_of_its_lease(redis):
    started = await submit(redis)
    await RedisJournal(redis).claim("volta", "c1", started.execution, lease_s=15, window_after=0)
    seconds, _ = await redis.time()
    async with asyncio.timeout(5):
        while (await redis.zscore(keys.LEASES, "volta/c1")) < (seconds + 10) * 1000:
            assert await RedisLeases(redis).expired(10) == []


async def test_what_is_stale_does_not_hide_what_is_idle(redis):
    await redis.zadd(keys.LEASES, {f"volta/stale{number}": number for number in range(1, 100)})
    started = await submit(redis)
    async with asyncio.timeout(5):
        while not (found := await RedisLeases(redis).expired(10)):
            pass
    assert found == [("volta", "c1", started.execution)]
    assert await redis.zcard(keys.LEASES) == 1


async def test_two_sweepers_find_the_same_and_one_gets_it(redis):
    started = await submit(redis)
    await submit(redis, "c2")
    async with asyncio.timeout(5):
        while len(await RedisLeases(redis).expired(10)) < 2:
            pass
    found = await asyncio.gather(*(RedisLeases(redis).expired(10) for _ in range(3)))
    assert found[0] == found[1] == found[2]
    claims = (RedisJournal(redis).claim(*where, lease_s=15, window_after=0) for where in [found[0][0]] * 3)
    assert [each.fence for each in await asyncio.gather(*claims) if each] == [1]
    assert found[0][0] == ("volta", "c1", started.execution)

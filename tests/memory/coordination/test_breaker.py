"""Circuits behave alike in one process and, through Redis, in several."""

from __future__ import annotations

from time import monotonic

import pytest

from agents.models.breaker import InProcessBreaker
from memory.coordination.redis_breaker import RedisBreaker
from memory.session.redis_client import connect

OPEN_S = 0.15


@pytest.fixture
async def redis(redis_url, redis_client, key_leaks):
    redis = connect(redis_url)
    yield redis
    await redis.aclose()


@pytest.fixture(params=["in process", "redis"])
def breakers(request, redis):
    """Two views of the same circuits: two processes, or one twice."""
    if request.param == "redis":
        return [RedisBreaker(redis, limit=3, window_s=60, open_s=OPEN_S) for _ in range(2)]
    return [InProcessBreaker(monotonic, limit=3, window_s=60, open_s=OPEN_S)] * 2


async def failing(breaker, times):
    for _ in range(times):
        await breaker.failed("model x")


async def test_too_many_failures_open_it_for_all(breakers):
    here, there = breakers
    await failing(here, 2)
    assert await there.admits("model x")

    await failing(there, 1)

    assert not await here.admits("model x")
    assert await here.admits("model y"), "another dependency is not concerned"


async def test_after_a_while_one_trial_goes_and_its_success_closes_it(breakers, until):
    here, there = breakers
    await failing(here, 3)

    await until(lambda: here.admits("model x"))

    assert not await there.admits("model x"), "one trial at a time"
    await here.succeeded("model x")
    assert await there.admits("model x")
    await failing(there, 2)
    assert await here.admits("model x"), "what failed before is forgotten"


async def test_a_trial_that_fails_opens_it_again(breakers, until):
    here, there = breakers
    await failing(here, 3)
    await until(lambda: here.admits("model x"))

    await here.failed("model x")

    assert not await there.admits("model x")


async def test_without_redis_every_attempt_may_go():
    away = connect("unix:///nowhere/redis.sock")
    breaker = RedisBreaker(away)
    await failing(breaker, 10)
    await breaker.succeeded("model x")
    assert await breaker.admits("model x")
    await away.aclose()

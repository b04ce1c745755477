"""Jobs in an index are done at least once, by one process at a time."""

from __future__ import annotations

import pytest

from memory.coordination.redis_jobs import RedisJobs
from memory.errors import InvalidName
from memory.session import keys
from memory.session.redis_client import connect


@pytest.fixture
async def redis(redis_url, redis_client):
    redis = connect(redis_url)
    yield redis
    await redis.aclose()


async def test_a_job_that_is_taken_is_hidden_until_it_is_done_or_its_time_is_over(redis, until):
    jobs, others = RedisJobs(redis, "to-learn"), RedisJobs(redis, "to-learn")
    await redis.zadd(keys.index("to-learn"), {"a": 1, "b": 2, "later": 2**40})

    assert await jobs.take(1, hide_s=60) == ["a"]
    assert await others.take(10, hide_s=0) == ["b"]
    await jobs.done("a")
    assert await others.take(10, hide_s=60) == ["b"], "its time is over and nobody was done with it"
    assert await redis.zrange(keys.index("to-learn"), 0, -1) == [b"b", b"later"]


async def test_jobs_of_which_nothing_came_are_due_at_once(redis):
    jobs = RedisJobs(redis, "to-learn")
    await redis.zadd(keys.index("to-learn"), {"a": 1, "b": 2})
    assert await jobs.take(10, hide_s=60) == ["a", "b"]
    await jobs.done("a")

    await jobs.put_back(["a", "b"])

    assert await jobs.take(10, hide_s=60) == ["b"]


async def test_an_index_has_a_proper_name(redis):
    with pytest.raises(InvalidName):
        RedisJobs(redis, "to learn")

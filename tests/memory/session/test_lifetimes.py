"""How long things live in Redis: set at a turn's end, lifted at the next one's start, for ever only by permission."""

from __future__ import annotations

import pytest

from memory.session import keys
from memory.session.redis_feed import RedisFeed
from memory.session.redis_journal import RedisJournal
from memory.session.redis_log import RedisSessionLog


async def lifetimes(redis):
    """Seconds to live by part of the conversation; -1 is for ever."""
    start = keys.base("volta", "c1")
    return {key.decode().removeprefix(start): await redis.ttl(key) async for key in redis.scan_iter(start + "*")}


async def start(journal, item_id="m1"):
    submitted = await journal.submit("volta", "c1", customer="anna", item_id=item_id, item=b"{}")
    await journal.claim("volta", "c1", submitted.execution, lease_s=15, window_after=0)
    return submitted.execution


FULL = {"session": {"agent": "billing"}, "hashes": {"approvals": {"A1": "open"}}, "blobs": {"d": b"x"}, "take": 1}


@pytest.mark.usefixtures("key_leaks")
async def test_at_a_turn_s_end_everything_but_the_head_has_a_time_to_live(redis, committing):
    journal = RedisJournal(redis, retention_s=1000)
    execution = await start(journal)
    await committing(journal, execution, **FULL, index=[("approvals", "volta/c1/A1", 1)], status="completed")
    left = await lifetimes(redis)
    assert left.pop("head") == -1
    assert left.keys() == {
        "session", "seen", "messages", "parts", "blobs", "approvals", "log:billing", "exec:x000001",
    }  # fmt: skip
    assert all(990 <= seconds <= 1000 for seconds in left.values())


@pytest.mark.usefixtures("key_leaks")
@pytest.mark.parametrize("late", ["drop", "put", "draft", "message"])
async def test_also_what_comes_after_the_end(redis, committing, late):
    journal = RedisJournal(redis)
    execution = await start(journal)
    await committing(journal, execution, take=1, status="completed")
    if late == "drop":
        assert (await committing(journal, execution, fence=0, commit_id="late")).status == "stale"
    elif late == "put":
        assert await RedisSessionLog(redis).put("volta", "c1", "feedback", {"r1": "up"})
    elif late == "draft":
        await RedisFeed(redis).draft(
            "volta", "c1", execution=execution, number=2, fence=1, agent="billing", text="too late"
        )
    else:
        assert (await journal.submit("volta", "c1", customer="anna", item_id="m1", item=b"{}")).status == "repeated"
        assert (await journal.submit("volta", "c1", customer="ben", item_id="m2", item=b"{}")).status == "foreign"


async def test_nothing_expires_while_an_execution_runs(redis, committing):
    journal = RedisJournal(redis)
    await committing(journal, await start(journal), **FULL, status="completed")
    await start(journal, "m2")
    left = await lifetimes(redis)
    ended = left.pop("exec:x000001")
    assert ended > 0
    assert set(left.values()) == {-1}


async def test_a_draft_is_forgotten_if_its_writer_dies(redis):
    journal, feed = RedisJournal(redis), RedisFeed(redis)
    execution = await start(journal)
    await feed.draft("volta", "c1", execution=execution, number=1, fence=1, agent="billing", text="Your")
    assert 110 <= (await lifetimes(redis))["draft"] <= 120


async def test_a_thousand_turns_leave_no_list_of_them_that_a_turn_must_walk(redis, committing):
    journal = RedisJournal(redis)
    for turn in range(20):
        execution = await start(journal, f"m{turn}")
        await committing(journal, execution, take=1, status="completed")
    assert await redis.scard(keys.base("volta", "c1") + "parts") == 5

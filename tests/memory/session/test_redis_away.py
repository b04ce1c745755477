"""Redis restarted, killed, away or without our scripts: nothing lost, nothing twice, one plain sentence."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from memory.errors import StoreUnavailable
from memory.session import keys
from memory.session.redis_client import connect
from memory.session.redis_feed import RedisFeed
from memory.session.redis_journal import RedisJournal
from memory.session.redis_log import RedisSessionLog


async def start(journal):
    submitted = await journal.submit("volta", "c1", customer="anna", item_id="m1", item=b"{}")
    await journal.claim("volta", "c1", submitted.execution, lease_s=15, window_after=0)
    return submitted.execution


async def test_a_server_that_forgot_the_scripts_is_told_them_again(redis, committing):
    journal = RedisJournal(redis)
    execution = await start(journal)
    await redis.script_flush()
    assert (await committing(journal, execution)).status == "ok"


async def test_a_commit_goes_through_after_a_restart_and_everything_acknowledged_is_there(server, committing):
    redis = connect(server.url)
    journal = RedisJournal(redis)
    execution = await start(journal)
    await committing(journal, execution)
    server.kill()
    with pytest.raises(
        StoreUnavailable, match=r"Redis did not commit: .* Is it running, and is BATON_REDIS_URL right\?"
    ):
        await committing(journal, execution, number=2, commit_id="k2")
    server.start()
    assert (await committing(journal, execution)).status == "repeated"
    assert (await committing(journal, execution, number=2, commit_id="k2")).first_seq == 2
    assert [record.seq for record in await RedisSessionLog(redis).read("volta", "c1")] == [1, 2]
    await redis.aclose()


async def test_a_dropped_connection_is_not_noticed_by_who_commits(redis, committing):
    journal = RedisJournal(redis)
    execution = await start(journal)
    await redis.client_kill_filter(_type="normal", skipme=False)
    assert (await committing(journal, execution)).status == "ok"


async def test_who_follows_misses_nothing_through_a_restart(server, committing):
    redis = connect(server.url)
    journal = RedisJournal(redis)
    execution = await start(journal)
    async with RedisFeed(redis) as feed, aclosing(feed.follow("volta", "c1")) as news, asyncio.timeout(10):
        await committing(journal, execution)
        assert (await anext(news)).seq == 1
        server.kill()
        waiting = asyncio.ensure_future(anext(news))
        server.start()
        await committing(journal, execution, number=2, commit_id="k2")
        await committing(journal, execution, number=3, commit_id="k3")
        assert (await waiting).seq == 2
        assert (await anext(news)).seq == 3
        await feed.draft("volta", "c1", execution=execution, number=4, fence=1, agent="billing", text="Your")
        assert (await anext(news)).text == "Your"
    await redis.aclose()


async def test_a_lost_subscription_is_taken_up_again(redis, committing):
    journal = RedisJournal(redis)
    execution = await start(journal)
    async with (
        RedisFeed(redis, poll_s=60) as feed,
        aclosing(feed.follow("volta", "c1")) as news,
        asyncio.timeout(10),
    ):
        for number in range(1, 6):
            await redis.client_kill_filter(_type="pubsub")
            await committing(journal, execution, number=number, commit_id=f"k{number}")
            assert (await anext(news)).seq == number


async def test_a_poll_finds_what_no_hint_told(redis, committing):
    journal = RedisJournal(redis)
    execution = await start(journal)
    async with RedisFeed(redis, poll_s=0.05) as feed, aclosing(feed.follow("volta", "c1")) as news, asyncio.timeout(10):
        await committing(journal, execution)
        assert (await anext(news)).seq == 1
        base = keys.base("volta", "c1")
        record = {"x": execution, "n": 2, "f": 1, "at": 0, "d": "{}"}
        async with redis.pipeline(transaction=True) as silently:
            silently.hincrby(base + "head", "seq", 1)
            silently.xadd(base + "log:billing", record, id="2-0")
            await silently.execute()
        assert (await anext(news)).seq == 2


async def test_three_hundred_open_chats_share_one_subscription(redis):
    async with RedisFeed(redis) as feed:
        chats = [feed.follow("volta", f"c{number}") for number in range(300)]
        waiting = [asyncio.ensure_future(anext(chat)) for chat in chats]
        async with asyncio.timeout(10):
            while not await redis.pubsub_numpat():
                await asyncio.wait(waiting, timeout=0.01)
        assert len(await redis.client_list()) <= 32 + len(["the subscription", "the test's own"])
        assert len(await redis.client_list(_type="pubsub")) == 1
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_more_callers_than_connections_wait_their_turn(redis, committing):
    journal = RedisJournal(redis)
    calls = [journal.submit("volta", f"c{n}", customer="anna", item_id="m", item=b"{}") for n in range(500)]
    assert {answer.status for answer in await asyncio.gather(*calls)} == {"started"}
    assert len(await redis.client_list()) <= 32 + len(["the test's own"])


async def test_a_cancelled_caller_leaves_no_answer_for_the_next(redis, committing):
    journal = RedisJournal(redis)
    execution = await start(journal)
    for number in range(1, 50):
        call = asyncio.ensure_future(RedisSessionLog(redis).head("volta", "c1"))
        await asyncio.wait({call}, timeout=0)
        call.cancel()
        assert (await committing(journal, execution, number=number, commit_id=f"k{number}")).first_seq == number


async def test_a_wrong_address_is_one_sentence():
    redis = connect("unix:///nowhere/r.sock")
    with pytest.raises(StoreUnavailable, match=r"Redis did not submit: .*nowhere.* Is it running"):
        await start(RedisJournal(redis))

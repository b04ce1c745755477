"""Reading a conversation back, following it live, signals, and finding idle executions. Over Redis and its twin."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from memory.session.types import Draft


async def submit(memory, item_id, *, customer="anna", conversation="c1", tenant="volta"):
    return await memory.journal.submit(tenant, conversation, customer=customer, item_id=item_id, item=item_id.encode())


def draft(memory, execution, text, *, number=1, fence=1):
    return memory.feed.draft("volta", "c1", execution=execution, number=number, fence=fence, agent="billing", text=text)


async def take(news, count):
    async with asyncio.timeout(5):
        return [await anext(news) for _ in range(count)]


class TestReading:
    async def test_logs_are_joined_by_sequence_number(self, memory):
        execution, _ = await memory.start()
        logs = ["customer", "system", "billing", "customer", "billing"]
        await memory.commit(execution, records=[(log, b"%d" % n, None) for n, log in enumerate(logs)])
        joined = await memory.log.read("volta", "c1")
        assert [(record.seq, record.log) for record in joined] == list(enumerate(logs, start=1))
        assert [record.seq for record in await memory.log.read("volta", "c1", after_seq=1, limit=3)] == [2, 3, 4]

    async def test_one_execution_is_read_by_itself(self, memory):
        execution, _ = await memory.start()
        await memory.commit(execution, records=[("billing", b"1", None), ("customer", b"2", None)])
        records = await memory.log.execution("volta", "c1", execution)
        assert [(record.number, record.log, record.data) for record in records] == [
            (1, "billing", b"1"),
            (2, "customer", b"2"),
        ]
        assert await memory.log.execution("volta", "c1", "x000099") == []

    async def test_the_window_may_be_cut_to_its_end(self, memory):
        execution, _ = await memory.start()
        await memory.commit(execution, records=[("customer", b"{}", b"said %d" % n) for n in range(3)])
        assert [entry.data for entry in await memory.log.window("volta", "c1", last=2)] == [b"said 1", b"said 2"]
        assert await memory.log.window("volta", "c1", last=0) == []
        assert len(await memory.log.window("volta", "c1")) == 3

    async def test_the_head_says_where_a_conversation_stands(self, memory):
        assert await memory.log.head("volta", "never") == (0, 0, "", "", 0, False)
        execution, _ = await memory.start()
        await memory.commit(execution)
        assert await memory.log.head("volta", "c1") == (1, 0, execution, "anna", 1, False)

    async def test_conversations_are_listed_last_active_first_and_only_their_customer_s_own(self, memory):
        for conversation, customer in [("c1", "anna"), ("c2", "ben"), ("c3", "anna"), ("c1", "anna")]:
            await submit(
                memory, f"m-{await memory.log.conversations('volta')}", conversation=conversation, customer=customer
            )
            await memory.pass_ms(2)
        await submit(memory, "m9", conversation="c2", customer="anna")
        await submit(memory, "m1", tenant="lumen", conversation="c9", customer="anna")
        assert [each.conversation for each in await memory.log.conversations("volta", "anna")] == ["c1", "c3"]
        assert {each.conversation for each in await memory.log.conversations("volta")} == {"c1", "c2", "c3"}
        await memory.erase("volta", "c1")
        assert [each.conversation for each in await memory.log.conversations("volta", "anna")] == ["c3"]

    async def test_a_field_can_be_put_beside_an_execution_but_not_into_nothing(self, memory):
        assert not await memory.log.put("volta", "c1", "feedback", {"r1": "up"})
        await submit(memory, "m1")
        assert await memory.log.put("volta", "c1", "feedback", {"r1": "up", "r2": "down"})
        assert await memory.log.put("volta", "c1", "feedback", {"r2": None})
        assert await memory.log.hash("volta", "c1", "feedback") == {"r1": "up"}
        await memory.erase("volta", "c1")
        assert not await memory.log.put("volta", "c1", "feedback", {"r1": "up"})


class TestFollowing:
    async def test_who_comes_back_gets_what_was_missed_and_then_what_is_new(self, memory):
        execution, _ = await memory.start()
        await memory.commit(execution, records=[("billing", b"%d" % n, None) for n in range(3)])
        async with aclosing(memory.feed.follow("volta", "c1", after_seq=1)) as news:
            assert [record.seq for record in await take(news, 2)] == [2, 3]
            await memory.commit(execution, number=4, commit_id="k2")
            assert [record.seq for record in await take(news, 1)] == [4]

    async def test_a_draft_is_shown_until_its_record_is_committed(self, memory):
        execution, _ = await memory.start()
        async with aclosing(memory.feed.follow("volta", "c1")) as news:
            await draft(memory, execution, "Your ref")
            assert await take(news, 1) == [Draft(execution, 1, 1, "billing", "Your ref")]
            await memory.commit(execution)
            await draft(memory, execution, "Your refund, too late")
            await memory.commit(execution, number=2, commit_id="k2")
            assert [record.seq for record in await take(news, 2)] == [1, 2]

    async def test_two_tabs_see_the_same_and_one_opened_late_sees_the_draft_so_far(self, memory):
        execution, _ = await memory.start()
        async with aclosing(memory.feed.follow("volta", "c1")) as early:
            await draft(memory, execution, "Your refund")
            async with aclosing(memory.feed.follow("volta", "c1")) as late:
                assert await take(early, 1) == await take(late, 1)
                await draft(memory, execution, None)
                assert await take(early, 1) == await take(late, 1) == [Draft(execution, 1, 1, "billing", None)]

    async def test_a_replaced_owner_can_show_nothing(self, memory):
        execution, _ = await memory.start()
        await draft(memory, execution, "from a zombie", fence=0)
        await draft(memory, execution, "from the owner")
        async with aclosing(memory.feed.follow("volta", "c1")) as news:
            assert [each.text for each in await take(news, 1)] == ["from the owner"]

    async def test_a_slow_reader_misses_no_record_and_holds_only_the_newest_draft(self, memory):
        execution, _ = await memory.start()
        async with aclosing(memory.feed.follow("volta", "c1")) as news:
            await memory.commit(execution, commit_id="k1")
            assert [record.seq for record in await take(news, 1)] == [1]
            for number in range(2, 700):
                await memory.commit(execution, number=number, commit_id=f"k{number}")
            for length in range(1, 20):
                await draft(memory, execution, "x" * length, number=700)
            seen = await take(news, 699)
            assert [record.seq for record in seen[:-1]] == list(range(2, 700))
            while seen[-1].text != "x" * 19:
                seen += await take(news, 1)

    async def test_conversations_are_followed_apart(self, memory):
        one, _ = await memory.start("c1")
        two, _ = await memory.start("c2")
        async with aclosing(memory.feed.follow("volta", "c2")) as news:
            await memory.commit(one, "c1", records=[("billing", b"one", None)])
            await memory.commit(two, "c2", records=[("billing", b"two", None)])
            assert [record.data for record in await take(news, 1)] == [b"two"]

    async def test_a_stop_reaches_who_works(self, memory):
        async with aclosing(memory.feed.stops()) as stops:
            waiting = asyncio.create_task(anext(stops))
            async with asyncio.timeout(5):
                while not waiting.done():
                    await memory.feed.stop("volta", "c1")
                    await asyncio.wait({waiting}, timeout=0.01)
            assert await waiting == ("volta", "c1")


class TestIdle:
    async def test_what_was_started_and_never_claimed_is_found(self, memory):
        await submit(memory, "m1")
        await memory.pass_ms(1)
        assert await memory.leases.expired(10) == [("volta", "c1", "x000001")]

    async def test_what_is_owned_is_not_until_its_lease_is_over(self, memory):
        execution, fence = await memory.start(lease_s=0.05)
        await memory.pass_ms(1)
        assert await memory.leases.expired(10) == []
        await memory.pass_ms(50)
        assert await memory.leases.expired(10) == [("volta", "c1", execution)]
        await memory.journal.renew("volta", "c1", execution, fence=fence, lease_s=15)
        assert await memory.leases.expired(10) == []

    async def test_what_was_released_is_found_at_once(self, memory):
        execution, fence = await memory.start()
        await memory.pass_ms(1)
        assert await memory.leases.expired(10) == []
        await memory.journal.release("volta", "c1", execution, fence=fence)
        await memory.pass_ms(1)
        assert await memory.leases.expired(10) == [("volta", "c1", execution)]

    @pytest.mark.parametrize("status", ["completed", "failed", "waiting_human"])
    async def test_what_has_ended_or_is_parked_is_not(self, memory, status):
        execution, _ = await memory.start()
        await memory.commit(execution, take=1, status=status)
        await memory.pass_ms(1)
        assert await memory.leases.expired(10) == []
        assert (await submit(memory, "m2")).execution == "x000002"
        await memory.pass_ms(1)
        assert await memory.leases.expired(10) == [("volta", "c1", "x000002")]

    async def test_the_oldest_come_first_and_no_more_than_asked_for(self, memory):
        for number in range(5):
            await submit(memory, f"m{number}", conversation=f"c{number}")
            await memory.pass_ms(2)
        assert [conversation for _, conversation, _ in await memory.leases.expired(3)] == ["c0", "c1", "c2"]

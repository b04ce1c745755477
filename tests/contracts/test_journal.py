"""The journal: what goes in, who owns it, what a commit may do. One suite over Redis and its twin."""

from __future__ import annotations

import asyncio
import json

import pytest

from memory.errors import InvalidName, StoreError
from memory.session.types import WINDOW_MOST

ENDED = {"records": [("system", b"{}", None)], "quiet": True, "status": "completed"}


async def submit(memory, item_id, *, customer="anna", conversation="c1"):
    return await memory.journal.submit("volta", conversation, customer=customer, item_id=item_id, item=item_id.encode())


async def claim(memory, execution="x000001", *, lease_s=15.0, window_after=0):
    return await memory.journal.claim("volta", "c1", execution, lease_s=lease_s, window_after=window_after)


class TestSubmit:
    async def test_the_first_message_starts_an_execution_and_the_next_joins_it(self, memory):
        assert await submit(memory, "m1") == ("started", "x000001")
        assert await submit(memory, "m2") == ("joined", "x000001")
        assert (await claim(memory)).inbox == [b"m1", b"m2"]

    async def test_a_message_id_counts_once_even_after_its_turn_has_ended(self, memory):
        execution, _ = await memory.start(item=b"m1")
        assert await submit(memory, "m1") == ("repeated", execution)
        await memory.commit(execution, take=1, **ENDED)
        assert await submit(memory, "m1") == ("repeated", "")

    async def test_from_two_tabs_at_once_one_execution_starts(self, memory):
        answers = await asyncio.gather(*(submit(memory, f"m{tab}") for tab in range(5)))
        assert sorted(answer.status for answer in answers) == ["joined"] * 4 + ["started"]

    async def test_ids_are_remembered_for_the_last_thousand(self, memory):
        for number in range(1001):
            await submit(memory, f"m{number}")
        assert (await submit(memory, "m1")).status == "repeated"
        assert (await submit(memory, "m0")).status == "joined"

    async def test_a_conversation_belongs_to_the_customer_who_began_it(self, memory):
        await submit(memory, "m1")
        assert await submit(memory, "m2", customer="ben") == ("foreign", "")
        assert (await claim(memory)).inbox == [b"m1"]

    async def test_an_erased_conversation_takes_nothing(self, memory):
        await submit(memory, "m1")
        await memory.erase("volta", "c1")
        assert await submit(memory, "m2") == ("gone", "")
        assert await claim(memory) is None

    @pytest.mark.parametrize("bad", ["", "a/b", "{a}", "a b", "é", "a" * 129, "a\n"])
    async def test_an_id_that_could_break_out_of_its_key_is_refused(self, memory, bad):
        with pytest.raises(InvalidName, match="cannot be an id: use 1 to 128"):
            await submit(memory, "m1", conversation=bad)
        with pytest.raises(InvalidName):
            await submit(memory, "m1", customer=bad)
        assert issubclass(InvalidName, ValueError)
        assert issubclass(InvalidName, StoreError)

    async def test_tenants_do_not_share_a_conversation(self, memory):
        await submit(memory, "m1")
        other = await memory.journal.submit("lumen", "c1", customer="gina", item_id="m1", item=b"hi")
        assert other.status == "started"


class TestClaim:
    async def test_two_workers_race_and_one_wins(self, memory):
        await submit(memory, "m1")
        claims = await asyncio.gather(*(claim(memory) for _ in range(5)))
        assert [each.fence for each in claims if each] == [1]

    async def test_it_brings_all_that_the_worker_needs(self, memory):
        execution, fence = await memory.start(item=b"m1", lease_s=0.02)
        await memory.commit(
            execution, records=[("customer", b"one", b"said"), ("billing", b"two", None)], session={"agent": "billing"}
        )
        await submit(memory, "m2")
        await memory.pass_ms(20)
        claimed = await claim(memory)
        assert (claimed.fence, claimed.epoch, claimed.customer) == (fence + 1, 0, "anna")
        assert [(e.seq, e.number, e.log, e.data, e.fence) for e in claimed.events] == [
            (1, 1, "customer", b"one", 1),
            (2, 2, "billing", b"two", 1),
        ]
        assert claimed.session == {"agent": "billing"}
        assert [(entry.seq, entry.data) for entry in claimed.window] == [(1, b"said")]
        assert claimed.inbox == [b"m1", b"m2"]

    async def test_the_window_begins_after_what_the_caller_knows_and_has_an_end(self, memory):
        execution, _ = await memory.start()
        said = [("customer", b"{}", b"said %d" % n) for n in range(130)]
        await memory.commit(execution, records=said, take=1, status="completed")
        execution, _ = await memory.start(item=b"m2")
        await memory.commit(execution, records=said[:3], commit_id="k2")
        await memory.journal.release("volta", "c1", execution, fence=1)
        resumed = await claim(memory, execution)
        assert [entry.seq for entry in resumed.window] == list(range(131 - WINDOW_MOST, 134)), (
            "as much of what came before as if nothing had crashed, and its own"
        )
        await memory.journal.release("volta", "c1", execution, fence=2)
        assert [entry.seq for entry in (await claim(memory, execution, window_after=131)).window] == [132, 133]

    async def test_recoveries_count_until_a_new_event(self, memory):
        execution, _ = await memory.start(lease_s=0.01)
        await memory.pass_ms(10)
        assert (await claim(memory, lease_s=0.01)).recoveries == 1
        await memory.pass_ms(10)
        assert (await claim(memory, lease_s=0.01)).recoveries == 2
        await memory.commit(execution, fence=3)
        await memory.pass_ms(10)
        assert (await claim(memory)).recoveries == 1

    async def test_what_is_released_may_be_claimed_at_once_and_is_no_recovery(self, memory):
        execution, fence = await memory.start()
        await memory.journal.release("volta", "c1", execution, fence=fence + 1)
        assert await claim(memory) is None
        await memory.journal.release("volta", "c1", execution, fence=fence)
        assert (await claim(memory)).recoveries == 0

    async def test_a_renewed_lease_holds_and_a_stale_owner_cannot_renew(self, memory):
        execution, fence = await memory.start(lease_s=0.02)
        assert await memory.journal.renew("volta", "c1", execution, fence=fence, lease_s=15)
        await memory.pass_ms(20)
        assert await claim(memory) is None
        assert not await memory.journal.renew("volta", "c1", execution, fence=fence - 1, lease_s=15)

    async def test_what_has_ended_or_never_was_cannot_be_claimed(self, memory):
        execution, fence = await memory.start()
        await memory.commit(execution, take=1, **ENDED)
        assert await claim(memory) is None
        assert await claim(memory, "x000009") is None
        assert not await memory.journal.renew("volta", "c1", execution, fence=fence, lease_s=15)


class TestCommit:
    async def test_it_writes_all_of_it_in_one_step(self, memory):
        execution, _ = await memory.start()
        done = await memory.commit(
            execution,
            records=[("customer", b"one", b"hi"), ("billing", b"two", None)],
            session={"agent": "billing", "name": "Anna"},
            hashes={"approvals": {"A1": "open", "A2": "open"}},
            blobs={"d1": b"\x00part"},
            index=[("approvals", "volta/c1/A1", 5.0), ("approvals", "volta/c1/A2", 3.0)],
            take=1,
        )
        assert (done.status, done.first_seq, done.inbox) == ("ok", 1, [])
        records = await memory.log.read("volta", "c1")
        assert [(r.seq, r.log, r.number, r.data) for r in records] == [
            (1, "customer", 1, b"one"),
            (2, "billing", 2, b"two"),
        ]
        assert {r.at_ms for r in records} == {done.at_ms}
        assert await memory.log.session("volta", "c1") == {"agent": "billing", "name": "Anna"}
        assert await memory.log.blobs("volta", "c1", ["d1", "d2"]) == {"d1": b"\x00part"}
        assert await memory.log.indexed("approvals", 10) == ["volta/c1/A2", "volta/c1/A1"]
        assert [(e.seq, e.data) for e in await memory.log.window("volta", "c1")] == [(1, b"hi")]

    async def test_none_deletes_score_zero_removes_and_a_blob_is_stored_once(self, memory):
        execution, _ = await memory.start()
        await memory.commit(
            execution, session={"a": "1", "b": "2"}, hashes={"h": {"f": "1"}}, blobs={"d": b"x"}, index=[("i", "m", 1)]
        )
        await memory.commit(
            execution, number=2, commit_id="k2",
            session={"a": None}, hashes={"h": {"f": None}}, blobs={"d": b"y"}, index=[("i", "m", 0)],
        )  # fmt: skip
        assert await memory.log.session("volta", "c1") == {"b": "2"}
        assert await memory.log.hash("volta", "c1", "h") == {}
        assert await memory.log.blobs("volta", "c1", ["d"]) == {"d": b"x"}
        assert await memory.log.indexed("i", 10) == []

    async def test_a_repeated_commit_gets_its_answer_again_and_writes_nothing(self, memory):
        execution, _ = await memory.start()
        first = await memory.commit(execution, take=1)
        again = await memory.commit(execution, take=1)
        assert again == first._replace(status="repeated")
        assert len(await memory.log.read("volta", "c1")) == 1

    async def test_also_when_it_ended_the_execution(self, memory):
        execution, _ = await memory.start()
        await memory.commit(execution, take=1, **ENDED)
        assert (await memory.commit(execution, take=1, **ENDED)).status == "repeated"
        assert len(await memory.log.read("volta", "c1")) == 1

    async def test_a_commit_is_known_by_its_id_not_by_its_number(self, memory):
        execution, _ = await memory.start()
        await memory.commit(execution, commit_id="k1")
        assert (await memory.commit(execution, commit_id="another")).status == "stale"

    async def test_a_stale_owner_is_refused_and_leaves_one_drop_record(self, memory):
        execution, fence = await memory.start(lease_s=0.01)
        await memory.pass_ms(10)
        assert (await claim(memory)).fence == fence + 1
        for _ in range(3):
            late = await memory.commit(execution, commit_id="late", session={"agent": "sales"}, blobs={"d": b"x"})
            assert (late.status, late.first_seq) == ("stale", 0)
        (drop,) = await memory.log.read("volta", "c1")
        assert (drop.log, drop.number, drop.execution) == ("system", 0, execution)
        assert json.loads(drop.data) == {
            "kind": "dropped", "why": "stale", "commit_id": "late", "fence": fence, "number": 1,
        }  # fmt: skip
        assert await memory.log.session("volta", "c1") == {}
        assert (await memory.commit(execution, fence=fence + 1)).first_seq == 2

    async def test_a_recorded_commit_sent_again_by_a_replaced_owner_is_stale_but_nothing_was_dropped(self, memory):
        execution, _ = await memory.start(lease_s=0.01)
        await memory.commit(execution)
        await memory.pass_ms(10)
        await claim(memory)
        assert (await memory.commit(execution)).status == "stale"
        assert len(await memory.log.read("volta", "c1")) == 1

    async def test_an_unknown_execution_is_stale_and_nothing_is_made_for_it(self, memory):
        assert (await memory.commit("x000007")).status == "stale"
        assert await memory.log.read("volta", "c1") == []

    async def test_who_lost_control_to_a_person_is_refused_unless_it_records_a_result(self, memory):
        execution, _ = await memory.start()
        await memory.take_over("volta", "c1")
        assert (await memory.commit(execution, epoch=0, commit_id="late")).status == "epoch"
        assert (await memory.commit(execution, epoch=None)).status == "ok"
        assert (await memory.commit(execution, epoch=1, number=2, commit_id="k2")).status == "ok"
        assert [record.number for record in await memory.log.read("volta", "c1")] == [0, 1, 2]

    async def test_an_erased_conversation_takes_no_commit(self, memory):
        execution, _ = await memory.start()
        await memory.erase("volta", "c1")
        assert (await memory.commit(execution)).status == "gone"
        assert await memory.log.read("volta", "c1") == []

    @pytest.mark.parametrize("wanted", [{"quiet": True}, {"status": "completed"}, {"status": "waiting_human"}])
    async def test_a_turn_cannot_end_or_speak_over_a_message_not_taken_in(self, memory, wanted):
        execution, _ = await memory.start(item=b"m1")
        await submit(memory, "m2")
        refused = await memory.commit(execution, take=1, **wanted)
        assert (refused.status, refused.inbox) == ("inbox", [b"m1", b"m2"])
        assert await memory.log.read("volta", "c1") == []
        assert (await memory.commit(execution, take=2, **wanted)).status == "ok"

    async def test_what_arrives_as_a_turn_ends_is_neither_lost_nor_answered_twice(self, memory):
        for turn in range(30):
            conversation = f"c{turn}"
            execution, _ = await memory.start(conversation, item=b"m1")
            late = memory.journal.submit("volta", conversation, customer="anna", item_id="m2", item=b"m2")
            ended, submitted = await asyncio.gather(memory.commit(execution, conversation, take=1, **ENDED), late)
            assert (ended.status, submitted) in [("ok", ("started", "x000002")), ("inbox", ("joined", execution))]
            head = await memory.log.head("volta", conversation)
            assert head.active == submitted.execution

    @pytest.mark.parametrize(
        "wrong",
        [
            {"records": [("billing", b"{}", None), ("not a log", b"{}", None)]},
            {"hashes": {"h": {"f": "1"}, "messages": {"f": "1"}}},
            {"hashes": {"h:x": {}}},
            {"index": [("i", "m", 1.0), ("no/name", "m", 1.0)]},
        ],
    )
    async def test_a_commit_that_is_wrong_in_one_place_writes_nothing(self, memory, wrong):
        execution, _ = await memory.start()
        with pytest.raises(InvalidName):
            await memory.commit(execution, session={"agent": "sales"}, **wrong)
        assert await memory.log.read("volta", "c1") == []
        assert await memory.log.session("volta", "c1") == {}
        assert await memory.log.indexed("i", 10) == []

    async def test_a_parked_execution_lets_the_customer_go_on(self, memory):
        execution, _ = await memory.start(item=b"m1")
        await memory.commit(execution, take=1, status="waiting_human")
        assert await submit(memory, "m2") == ("started", "x000002")
        assert (await memory.commit(execution, number=2, commit_id="k2")).status == "stale"

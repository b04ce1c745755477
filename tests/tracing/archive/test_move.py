"""What is said in Redis lands in the archive: once, whole, and nothing that was erased."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from handoffs.events import CustomerSaid, encode
from handoffs.ports import Stored
from memory.session import keys
from memory.session.redis_erasing import RedisErasing
from memory.session.redis_log import RedisSessionLog
from tracing.archive.listing import Wanted
from tracing.archive.move import PAGE
from tracing.archive.store import Archive
from tracing.join import join
from tracing.record import TraceRecord
from tracing.render import json_of

PLANTED = "the-planted-string"


def trace_of(tenant: str, records: list[Stored]) -> bytes:
    return json_of(join(TraceRecord.of(tenant, "c1", record) for record in records))


async def listed(talk):
    return (await talk.archive.conversations(Wanted(tenant=talk.tenant))).conversations


async def test_the_trace_from_the_archive_is_the_trace_from_redis_byte_for_byte(talk):
    live = await talk.tell("c1", 0, 1)
    assert await talk.mover().move_all() == len(live) == 25
    archived = await talk.archive.read(talk.tenant, "c1")
    assert [tuple(one) for one in archived] == [tuple(one) for one in live]
    assert trace_of(talk.tenant, archived) == trace_of(talk.tenant, live)
    assert await talk.archive.blobs(talk.tenant, "c1", ["d1", "d2", "d3"]) == await talk.log.blobs(
        talk.tenant, "c1", ["d1", "d2"]
    )


async def test_what_has_landed_does_not_land_again_and_what_is_new_does(talk):
    await talk.tell("c1", 0)
    mover = talk.mover()
    await mover.move_all()
    assert await mover.move_all() == 0
    await talk.tell("c1", 1)
    assert await mover.move_lately() == 14
    assert await talk.archive.read(talk.tenant, "c1") == await talk.log.read(talk.tenant, "c1")


async def test_the_list_says_what_a_conversation_came_to(talk):
    await talk.tell("c1", 0, 1)
    await talk.mover().move_all()
    (one,) = await listed(talk)
    assert (one.customer, one.agent, one.status, one.turns) == ("anna", "sales", "completed", 2)
    assert (one.decisions, one.calls, one.handoffs, one.errors, one.escalations) == (6, 4, 2, 0, 0)
    assert (one.input_tokens, one.output_tokens) == (6 * 310, 6 * 12)
    assert one.cost == pytest.approx(0.06)
    assert one.opening == "I was charged twice for my last order"


async def test_a_running_execution_is_in_the_list_and_so_is_its_end(talk):
    execution = await talk.begin("c1")
    events = [(event.log, encode(event), None) for event in talk.turns[0]]
    await talk.write("c1", execution, events[:-1], ends=False)
    mover = talk.mover()
    assert await mover.move_lately() == 10
    assert (await listed(talk))[0].status == "running"
    await talk.write("c1", execution, events[-1:], ends=True, number=11)
    assert await mover.move_lately() == 1
    assert (await listed(talk))[0].status == "completed"


async def test_many_movers_at_once_land_every_record_once(talk, url):
    live = {name: await talk.tell(name, 0, 1) for name in ("c1", "c2", "c3")}
    others = [Archive.at(url) for _ in range(4)]
    moved = await asyncio.gather(*(talk.mover(archive=other).move_all() for other in others))
    assert sum(moved) == 75
    for name, records in live.items():
        assert await talk.archive.read(talk.tenant, name) == records
    for other in others:
        await other.close()


async def test_a_long_conversation_lands_page_by_page(talk):
    execution = await talk.begin("c1")
    await talk.write("c1", execution, [("billing", b"%d" % number, None) for number in range(3 * PAGE)], ends=True)
    assert await talk.mover().move_all() == 3 * PAGE
    assert await talk.archive.read(talk.tenant, "c1") == await talk.log.read(talk.tenant, "c1")


@pytest.mark.parametrize("said", [b'{"v":99,"kind":["?"]}', b'{"kind":"a\\u0000b","text":"\\ud800"}', b"\x00\xff"])
async def test_a_record_of_another_program_is_kept_as_it_is(talk, said):
    await talk.write("c1", await talk.begin("c1"), [("customer", said, None)], ends=True)
    await talk.mover().move_all()
    assert [one.data for one in await talk.archive.read(talk.tenant, "c1")] == [said]


@pytest.mark.parametrize("anew", [0, 1, 2, 5])
async def test_what_redis_lost_in_a_power_cut_and_gave_anew_is_what_counts(talk, anew):
    """Redis may lose a second of what has landed already; then it gives the numbers to other records."""
    execution = await talk.begin("c1")
    await talk.write("c1", execution, [("billing", b"%d" % number, None) for number in range(3)], ends=False)
    slot = keys.base(talk.tenant, "c1")
    before = {part: await talk.redis.dump(slot + part) for part in ("head", "log:billing", f"exec:{execution}")}
    await talk.write("c1", execution, [("billing", b"lost", None), ("billing", b"lost", None)], ends=False, number=4)
    await talk.mover().move_all()
    for part, state in before.items():
        await talk.redis.restore(slot + part, 0, state, replace=True)
    await talk.write("c1", execution, [("sales", b"new", None)] * anew, ends=True, number=4)

    await talk.mover().move(talk.tenant, "c1")
    assert [one.data for one in await talk.archive.read(talk.tenant, "c1")] == [b"0", b"1", b"2"] + [b"new"] * anew


async def test_nothing_of_a_forgotten_customer_comes_back_or_is_left_in_a_file(talk, url, tmp_path: Path):
    talk.turns[0][1] = CustomerSaid(message_id="m1", text=PLANTED)
    await talk.tell("c1", 0)
    await talk.tell("c2", 0, customer="ben")
    mover = talk.mover()
    await mover.move_all()
    held = [path for path in tmp_path.iterdir() if PLANTED.encode() in path.read_bytes()]
    assert held or "sqlite" not in url, "the test must be able to fail"

    await RedisErasing(talk.redis).erase(talk.tenant, "anna", "c1")
    assert await talk.archive.forget(talk.tenant, "anna") == 1
    await mover.move(talk.tenant, "c1")

    assert await talk.whole.read(talk.tenant, "c1") == []
    assert [one.conversation for one in await listed(talk)] == ["c2"]
    await RedisErasing(talk.redis).erase(talk.tenant, "ben", "c2")
    await talk.archive.forget(talk.tenant, "ben")
    await talk.archive.compact()
    assert not [path.name for path in tmp_path.iterdir() if PLANTED.encode() in path.read_bytes()]


async def test_a_tombstone_between_reading_and_landing_keeps_it_out(talk):
    await talk.tell("c1", 0)
    erasing = RedisErasing(talk.redis)

    class ErasedMeanwhile(RedisSessionLog):
        async def blobs(self, tenant, conversation, digests):
            await erasing.erase(tenant, "anna", conversation)
            return {}

    assert await talk.mover(log=ErasedMeanwhile(talk.redis)).move(talk.tenant, "c1") == 0
    assert await talk.archive.read(talk.tenant, "c1") == []


async def test_another_tenant_sees_nothing(talk):
    await talk.tell("c1", 0)
    await talk.mover().move_all()
    assert await talk.archive.read("lumen", "c1") == []
    assert await talk.archive.execution("lumen", "c1", "x000001") == []
    assert await talk.archive.blobs("lumen", "c1", ["d1"]) == {}
    assert (await talk.archive.conversations(Wanted(tenant="lumen"))).conversations == []
    assert await talk.archive.forget("lumen", "anna") == 0
    assert len(await talk.archive.read(talk.tenant, "c1")) == 11

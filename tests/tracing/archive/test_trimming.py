"""Session memory lets go of what has landed and rested, and of nothing else; whoever reads sees no difference."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from memory.session import keys
from memory.session.redis_erasing import RedisErasing
from memory.session.redis_log import RedisSessionLog
from tracing.archive.schema import EXECUTIONS
from tracing.archive.whole import Whole

ALL_MS = 10**14  # long after all that these tests say


async def mark_as_old(talk, execution: str) -> None:
    """Its end was long ago."""
    of = EXECUTIONS.c
    ours = update(EXECUTIONS).where(of.tenant == talk.tenant, of.execution == execution)
    async with talk.archive.engine.begin() as connection:
        await connection.execute(ours.values(last_ms=1))


async def test_an_execution_that_landed_and_ended_leaves_redis(talk):
    live = await talk.tell("c1", 0, 1)
    mover = talk.mover()
    await mover.move_all()
    assert await mover.trim(ALL_MS) == 2
    assert await talk.log.read(talk.tenant, "c1") == []
    assert await talk.log.blobs(talk.tenant, "c1", ["d1", "d2"]) == {}
    assert not await talk.redis.exists(keys.base(talk.tenant, "c1") + "exec:x000001")
    assert await talk.whole.read(talk.tenant, "c1") == live
    assert await talk.whole.execution(talk.tenant, "c1", "x000002") == live[11:]
    assert set(await talk.whole.blobs(talk.tenant, "c1", ["d1", "d2", "d3"])) == {"d1", "d2"}
    assert await mover.trim(ALL_MS) == 0


async def test_what_has_not_rested_stays(talk):
    live = await talk.tell("c1", 0, 1)
    mover = talk.mover()
    await mover.move_all()
    assert await mover.trim(0) == 0
    assert await talk.log.read(talk.tenant, "c1") == live


async def test_what_has_not_landed_lands_before_redis_lets_go_of_anything(talk):
    await talk.tell("c1", 0)
    mover = talk.mover()
    await mover.move_all()
    live = await talk.tell("c1", 1)
    assert await mover.trim(ALL_MS) == 0
    assert await talk.log.read(talk.tenant, "c1") == live
    assert await mover.trim(ALL_MS) == 2
    assert await talk.log.read(talk.tenant, "c1") == []
    assert await talk.whole.read(talk.tenant, "c1") == live


async def test_an_execution_is_let_go_of_before_a_younger_one(talk):
    live = await talk.tell("c1", 0, 1)
    mover = talk.mover()
    await mover.move_all()
    await mark_as_old(talk, "x000001")
    assert await mover.trim(live[0].at_ms - 1) == 1
    assert await talk.log.read(talk.tenant, "c1") == live[11:]
    assert await talk.whole.read(talk.tenant, "c1") == live
    assert await talk.whole.execution(talk.tenant, "c1", "x000001") == live[:11]


async def test_nothing_is_let_go_of_while_an_execution_runs(talk):
    await talk.tell("c1", 0)
    running = await talk.begin("c1")
    mover = talk.mover()
    await mover.move_all()
    assert await mover.trim(ALL_MS) == 0
    assert len(await talk.log.read(talk.tenant, "c1")) == 11
    await talk.write("c1", running, [("billing", b'{"kind":"ended","status":"completed"}', None)], ends=True)
    await mover.move_all()
    assert await mover.trim(ALL_MS) == 2
    assert await talk.log.read(talk.tenant, "c1") == []


async def test_a_conversation_goes_on_after_it_was_let_go_of(talk):
    before = await talk.tell("c1", 0)
    mover = talk.mover()
    await mover.move_all()
    await mover.trim(ALL_MS)
    after = await talk.tell("c1", 1)
    assert after[0].seq == before[-1].seq + 1
    await mover.move_all()
    assert await talk.archive.read(talk.tenant, "c1") == [*before, *after]
    assert await talk.whole.read(talk.tenant, "c1") == [*before, *after]


async def test_what_landed_as_something_else_lands_anew_before_redis_lets_go_of_it(talk):
    """After a power cut a number may stand for another record than the one that landed under it."""
    await talk.tell("c1", 0)
    await talk.mover().move_all()
    log = keys.base(talk.tenant, "c1") + "log:system"
    *others, (_, fields) = await talk.redis.xrange(log)
    await talk.redis.delete(log)
    for place, same in others:
        await talk.redis.xadd(log, same, id=place)
    await talk.redis.xadd(log, {**fields, b"at": 7}, id="11-0")

    assert await talk.mover().trim(ALL_MS) == 0
    assert [one.at_ms for one in await talk.archive.read(talk.tenant, "c1")][-1] == 7
    assert await talk.whole.read(talk.tenant, "c1") == await talk.log.read(talk.tenant, "c1")


async def test_an_erased_conversation_is_not_asked_about_for_ever(talk):
    await talk.tell("c1", 0)
    mover = talk.mover()
    await mover.move_all()
    await talk.redis.flushdb()
    assert await mover.trim(ALL_MS) == 1
    assert await mover.trim(ALL_MS) == 0


@pytest.mark.parametrize("after_seq", [0, 5, 11, 20, 25, 30])
@pytest.mark.parametrize("limit", [None, 3, 100])
async def test_a_page_is_the_same_page_wherever_its_records_are(talk, after_seq, limit):
    live = await talk.tell("c1", 0, 1)
    expected = live[after_seq:][:limit]
    assert await talk.whole.read(talk.tenant, "c1", after_seq=after_seq, limit=limit) == expected
    mover = talk.mover()
    await mover.move_all()
    await mark_as_old(talk, "x000001")
    for before_ms in (live[0].at_ms - 1, ALL_MS):
        await mover.trim(before_ms)
        assert await talk.whole.read(talk.tenant, "c1", after_seq=after_seq, limit=limit) == expected


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_record_that_moves_between_the_two_reads_is_seen_once(talk, when):
    live = await talk.tell("c1", 0, 1)
    mover = talk.mover()

    class MovesMeanwhile(RedisSessionLog):
        async def read(self, *where, **how):
            found = await super().read(*where, **how) if when == "after" else []
            await mover.move_all()
            await mover.trim(ALL_MS)
            return found or await super().read(*where, **how)

    whole = Whole(MovesMeanwhile(talk.redis), talk.archive)
    assert await whole.read(talk.tenant, "c1") == live


async def test_a_tombstone_hides_what_the_archive_has_not_forgotten_yet(talk):
    await talk.tell("c1", 0)
    mover = talk.mover()
    await mover.move_all()
    await mover.trim(ALL_MS)
    await RedisErasing(talk.redis).erase(talk.tenant, "anna", "c1")
    assert await talk.whole.read(talk.tenant, "c1") == []
    assert await talk.whole.execution(talk.tenant, "c1", "x000001") == []
    assert await talk.whole.blobs(talk.tenant, "c1", ["d1"]) == {}


async def test_an_unknown_conversation_has_no_records(talk):
    assert await talk.whole.read(talk.tenant, "never") == []
    assert await talk.whole.execution(talk.tenant, "never", "x000001") == []
    assert await talk.whole.blobs(talk.tenant, "never", ["d1"]) == {}

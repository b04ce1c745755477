"""SIGKILL at a labelled point, a restart, and everything is as if nothing had happened: told by a ledger outside.

`make test` takes a chosen handful of points; `make soak` takes every point there is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count

import pytest

PARKED = {
    "customer": "ben",
    "steps": (("say", "c1", "my parcel is lost, give me my money back"), ("approve", "c1", "the refund")),
}
KINDS = ("commit", "effect", "read", "say", "approve")

CHOSEN = (
    "after say yes",
    "after commit decided",
    "before commit call_cleared,call_intended",
    "after commit call_cleared,call_intended",
    "after effect refund_payment",
    "after commit call_finished#3",
    "before commit decided,call_finished,handoff_out,handoff_in",
    "after commit decided,call_finished,handoff_out,handoff_in",
    "before commit decided,said,ended#2",
)
BETWEEN_INTENT_AND_RESULT = ("after commit call_cleared,call_intended", "after effect refund_payment")


async def killed_at(point: str, world, *, by: int = 0) -> str:
    """Kill a life at that point and live on; what its last record was when it died, or '' if it never came there."""
    if await world.live(crash_at=point, by=by) == "done":
        return ""
    records = (await world.trace()).records
    await world.time_passes()
    assert await world.live(by=by) == "done"
    return f"{records[-1].event.kind} {getattr(records[-1].event, 'tool', '')}".strip() if records else "nothing"


async def assert_in_doubt(world, calm, where: str) -> None:
    """It happened or it did not, once at most; a person is asked, the customer is told, and the chat goes on."""
    results = [record.event for record in (await world.trace()).records if record.event.kind == "call_finished"]
    assert [one.tool for one in results if one.outcome == "in_doubt"] == ["refund_payment"], where
    assert len(await world.book("doubts")) == len(await world.book("escalations")) == 1, where
    story, (_, gained) = await world.outcome()
    assert sum(row[0] == "refunds" for row in gained) <= 1, where
    assert any("not certain" in text for _, _, text in story), where
    assert story[-1] == calm.story[-1], where


@pytest.mark.parametrize("point", CHOSEN)
async def test_a_conversation_goes_on_where_it_was_killed(new_world, point):
    calm, world = await new_world.calm(), new_world()
    assert await killed_at(point, world)
    assert await world.outcome() == calm


@pytest.mark.parametrize("point", BETWEEN_INTENT_AND_RESULT)
async def test_an_effect_that_cannot_be_known_is_shown_in_doubt(new_world, point):
    calm, world = await new_world.calm(), new_world(keyless="refund_payment")
    assert await killed_at(point, world)
    await assert_in_doubt(world, calm, point)


async def test_an_approved_refund_is_made_once_though_its_worker_dies_in_it(new_world):
    calm, world = await new_world.calm(**PARKED), new_world(**PARKED)
    assert await killed_at("after effect refund_payment", world)
    assert await world.outcome() == calm


async def test_a_turn_that_kills_every_worker_goes_to_a_person(new_world):
    world, lives = new_world(steps=(("say", "c1", "hello"),)), 0
    while await world.live(crash_at="before commit decided") == "killed":
        await world.time_passes()
        lives += 1
        assert lives < 10, "it must not be retried for ever"
    assert len(await world.book("escalations")) == 1
    world.steps += (("say", "c1", "are you still there?"),)
    assert await world.live() == "done"
    ends = [record.event.status for record in (await world.trace()).records if record.event.kind == "ended"]
    assert ends == ["failed", "completed"], "the conversation itself goes on"


@pytest.mark.soak
async def test_a_conversation_ends_though_its_worker_dies_after_every_commit(new_world):
    calm, world = await new_world.calm(), new_world()
    while await world.live(crash_at="after commit") == "killed":
        await world.time_passes()
    assert await world.outcome() == calm


def points(over: set[str]) -> Iterator[str]:
    """Every labelled point by kind and number, until someone says that a kind is over."""
    for kind in KINDS:
        for number in count(1):
            if kind in over:
                break
            yield f"{kind}#{number}"


@pytest.mark.soak
@pytest.mark.parametrize("keyless", ["", "refund_payment"])
@pytest.mark.parametrize("wanted", [{}, PARKED], ids=["the tour", "an approval"])
async def test_every_point(new_world, wanted, keyless):
    calm = await new_world.calm(**wanted)
    over: set[str] = set()
    todo, died, doubted = points(over), [], []

    async def work(by: int) -> None:
        for point in todo:
            world = new_world(**wanted, keyless=keyless)
            if not (last := await killed_at(point, world, by=by)):
                over.add(point.partition("#")[0])
                continue
            died.append(point)
            where = f"killed at {point}, when the last record was {last}"
            if last == f"call_intended {keyless}":
                doubted.append(point)
                await assert_in_doubt(world, calm, where)
            else:
                assert await world.outcome() == calm, where

    await asyncio.gather(work(0), work(1))
    assert len(died) >= (24 if wanted else 90)
    assert len(doubted) == (4 if keyless else 0)

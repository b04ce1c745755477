"""Two processes and one execution: one wins, and what the other still wants to write is refused and noted."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from tracing.record import Dropped

SOMEWHERE = (
    {"tool": "refund_payment", "when": "before"},
    {"tool": "refund_payment", "when": "after"},
    {"question": 8},
)


async def drops(world) -> int:
    """How many commits were refused."""
    return sum(isinstance(record.event, Dropped) for record in (await world.trace()).records)


@pytest.mark.parametrize("where", SOMEWHERE, ids=str)
async def test_a_worker_that_wakes_up_too_late_is_refused(new_world, where):
    calm, world = await new_world.calm(), new_world()
    world.begin(trap={**where, "does": "stop"}, by=0)
    how, pid = await world.told(by=0)
    assert how == "stopped"
    await world.time_passes()
    assert await world.live(by=1) == "done", "another worker takes over"
    os.kill(pid, signal.SIGCONT)
    assert await world.told(by=0) == ("done", pid)
    assert await world.outcome() == calm
    assert await drops(world) == 1


@pytest.mark.parametrize("then", [{"tool": "refund_payment", "when": "before"}, {"question": 1}], ids=str)
async def test_a_worker_is_refused_while_the_other_one_is_still_at_work(new_world, until, then):
    calm, world = await new_world.calm(), new_world()
    world.begin(trap={"tool": "refund_payment", "when": "after", "does": "stop"}, by=0)
    _, late = await world.told(by=0)
    await world.time_passes()
    world.begin(trap={**then, "does": "stop"}, by=1)
    how, owner = await world.told(by=1)
    assert how == "stopped"
    os.kill(late, signal.SIGCONT)

    async def is_refused() -> bool:
        return await drops(world) == 1

    await until(is_refused)
    os.kill(owner, signal.SIGCONT)
    ends = await asyncio.gather(world.told(by=0), world.told(by=1))
    assert ends == [("done", late), ("done", owner)]
    assert await world.outcome() == calm
    assert await drops(world) == 1


@pytest.mark.parametrize("point", ["after commit decided#2", "after effect refund_payment"])
async def test_two_workers_race_for_what_a_third_one_left(new_world, point):
    calm, world = await new_world.calm(), new_world()
    assert await world.live(crash_at=point) == "killed"
    await world.time_passes()
    world.begin(by=0)
    world.begin(by=1)
    ends = await asyncio.gather(world.told(by=0), world.told(by=1))
    assert [how for how, _ in ends] == ["done", "done"]
    assert await world.outcome() == calm
    assert await drops(world) == 0, "who came second never began"

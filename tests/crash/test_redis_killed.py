"""SIGKILL of Redis in mid-turn: it is started again, and the turn goes on; nothing is half-done or done twice."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress

import pytest
from redis.exceptions import RedisError

IN_MID_TURN = (
    {"question": 2},
    {"tool": "refund_payment", "when": "before"},
    {"tool": "refund_payment", "when": "after"},
    {"tool": "track_order", "when": "after"},
)


async def lived(world, trap: dict[str, object]) -> str:
    """A life in which Redis is killed, and in which no lease lasts, so that nobody has to wait for one."""
    life = asyncio.create_task(world.live(trap={**trap, "does": "kill redis"}))
    while not life.done():
        with suppress(RedisError, OSError):
            await world.time_passes()
        await asyncio.wait({life}, timeout=0.05)
    return await life


@pytest.mark.parametrize("trap", IN_MID_TURN, ids=str)
async def test_the_turn_goes_on_when_redis_is_back(new_world, trap):
    calm, world = await new_world.calm(), new_world(embedded=True)
    assert await lived(world, trap) == "done"
    assert await world.outcome() == calm


TOOLS = (
    "list_payments", "refund_options", "refund_payment", "list_orders", "track_order", "reset_password",
    "search_products", "list_discounts", "track_refunds",
)  # fmt: skip
QUESTIONS = 17
EVERYWHERE = (
    *({"question": question} for question in range(1, QUESTIONS + 1)),
    *({"tool": tool, "when": when} for tool in TOOLS for when in ("before", "after")),
)


@pytest.mark.soak
@pytest.mark.parametrize("trap", EVERYWHERE, ids=str)
async def test_redis_may_die_between_any_two_commits(new_world, trap):
    calm, world = await new_world.calm(), new_world(embedded=True)
    assert sum(kind == "decided" for _, kind, _ in calm.story) == QUESTIONS
    assert await lived(world, trap) == "done"
    assert await world.outcome() == calm


async def test_a_killed_application_leaves_its_redis_to_the_next_one(new_world):
    calm, world = await new_world.calm(), new_world(embedded=True)
    assert await world.live(crash_at="after effect refund_payment") == "killed"
    left_behind = await world.redis_pid()
    await world.time_passes()
    world.begin(trap={"tool": "track_refunds", "when": "before", "does": "stop"})
    how, pid = await world.told()
    assert how == "stopped"
    assert await world.redis_pid() == left_behind, "adopted, not doubled"
    os.kill(pid, signal.SIGCONT)
    assert await world.told() == ("done", pid)
    assert await world.outcome() == calm

"""Whoever is cancelled in the midst of writing leaves nothing half done, and no lock behind."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from tracing.archive.store import Archive
from tracing.archive.uncut import uncut


async def test_what_has_begun_ends_before_its_caller_is_cancelled():
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    @uncut
    async def work() -> None:
        begun.set()
        await may_end.wait()
        ended.set()

    caller = asyncio.create_task(work())
    await begun.wait()
    caller.cancel()
    await asyncio.sleep(0)
    assert not caller.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert ended.is_set()


async def test_its_answer_and_its_errors_are_its_own():
    @uncut
    async def divide(a: int, b: int) -> int:
        return a // b

    assert await divide(6, b=2) == 3
    with pytest.raises(ZeroDivisionError):
        await divide(1, 0)


@pytest.mark.parametrize("steps", range(0, 120, 8))
async def test_a_mover_that_is_cancelled_anywhere_keeps_nobody_from_writing(talk, url, steps):
    live = await talk.tell("c1", 0, 1)
    moving = asyncio.create_task(talk.mover().move_all())
    for _ in range(steps):
        await asyncio.sleep(0)
    moving.cancel()
    with suppress(asyncio.CancelledError):
        await moving
    other = Archive.at(url)
    async with asyncio.timeout(5):
        await talk.mover(archive=other).move_all()
    assert await other.read(talk.tenant, "c1") == live
    await other.close()

"""Long-term memory that was away comes back by itself, and is not asked for all the time meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from memory.errors import StoreUnavailable
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import TenantScope
from memory.longterm.ports import Where
from memory.longterm.reopening import ReopeningStore

VOLTA = TenantScope(tenant="volta")


class Door:
    """Opens when ``is_open``; counts who knocked."""

    def __init__(self) -> None:
        self.is_open = False
        self.knocks = 0

    async def __call__(self) -> InMemoryMemoryStore:
        self.knocks += 1
        if not self.is_open:
            raise StoreUnavailable("Qdrant does not answer")
        return InMemoryMemoryStore()


async def test_what_is_away_says_so_and_comes_back():
    door = Door()
    store = ReopeningStore(door, again_after_s=0)
    with pytest.raises(StoreUnavailable, match="does not answer"):
        await store.count(VOLTA, Where())

    door.is_open = True

    assert await store.count(VOLTA, Where()) == 0
    assert await store.count(VOLTA, Where()) == 0
    assert door.knocks == 2


async def test_it_is_not_tried_with_every_call():
    door = Door()
    store = ReopeningStore(door, again_after_s=60)
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            await store.health()
    assert door.knocks == 1


async def test_closed_is_closed():
    door = Door()
    door.is_open = True
    store = ReopeningStore(door)
    await store.aclose()
    with pytest.raises(StoreUnavailable, match="is closed"):
        await store.health()
    assert door.knocks == 0


async def test_who_asked_first_may_leave_and_the_opening_goes_on():
    at_the_door, may_enter = asyncio.Event(), asyncio.Event()

    async def opening() -> InMemoryMemoryStore:
        assert not at_the_door.is_set(), "it is opened once"
        at_the_door.set()
        await may_enter.wait()
        return InMemoryMemoryStore()

    store = ReopeningStore(opening)
    first = asyncio.create_task(store.count(VOLTA, Where()))
    await at_the_door.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first

    second = asyncio.create_task(store.count(VOLTA, Where()))
    may_enter.set()

    assert await second == 0


async def test_what_opens_while_it_is_closed_is_closed_too():
    at_the_door, may_enter = asyncio.Event(), asyncio.Event()
    closed: list[str] = []

    class Watched(InMemoryMemoryStore):
        async def aclose(self) -> None:
            closed.append("closed")

    async def opening() -> InMemoryMemoryStore:
        at_the_door.set()
        await may_enter.wait()
        return Watched()

    store = ReopeningStore(opening)
    asking = asyncio.create_task(store.health())
    await at_the_door.wait()
    closing = asyncio.create_task(store.aclose())
    may_enter.set()
    await closing

    with pytest.raises(StoreUnavailable, match="is closed"):
        await asking
    assert closed == ["closed"]

"""Long-term memory that was away comes back by itself, and is not asked for all the time meanwhile."""

from __future__ import annotations

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

"""All memories that fit, page after page."""

from __future__ import annotations

from collections.abc import AsyncIterator

from memory.longterm.item import Memory, Scope
from memory.longterm.ports import MemoryStore, Where


async def every(store: MemoryStore, scope: Scope, where: Where, *, page: int = 256) -> AsyncIterator[Memory]:
    """Each memory of the scope that fits, in id order; what is written meanwhile may or may not be among them."""
    after: str | None = None
    while True:
        found = await store.scan(scope, where, after=after, limit=page)
        for memory in found.memories:
            yield memory
        if (after := found.after) is None:
            return

"""Memories as the JSON lines that seeding reads back unchanged."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Final

from memory.longterm.item import Memory, Scope
from memory.longterm.payload import to_payload
from memory.longterm.ports import MemoryStore, Where
from memory.longterm.scanning import every

_ELSEWHERE: Final = ("id", "tenant")  # the seeding job's scope says the tenant, and both make the id


def seed_line(memory: Memory) -> str:
    """One line without its end; what is empty is left out."""
    fields = {name: value for name, value in to_payload(memory).items() if name not in _ELSEWHERE and value}
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


async def export(store: MemoryStore, scope: Scope, where: Where) -> AsyncIterator[str]:
    """A line for each memory of the scope that fits, in id order."""
    async for memory in every(store, scope, where):
        yield seed_line(memory)

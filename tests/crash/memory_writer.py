"""A program to be killed: it writes memories in batches, and says after each how many are acknowledged by now.

``python memory_writer.py FOLDER [compact]``: with ``compact`` it rewrites its files all the while.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from memory.longterm.hashing import HashingEncoder
from memory.longterm.item import Memory, TenantScope, memory_id
from memory.longterm.ports import Where
from memory.longterm.qdrant_embedded import EmbeddedStore
from memory.longterm.space import VectorSpace

SPACE = VectorSpace(model="hashing", dimension=32, token_dimension=8)
SCOPE = TenantScope(tenant="volta")
NOW = datetime(2026, 11, 20, tzinfo=UTC)
BATCH = 50


def memory(number: int) -> Memory:
    return Memory(
        id=memory_id("volta", "anna", "counting", str(number)), tenant="volta", customer="anna", kind="episode",
        text=f"number {number}", said_at=NOW, confirmed_at=NOW, source="counting", position=number,
    )  # fmt: skip


async def write_for_ever(store: EmbeddedStore) -> None:
    encoder, number = HashingEncoder(dimension=32, token_dimension=8), 0
    while True:
        batch = [memory(one) for one in range(number, number + BATCH)]
        await store.put(SCOPE, list(zip(batch, await encoder.documents(batch), strict=True)))
        await store.erase(SCOPE, Where(ids=(batch[0].id,)))
        number += BATCH
        print(number, flush=True)


async def main(folder: Path, *, compacting: bool) -> None:
    store = await EmbeddedStore.open(folder, SPACE)
    writing = asyncio.create_task(write_for_ever(store))
    while compacting:
        await store.compact()
    await writing


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), compacting="compact" in sys.argv))

"""SIGKILL while memories are written, or while their files are rewritten: nothing acknowledged is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from memory.longterm.item import CustomerScope, TenantScope
from memory.longterm.ports import Where
from memory.longterm.qdrant_embedded import EmbeddedStore
from memory.longterm.space import VectorSpace

WRITER = Path(__file__).with_name("memory_writer.py")
SPACE = VectorSpace(model="hashing", dimension=32, token_dimension=8)
ANNA, WHOLE = CustomerScope(tenant="volta", customer="anna"), TenantScope(tenant="volta")
BATCH = 50


def killed_when(folder: Path, reached, *how: str) -> int:
    """Lets the writer run until ``reached(acknowledged)`` and kills it; answers how many it had acknowledged."""
    with subprocess.Popen([sys.executable, WRITER, folder, *how], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = 0
        for line in writer.stdout:
            acknowledged = int(line)
            if reached(acknowledged):
                break
        writer.kill()
        return max([acknowledged, *map(int, writer.stdout)])


async def remaining(folder: Path) -> list[int]:
    """The numbers found after opening again, by walking all pages and once by asking for one of them."""
    store = await EmbeddedStore.open(folder, SPACE)
    numbers, after = [], None
    while True:
        page = await store.scan(ANNA, Where(), after=after)
        numbers += [memory.position for memory in page.memories]
        after = page.after
        if after is None:
            break
    assert await store.count(WHOLE, Where()) == len(numbers)
    await store.aclose()
    return sorted(numbers)


def written(up_to: int) -> list[int]:
    """All numbers but the first of each batch, which the writer erased again."""
    return [number for number in range(up_to) if number % BATCH]


def without_the_last_batch(numbers: list[int], acknowledged: int) -> list[int]:
    """A batch that was written but not yet acknowledged may be there or not, erased first one and all."""
    return [number for number in numbers if number < acknowledged]


@pytest.mark.parametrize("batches", [1, 7, 60])
async def test_every_acknowledged_memory_is_there_after_a_kill_while_writing(tmp_path, batches):
    acknowledged = killed_when(tmp_path, lambda many: many >= batches * BATCH)
    assert without_the_last_batch(await remaining(tmp_path), acknowledged) == written(acknowledged)


def rewrite_has_begun(folder: Path) -> bool:
    return any(folder.glob("copy-*"))


def new_shard_is_filled(folder: Path) -> bool:
    return any(folder.glob("new-*/segments"))


def rewrite_has_ended(folder: Path) -> bool:
    return any(shard.name != "shard-000001" for shard in folder.glob("shard-*"))


@pytest.mark.parametrize("moment", [rewrite_has_begun, new_shard_is_filled, rewrite_has_ended])
async def test_every_acknowledged_memory_is_there_after_a_kill_while_compacting(tmp_path, moment):
    acknowledged = killed_when(tmp_path, lambda _: moment(tmp_path), "compact")
    assert without_the_last_batch(await remaining(tmp_path), acknowledged) == written(acknowledged)


async def test_what_a_killed_rewrite_left_is_cleared_away(tmp_path, until):
    killed_when(tmp_path, lambda _: new_shard_is_filled(tmp_path), "compact")

    async def cleared() -> bool:
        await remaining(tmp_path)  # opens and closes; the orphaned rewrite may still be at work
        return [path.name[:6] for path in tmp_path.iterdir() if path.is_dir()] == ["shard-"]

    await until(cleared)


async def test_a_killed_writer_is_followed_by_one_that_goes_on(tmp_path):
    first = killed_when(tmp_path, lambda many: many >= BATCH)
    again = killed_when(tmp_path, lambda many: many > first)
    assert without_the_last_batch(await remaining(tmp_path), again) == written(again)

"""SIGKILL while 10,000 lines are seeded, twice; run again, every line is there once and nothing is embedded twice."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from memory.longterm.item import TenantScope
from memory.longterm.ports import Where
from memory.longterm.qdrant_embedded import EmbeddedStore
from memory.longterm.scanning import every
from memory.longterm.space import VectorSpace

LINES = 10_000
STORED = re.compile(r"([\d,]+) of ([\d,]+) stored")
SPACE = VectorSpace(model="hashing", dimension=384, token_dimension=384)


class Seeding:
    """`baton memory seed FILE` as a process of its own."""

    def __init__(self, folder: Path, file: Path) -> None:
        environment = {**os.environ, "BATON_DATA_FOLDER": str(folder), "BATON_EMBEDDING_MODEL": "hashing"}
        words = [sys.executable, "-m", "baton", "memory", "seed", str(file)]
        self._process = subprocess.Popen(
            words, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )

    def killed_after(self, share: float) -> int:
        """How many lines it had said to be stored when it was killed, after that share of what was left to do."""
        assert self._process.stderr is not None
        with self._process:
            for told in self._process.stderr:
                found = STORED.match(told)
                assert found is not None, told
                done, total = (int(number.replace(",", "")) for number in found.groups())
                if done >= share * total:
                    self._process.kill()
                    return done
        raise AssertionError("it ended before it was killed")

    def ended(self) -> str:
        """What it said at its end."""
        out, err = self._process.communicate()
        assert self._process.returncode == 0, err
        return out


async def test_every_line_is_there_once(tmp_path: Path) -> None:
    file, folder = tmp_path / "lines.jsonl", tmp_path / "data"
    file.write_text("".join(f'{{"text": "line {number}"}}\n' for number in range(LINES)))
    stored = Seeding(folder, file).killed_after(0.2)
    stored += Seeding(folder, file).killed_after(0.5)
    assert LINES / 2 < stored < LINES

    found = re.match(
        r"volta: ([\d,]+) added, 0 replaced, ([\d,]+) unchanged, 0 removed, 0 rej", Seeding(folder, file).ended()
    )
    assert found is not None
    added, unchanged = (int(number.replace(",", "")) for number in found.groups())
    assert added + unchanged == LINES
    assert unchanged >= stored

    store = await EmbeddedStore.open(folder / "memory", SPACE)
    texts = [memory.text async for memory in every(store, TenantScope(tenant="volta"), Where())]
    assert await store.count(TenantScope(tenant="volta"), Where()) == LINES
    await store.aclose()
    assert sorted(texts) == sorted(f"line {number}" for number in range(LINES))

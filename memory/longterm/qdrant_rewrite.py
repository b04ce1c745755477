"""Rewrites a shard into a fresh one: only what lives, with its indexes built.

A program of its own, because the engine keeps Python's lock while it builds: a minute for 100,000 memories, in which
no chat would answer.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import qdrant_edge as edge

from memory.errors import StoreUnavailable
from memory.longterm.qdrant_shard import created, loaded, stored_space

_BATCH = 500
_ROOT = Path(__file__).parents[2]


class Rewriting:
    """A rewrite in a process beside this one, which can be given up."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._ended = False

    async def run(self, source: Path, target: Path) -> None:
        """*Raises*: StoreUnavailable when the rewrite failed or was given up; ``target`` is then of no use."""
        self._process = process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", __name__, str(source), str(target)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join((str(_ROOT), os.environ.get("PYTHONPATH", "")))},
        )
        try:
            if self._ended:
                process.kill()
            _, said = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            last = said.decode(errors="replace").strip().rpartition("\n")[2]
            raise StoreUnavailable(
                f"The memories could not be rewritten ({last or 'given up'}): nothing has changed; make room on the "
                "disk if it is full, and compact again."
            )

    def end(self) -> None:
        """Give up a rewrite that runs, and all later ones."""
        self._ended = True
        if self._process is not None and self._process.returncode is None:
            self._process.kill()


def rewrite(source: Path, target: Path) -> None:
    """Copy every live point of a shard that nobody else has open into a new shard, and build its indexes."""
    old = loaded(source)
    new = created(target, stored_space(source))
    offset: edge.PointId | None = None
    while True:
        request = edge.ScrollRequest(offset=offset, limit=_BATCH, with_payload=True, with_vector=True)
        records, offset = old.scroll(request)
        points = [edge.Point(record.id, record.vector or {}, record.payload) for record in records]
        new.update(edge.UpdateOperation.upsert_points(points))
        if offset is None:
            break
    new.optimize()
    new.flush()
    new.close()
    old.close()


if __name__ == "__main__":
    os.nice(5)
    rewrite(Path(sys.argv[1]), Path(sys.argv[2]))

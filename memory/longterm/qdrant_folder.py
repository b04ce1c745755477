"""The folder of the embedded engine: one shard that counts, found again after a crash at any moment.

``shard-000001/`` is complete when it has that name; the highest number counts. What is being made is ``new-…`` or
``copy-…`` and is thrown away at the next start; no two are called alike, since a rewrite may outlive who began it.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path

import qdrant_edge as edge

from memory.errors import StoreError, StoreUnavailable
from memory.longterm.folder_lock import FolderLock
from memory.longterm.qdrant_shard import created, loaded, stored_space
from memory.longterm.space import VectorSpace

_BLOCK = 1 << 18


class ShardFolder:
    """Holds the folder for this process and its shard open. Blocks: for a thread of its own.

    *Raises*: StoreUnavailable when another process holds the folder or it cannot be read; StoreMismatch when its
    vectors are of another model.
    """

    def __init__(self, folder: Path, vectors: VectorSpace) -> None:
        self._folder = folder
        self._lock = FolderLock(folder)
        try:
            self._path, self.shard = self._opened(vectors)
        except BaseException as error:  # a damaged file can end in a panic of the engine, which is no Exception
            self._lock.release()
            if isinstance(error, StoreError):
                raise
            raise StoreUnavailable(
                f"The memory folder {str(folder)!r} cannot be opened ({error}): restore it from a backup, or move it "
                "away; a new one is made at the next start and can be seeded again."
            ) from error

    def copied(self) -> Path:
        """A copy of the shard's files as they are; nothing may be written meanwhile."""
        copy = self._unused("copy")
        shutil.copytree(self._path, copy, copy_function=_copy_sparse)
        return copy

    def fresh(self) -> Path:
        """Where a new shard may be made."""
        return self._unused("new")

    def replace(self, new: Path, since: Iterable[edge.UpdateOperation]) -> None:
        """The shard made at ``new`` counts from now on, with what was written ``since`` it was copied."""
        if operations := list(since):
            shard = loaded(new)
            for operation in operations:
                shard.update(operation)
            shard.close()
        old_path, old = self._path, self.shard
        path = self._numbered(_number(old_path) + 1)
        new.rename(path)
        self._path, self.shard = path, loaded(path)
        old.close()
        shutil.rmtree(old_path)

    def tidy(self) -> None:
        """Remove what we made and what counts no more; what else somebody keeps in the folder is theirs."""
        older = [shard for shard in self._shards() if _number(shard) < _number(self._path)]
        for place in (*older, *self._folder.glob("new-*"), *self._folder.glob("copy-*")):
            shutil.rmtree(place, ignore_errors=True)

    def size_bytes(self) -> int:
        """What the shard takes on disk."""
        return sum(path.stat().st_blocks * 512 for path in self._path.rglob("*") if path.is_file())

    def close(self) -> None:
        """Write what is left and let go of the folder; harmless the second time."""
        self.shard.close()
        self._lock.release()

    def _opened(self, vectors: VectorSpace) -> tuple[Path, edge.EdgeShard]:
        if shards := self._shards():
            path = shards[-1]
            vectors.check_stored(stored_space(path), f"The memory folder {str(self._folder)!r}")
            return path, loaded(path)
        new = self.fresh()
        created(new, vectors).close()
        path = new.rename(self._numbered(1))
        return path, loaded(path)

    def _unused(self, kind: str) -> Path:
        return self._folder / f"{kind}-{uuid.uuid4().hex}"

    def _numbered(self, number: int) -> Path:
        return self._folder / f"shard-{number:06}"

    def _shards(self) -> list[Path]:
        return sorted(self._folder.glob("shard-*"), key=_number)


def _number(shard: Path) -> int:
    return int(shard.name.removeprefix("shard-"))


def _copy_sparse(source: str, target: str) -> None:
    """Copy a file but leave its holes holes: the engine reserves pages of 32 MB that are mostly empty."""
    empty = bytes(_BLOCK)
    with open(source, "rb") as read, open(target, "wb") as write:
        while block := read.read(_BLOCK):
            if block == empty[: len(block)]:
                write.seek(len(block), 1)
            else:
                write.write(block)
        write.truncate()

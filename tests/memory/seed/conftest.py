"""A desk to seed from: a folder, an in-memory store, an encoder that counts what it embeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memory.errors import StoreUnavailable
from memory.longterm.hashing import HashingEncoder
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import Encoded, Memory, TenantScope
from memory.longterm.ports import Where
from memory.seed.gather import gather
from memory.seed.job import Rules, seed
from memory.seed.report import Progress, SeedReport

VOLTA = TenantScope(tenant="volta")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class CountingEncoder(HashingEncoder):
    """Remembers the texts it was asked for; fails when ``seen`` would grow beyond ``most``."""

    def __init__(self) -> None:
        super().__init__(dimension=8, token_dimension=8)
        self.seen: list[str] = []
        self.most: int | None = None

    async def documents(self, memories: Sequence[Memory]) -> Sequence[Encoded]:
        if self.most is not None and len(self.seen) + len(memories) > self.most:
            raise MemoryError("the encoder is tired")
        self.seen += [memory.text for memory in memories]
        return await super().documents(memories)


class FullDisk(InMemoryMemoryStore):
    """Stores, but has no room to rewrite its files; ``asked`` says how often that was tried."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    async def compact(self) -> None:
        self.asked += 1
        raise StoreUnavailable("there is no room on the disk")


@dataclass(kw_only=True)
class Desk:
    """Seeds what lies in its folder and tells what is stored."""

    folder: Path
    store: InMemoryMemoryStore = field(default_factory=InMemoryMemoryStore)
    encoder: CountingEncoder = field(default_factory=CountingEncoder)
    told: list[Progress] = field(default_factory=list)

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    async def seed(self, *paths: Path, scope: TenantScope = VOLTA, under: str = "", **wanted: object) -> SeedReport:
        gathered = gather(paths or [self.folder], under=under)
        job = {name: wanted.pop(name) for name in ("prune", "dry_run") if name in wanted}
        return await seed(
            self.store, self.encoder, scope, gathered, now=NOW, progress=self.told.append, rules=Rules(**wanted), **job
        )

    async def stored(self, scope: TenantScope = VOLTA) -> list[Memory]:
        page = await self.store.scan(scope, Where(), limit=1_000)
        return sorted(page.memories, key=lambda memory: (memory.source, memory.position, memory.text))

    async def texts(self) -> list[str]:
        return [memory.text for memory in await self.stored()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = tmp_path / "help"
    folder.mkdir()
    return Desk(folder=folder)


@pytest.fixture
def full_disk(desk: Desk) -> FullDisk:
    """The desk's store from now on."""
    desk.store = FullDisk()
    return desk.store

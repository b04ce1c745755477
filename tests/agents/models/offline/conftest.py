"""One reader for all tests of the offline model: its weights load once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.models.offline.reader import Reader
from agents.team import TEAM
from memory.longterm.embed import Embedder


@pytest.fixture(scope="session")
def embedder() -> Iterator[Embedder]:
    """The bundled model, loading in the background."""
    embedder = Embedder()
    embedder.start()
    yield embedder
    embedder.close()


@pytest.fixture(scope="session")
def reader(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """A reader of the shop's team; it fits itself at its first use."""
    cache: Path = tmp_path_factory.mktemp("references")
    return Reader(embedder, TEAM, cache_dir=cache)

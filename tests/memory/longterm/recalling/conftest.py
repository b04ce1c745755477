"""Memories by a few words, and one embedding model for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from memory.longterm.embed import Embedder
from memory.longterm.encode import ModelEncoder
from memory.longterm.item import CustomerScope, Memory, memory_id

Made = Callable[..., Memory]


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def scope() -> CustomerScope:
    return CustomerScope(tenant="volta", customer="anna")


@pytest.fixture
def memory(now: datetime) -> Made:
    """A memory of anna's, said now; any field can be given."""

    def made(text: str, **fields: object) -> Memory:
        plain = Memory(
            id=memory_id("volta", "anna", "talk", text),
            tenant="volta",
            customer="anna",
            kind="episode",
            text=text,
            said_at=now,
            confirmed_at=now,
            source="talk",
        )
        return replace(plain, **fields)  # type: ignore[arg-type]

    return made


@pytest.fixture(scope="session")
def encoder() -> Iterator[ModelEncoder]:
    embedder = Embedder()
    yield ModelEncoder(embedder)
    embedder.close()

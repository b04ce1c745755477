"""What a turn is told of long-term memory, also while a part of it is away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest

from agents.models.breaker import InProcessBreaker
from baton.remembering import PREFERENCES_MOST, LibraryRecall
from handoffs.tool import Scope
from memory.longterm.embed import WeightsMissing
from memory.longterm.hashing import HashingEncoder
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import CustomerScope, Encoded, Note
from memory.longterm.library import Library, library_over

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANNA = Scope(tenant="volta", customer="anna")


class Weightless(HashingEncoder):
    """Writes, but cannot read a question: its model is gone."""

    async def query(self, text: str) -> Encoded:
        raise WeightsMissing("no weights here")


def wish(number: int) -> Note:
    said_at = NOW - timedelta(days=1, minutes=number)
    key = f"item{number}"
    return Note(
        kind="preference",
        text=f"{key}: wants gadget{number}",
        said_at=said_at,
        source="c",
        place=key,
        key=key,
        value="x",
    )


async def knowing(library: Library, *notes: Note) -> Library:
    await library.write(CustomerScope(tenant="volta", customer="anna"), notes, now=NOW)
    return library


def port(library: Library, *, ready: bool = True) -> LibraryRecall:
    return LibraryRecall(library, InProcessBreaker(monotonic), lambda: ready)


@pytest.mark.parametrize(
    ("encoder", "ready", "why"),
    [(HashingEncoder(), False, "still being loaded"), (Weightless(), True, "no weights here")],
)
async def test_wishes_are_known_without_an_embedding_model(encoder, ready, why):
    library = await knowing(library_over(InMemoryMemoryStore(), encoder), wish(1))

    told = await port(library, ready=ready).recall(ANNA, "c9", "Hello", now=NOW)

    assert dict(told.preferences) == {"item1": "x"}
    assert why in told.error
    assert told.memories == ()


async def test_a_wish_too_many_to_be_listed_is_still_recalled_by_what_is_asked():
    count = PREFERENCES_MOST + 3
    library = await knowing(library_over(InMemoryMemoryStore(), HashingEncoder()), *map(wish, range(count)))

    told = await port(library).recall(ANNA, "c9", f"gadget{count - 1}", now=NOW)

    assert len(told.preferences) == PREFERENCES_MOST
    assert f"item{count - 1}" not in told.preferences
    assert f"gadget{count - 1}" in " ".join(memory.text for memory in told.memories)

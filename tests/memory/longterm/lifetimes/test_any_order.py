"""In whatever order a customer's words arrive, and wherever the process dies: what they said last is what holds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from memory.longterm.hashing import HashingEncoder
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import CustomerScope, Note, TenantScope
from memory.longterm.library import library_over
from memory.longterm.ports import Where

ANNA = CustomerScope(tenant="volta", customer="anna")
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
LATER = BEGIN + timedelta(days=30)


class Crash(BaseException):
    """The process dies here."""


class DyingStore(InMemoryMemoryStore):
    """Dies at the writes of these numbers, before they are done."""

    def __init__(self, dies_at: set[int]) -> None:
        super().__init__()
        self._dies_at = dies_at
        self._writes = 0

    async def put(self, *arguments: object) -> None:
        self._write()
        await super().put(*arguments)

    async def amend(self, *arguments: object) -> None:
        self._write()
        await super().amend(*arguments)

    def _write(self) -> None:
        self._writes += 1
        if self._writes in self._dies_at:
            raise Crash


def wish(value: str, hour: int) -> Note:
    return Note(
        kind="preference", text=f"Wants invoices as {value}", said_at=BEGIN + timedelta(hours=hour),
        source="conversation/c1", place=str(hour), key="invoice_format", value=value,
    )  # fmt: skip


async def lived(said: Sequence[Note], dies_at: set[int]) -> tuple[list[str], list[str]]:
    """What the customer wishes in the end, and what stands unmarked."""
    store = DyingStore(dies_at)
    library = library_over(store, HashingEncoder(dimension=8, token_dimension=8))
    waiting = list(said)
    while waiting:
        note = waiting.pop(0)
        try:
            await library.write(ANNA, [note], now=LATER)
        except Crash:
            waiting.append(note)  # its turn is learnt once more, later
    wishes = await library.preferences(ANNA, now=LATER)
    unmarked = await library.pages(TenantScope(tenant="volta"), Where(superseded=False))
    return [one.value for one in wishes], [one.value for one in unmarked.memories]


@settings(max_examples=100, deadline=None)
@given(
    said=st.lists(st.tuples(st.sampled_from(["CSV", "PDF", "paper"]), st.integers(0, 99)), min_size=1, max_size=8,
                  unique_by=lambda one: one[1]),
    dies_at=st.sets(st.integers(1, 20), max_size=6),
)  # fmt: skip
def test_the_last_word_holds(said: list[tuple[str, int]], dies_at: set[int]):
    last = max(said, key=lambda one: one[1])[0]

    assert asyncio.run(lived([wish(*one) for one in said], dies_at)) == ([last], [last])

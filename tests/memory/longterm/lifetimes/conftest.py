"""A library over an empty store, notes as a turn would leave them, and days to put them on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from memory.longterm.hashing import HashingEncoder
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import CustomerScope, Memory, Note, TenantScope
from memory.longterm.kinds import Kind
from memory.longterm.library import Library, library_over
from memory.longterm.supersession import Written

BEGIN = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def day() -> Callable[[float], datetime]:
    """Noon of the so-manieth day of the story."""
    return lambda number: BEGIN + timedelta(days=number)


@pytest.fixture
def anna() -> CustomerScope:
    return CustomerScope(tenant="volta", customer="anna")


@pytest.fixture
def volta() -> TenantScope:
    return TenantScope(tenant="volta")


@pytest.fixture
def store() -> InMemoryMemoryStore:
    return InMemoryMemoryStore()


@pytest.fixture
def library(store: InMemoryMemoryStore) -> Library:
    return library_over(store, HashingEncoder())


@pytest.fixture
def note() -> Callable[..., Note]:
    """A note of which only what matters is named; ``on`` is the day it was said."""

    def made(text: str, *, on: float = 0, **named: object) -> Note:
        said = {
            "kind": "preference", "said_at": BEGIN + timedelta(days=on), "source": "conversation/c1",
            "place": f"{on}/{text}",
        }  # fmt: skip
        return Note(text=text, **(said | named))

    return made


@pytest.fixture
def csv_or(note: Callable[..., Note]) -> Callable[..., Note]:
    """The wish for invoices in some format: one key, many values."""

    def made(value: str, *, on: float = 0, **named: object) -> Note:
        return note(f"Wants invoices as {value}", on=on, key="invoice_format", value=value, **named)

    return made


@pytest.fixture
def learn(library: Library, anna: CustomerScope) -> Callable[..., Awaitable[Written]]:
    """Anna's notes, written on that day."""

    async def learnt(*notes: Note, on: float) -> Written:
        return await library.write(anna, notes, now=BEGIN + timedelta(days=on))

    return learnt


@pytest.fixture
def wishes(library: Library, anna: CustomerScope) -> Callable[[float], Awaitable[list[str]]]:
    """The values of Anna's preferences on that day."""

    async def wished(on: float) -> list[str]:
        return [one.value for one in await library.preferences(anna, now=BEGIN + timedelta(days=on))]

    return wished


@pytest.fixture
def told(library: Library, anna: CustomerScope) -> Callable[..., Awaitable[list[str]]]:
    """What Anna's prompt would hold on that day."""

    async def recalled(query: str, *, on: float) -> list[str]:
        return [one.memory.text for one in (await library.recall(anna, query, now=BEGIN + timedelta(days=on))).kept]

    return recalled


@pytest.fixture
def stored(library: Library, volta: TenantScope) -> Callable[[], Awaitable[dict[str, Memory]]]:
    """Every memory of the tenant by its place."""

    async def found() -> dict[str, Memory]:
        return {memory.place: memory for memory in (await library.pages(volta)).memories}

    return found


@pytest.fixture
def sweep(library: Library, volta: TenantScope) -> Callable[[float], Awaitable[Mapping[Kind, int]]]:
    """What the sweeper took of each kind on that day; kinds of which it took none are left out."""

    async def swept(on: float) -> Mapping[Kind, int]:
        counts = await library.sweep(volta, now=BEGIN + timedelta(days=on))
        return {kind: count for kind, count in counts.items() if count}

    return swept

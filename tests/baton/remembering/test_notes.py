"""The recall tool's notes: what bears on the question; where nothing does, what is newest, and said to be so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from agents.tools.memory import BESIDE
from baton.remembering import LibraryNotes
from handoffs.tool import Scope
from memory.longterm.hashing import HashingEncoder
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import CustomerScope, Note
from memory.longterm.kinds import Kind
from memory.longterm.library import Library, library_over
from memory.session.redis_log import RedisSessionLog

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANNA = Scope(tenant="volta", customer="anna")
Told = Callable[..., Awaitable[dict[str, str]]]


@pytest.fixture
def library() -> Library:
    return library_over(InMemoryMemoryStore(), HashingEncoder())


@pytest.fixture
async def told(library: Library, redis_url: str) -> Told:
    """What the tool answers, notes by text."""
    notes = LibraryNotes(library, RedisSessionLog(Redis.from_url(redis_url)))

    async def ask(query: str, conversation: str = "now", scope: Scope = ANNA) -> dict[str, str]:
        return {one.text: one.note for one in await notes.recall(scope, conversation, query, now=NOW)}

    return ask


async def keep(
    library: Library, kind: Kind, text: str, *, days_ago: int, conversation: str = "", key: str = ""
) -> None:
    at = NOW - timedelta(days=days_ago)
    source = f"conversation/{conversation or text}"
    note = Note(kind=kind, text=text, said_at=at, source=source, place=kind, key=key, value=text if key else "",
                conversation=conversation or text)  # fmt: skip
    await library.write(CustomerScope(tenant="volta", customer="anna"), [note], now=at)


@pytest.fixture
async def known(library: Library) -> None:
    for number, thing in enumerate(("kettle", "router", "toaster"), 1):
        await keep(library, "episode", f"Asked: {thing}", days_ago=number, conversation=f"c-{number}")
    await keep(library, "factual", "Plan: Plus", days_ago=30, key="plan")
    await keep(library, "preference", "Invoices: CSV", days_ago=5, key="invoice_format")


@pytest.mark.usefixtures("known")
async def test_where_nothing_bears_on_the_question_the_newest_is_told_and_called_so(told: Told) -> None:
    assert await told("xylophone") == {
        "Invoices: CSV": "",
        "Plan: Plus": f"{BESIDE}; not verified since 2026-10-24",
        "Asked: kettle": BESIDE,
        "Asked: router": BESIDE,
    }


@pytest.mark.usefixtures("known")
async def test_this_very_conversation_is_not_the_last_one(told: Told) -> None:
    assert [text for text in await told("xylophone", "c-1") if "Asked" in text] == [
        "Asked: router",
        "Asked: toaster",
    ]


@pytest.mark.usefixtures("known")
async def test_what_bears_on_the_question_stands_alone_beside_the_wishes(told: Told) -> None:
    assert set(await told("my toaster")) == {"Asked: toaster", "Invoices: CSV"}


@pytest.mark.usefixtures("known")
async def test_others_are_told_nothing_of_it(told: Told) -> None:
    for stranger in (Scope(tenant="volta", customer="ben"), Scope(tenant="lumen", customer="anna")):
        assert await told("xylophone", scope=stranger) == {}

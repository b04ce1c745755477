"""Learnt notes in the library: said again is one memory, said otherwise supersedes, what helped waits for a yes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agents.learning.patterns import PatternLearner
from agents.learning.turn import Turn
from agents.team import TEAM
from handoffs.events import CallFinished
from memory.longterm.hashing import HashingEncoder
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import CustomerScope, TenantScope
from memory.longterm.library import Library, library_over
from memory.longterm.ports import Where
from memory.longterm.review import Review

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
VOLTA = TenantScope(tenant="volta")
MakeTurn = Callable[..., Turn]
Called = Callable[..., CallFinished]


@pytest.fixture
def store() -> InMemoryMemoryStore:
    return InMemoryMemoryStore()


@pytest.fixture
def library(store: InMemoryMemoryStore) -> Library:
    return library_over(store, HashingEncoder())


async def learn(library: Library, turn: Turn) -> None:
    scope = CustomerScope(tenant=turn.tenant, customer=turn.customer)
    await library.write(scope, await PatternLearner(TEAM).learn(turn), now=NOW)


async def known(library: Library, customer: str = "anna") -> dict[str, str]:
    held = await library.preferences(CustomerScope(tenant="volta", customer=customer), now=NOW)
    return {memory.key: memory.value for memory in held}


async def test_a_correction_in_a_later_conversation_wins(library: Library, turn: MakeTurn) -> None:
    await learn(library, turn("I prefer CSV invoices. Call me Sam."))
    later = turn("Actually, I prefer PDF", conversation="c-2", execution="e-2")
    await learn(library, replace(later, at=later.at + timedelta(days=1)))
    assert await known(library) == {"invoice_format": "PDF", "name": "Sam"}
    assert await known(library, "ben") == {}


async def test_learning_twice_adds_nothing(library: Library, store: InMemoryMemoryStore, turn: MakeTurn) -> None:
    finished = turn("Where is my parcel? I prefer CSV invoices and I own a Slate 14.")
    await learn(library, finished)
    before = await store.count(VOLTA, Where())
    await learn(library, finished)
    assert await store.count(VOLTA, Where()) == before == 4  # wish, device, request, episode


async def test_what_helped_two_customers_is_one_proposal_and_stays_as_decided(
    library: Library, store: InMemoryMemoryStore, turn: MakeTurn, called: Called
) -> None:
    await learn(library, turn("unlock my account", called("unlock_account")))
    (proposal,) = (await Review(store).proposals(VOLTA)).memories
    assert (proposal.customer, proposal.conversation) == ("", "")
    await Review(store).accept(VOLTA, proposal.id, by="olga", now=NOW)
    await learn(
        library, replace(turn("unlock my account", called("unlock_account"), conversation="c-2"), customer="ben")
    )
    assert (await Review(store).proposals(VOLTA)).memories == ()
    assert (await store.scan(VOLTA, Where(kinds=("resolution",)))).memories[0].status == "active"

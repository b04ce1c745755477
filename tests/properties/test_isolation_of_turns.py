"""Whoever asks what: no prompt, tool result, log record or trace of a turn ever holds what is another's."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from time import monotonic
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.models.breaker import InProcessBreaker
from agents.models.scripted import Scripted, Step, call, say
from agents.tools.memory import MEMORY
from agents.tools.toolbox import Toolbox
from baton.remembering import LibraryNotes, LibraryRecall
from evals.local import LocalSwarm
from handoffs.agent import Agent, Team
from handoffs.events import encode
from handoffs.model import ModelRequest
from handoffs.tool import Scope
from memory.longterm.hashing import HashingEncoder
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import CustomerScope, Note
from memory.longterm.kinds import Kind
from memory.longterm.library import Library, library_over

PLANT = re.compile(r"planted by (\w+)/(\w*) ")
OWNERS = [(tenant, customer) for tenant in ("volta", "volt", "lumen") for customer in ("anna", "ann")]
KINDS: tuple[Kind, ...] = ("preference", "factual", "episode", "operational")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
AGENT = Agent(
    name="support", display_name="Support", purpose="", instructions="Help.", short_instructions="Help.",
    tools=MEMORY, hands_to=(),
)  # fmt: skip


class EntryToSupport:
    async def route(self, text: str) -> Any:
        return SimpleNamespace(agent="support", candidates=(), rule="fixed")


class NoLog:
    """Nobody's conversation was forgotten."""

    async def head(self, tenant: str, conversation: str) -> Any:
        return SimpleNamespace(gone=False)


async def remember(library: Library, tenant: str, customer: str, kind: Kind, number: int) -> None:
    note = Note(
        kind=kind,
        text=f"What the parcel invoice needs: planted by {tenant}/{customer} number {number}",
        said_at=NOW - timedelta(minutes=number),
        source=f"conversation/{number}",
        place=kind,
        key="parcel" if kind == "preference" else "",
        value=f"planted by {tenant}/{customer} value" if kind == "preference" else "",
    )
    await library.write(CustomerScope(tenant=tenant, customer=customer), [note], now=NOW)


async def held(library: Library, tenant: str, customer: str, number: int) -> str:
    """All that one turn of this customer writes or shows: its prompts, and its records with results and scores."""
    requests: list[ModelRequest] = []

    def asked(request: ModelRequest) -> Step:
        requests.append(request)
        return call("recall", query="parcel invoice") if len(requests) == 1 else say("That is all I know.")

    team = Team(agents=(AGENT,), default="support")
    shop: Any = object()
    log: Any = NoLog()
    swarm = LocalSwarm(
        team=team,
        model=Scripted(asked),
        tools=Toolbox(team, shop, notes=LibraryNotes(library, log)),
        entry=EntryToSupport(),
        scope=Scope(tenant=tenant, customer=customer),
        conversation=f"c{number}",
        now=NOW,
        recall=LibraryRecall(library, InProcessBreaker(monotonic), lambda: True),
    )
    turn = await swarm.say("What does my parcel invoice need?")
    assert len(requests) == 2, "the tool was asked too"
    shown = [part.raw for request in requests for part in request.messages]
    return "\n".join(raw.decode() for raw in [*shown, *(encode(event) for event in turn.events)])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(OWNERS), st.sampled_from(KINDS)), min_size=1, max_size=12),
    st.sampled_from(OWNERS),
)
def test_a_turn_holds_only_what_is_the_customers_own(written: list[tuple[tuple[str, str], Kind]], asking):
    async def scene() -> str:
        library = library_over(InMemoryMemoryStore(), HashingEncoder(dimension=64, token_dimension=16))
        for number, (owner, kind) in enumerate(written):
            await remember(library, *owner, kind, number)
        return await held(library, *asking, number=99)

    found = set(PLANT.findall(asyncio.run(scene())))

    assert found <= {asking}
    if asking in {owner for owner, _ in written}:
        assert found == {asking}, "their own is found: the test can see plants"

"""A Baton in this very process with long-term memory: real Redis, a shop, a store and an encoder without a model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from agents.learning.turn import Turn
from agents.models.scripted import Scripted, Step, call, say
from agents.shop.store import Shop
from baton.longterm import LongTerm
from baton.settings import Settings
from baton.wiring import Brain, Installation, open_installation
from handoffs.events import AnyEvent, PreferenceSet, decode
from handoffs.model import ModelRequest
from memory.errors import StoreUnavailable
from memory.longterm.hashing import HashingEncoder
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import Note
from memory.longterm.library import library_over
from memory.longterm.reopening import ReopeningStore


@dataclass(frozen=True, kw_only=True)
class FixedEntry:
    agent: str = "support"
    candidates: tuple[()] = ()
    rule: str = "fixed"

    async def route(self, text: str) -> FixedEntry:
        return self


@dataclass(kw_only=True)
class ByTheBook:
    """Learns the preferences that the agents noted, and nothing else. ``failures`` are raised first."""

    failures: list[Exception] = field(default_factory=list)

    async def learn(self, turn: Turn) -> Sequence[Note]:
        if self.failures:
            raise self.failures.pop(0)
        return [
            Note(
                kind="preference",
                text=f"{event.key}: {event.value}",
                said_at=turn.at,
                source=turn.source,
                place=f"{turn.execution}/{number}",
                key=event.key,
                value=event.value,
                conversation=turn.conversation,
            )
            for number, event in zip(turn.numbers, turn.events, strict=True)
            if isinstance(event, PreferenceSet)
        ]


@dataclass(kw_only=True)
class Shelf:
    """The door to the store: shut, it cannot be opened."""

    store: InMemoryMemoryStore = field(default_factory=InMemoryMemoryStore)
    is_shut: bool = False

    async def __call__(self) -> InMemoryMemoryStore:
        if self.is_shut:
            raise StoreUnavailable("Qdrant does not answer at http://nowhere")
        return self.store


@dataclass(kw_only=True)
class Running:
    """A Baton, and what its model was asked."""

    installation: Installation
    longterm: LongTerm
    learner: ByTheBook
    shelf: Shelf
    requests: list[ModelRequest]
    _messages: int = 0

    async def say(self, text: str, conversation: str, customer: str = "anna") -> list[AnyEvent]:
        """Send a message and wait for the end of its turn; answers the events of the conversation."""
        self._messages += 1
        await self.installation.submit_message("volta", customer, conversation, f"m{self._messages}", text, "Anna Berg")
        async with asyncio.timeout(20):
            while not await self.is_quiet(conversation):
                await asyncio.sleep(0.01)
        return [decode(one.data) for one in await self.installation.log.read("volta", conversation)]

    async def is_quiet(self, conversation: str) -> bool:
        head = await self.installation.log.head("volta", conversation)
        return head.seq > 0 and not head.active

    async def has_learnt(self) -> bool:
        return not await self.installation.log.indexed("to-learn", 10)


def answering(request: ModelRequest) -> Step:
    """Notes what begins with "Remember", and says so."""
    last = request.messages[-1].raw.decode()
    if "Remember csv" in last:
        return call("remember_preference", key="invoice_format", value="CSV")
    return say("Noted.")


@pytest.fixture
async def remembering(redis_url: str, tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Running]]]:
    """Starts Baton on a real Redis."""
    async with AsyncExitStack() as stack:

        async def start(*, centre: bool = False) -> Running:
            shelf, learner, requests = Shelf(), ByTheBook(), list[ModelRequest]()
            store, encoder = ReopeningStore(shelf, again_after_s=0.0), HashingEncoder()
            longterm = LongTerm(library=library_over(store, encoder), store=store, encoder=encoder)

            def opened(_: Shop) -> LongTerm:
                return longterm

            def noting(request: ModelRequest) -> Step:
                requests.append(request)
                return answering(request)

            brain = Brain(Scripted(noting), FixedEntry(), learner=learner)
            settings = Settings(data_folder=tmp_path, help_centre=centre)
            today: date = datetime.now(UTC).date()
            installation = await open_installation(settings, redis_url, brain, today=today, remembering=opened)
            await installation.start()
            stack.push_async_callback(installation.stop)
            return Running(
                installation=installation, longterm=longterm, learner=learner, shelf=shelf, requests=requests
            )

        yield start
    async with Redis.from_url(redis_url) as client:
        await client.flushall()

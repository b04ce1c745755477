"""Long-term memory around a local swarm: the real library behind the runtime's ports, learning after every turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from agents.learning.turn import EPISODE_PLACE, Learner, Turn
from agents.shop.demo.articles import HELP_CENTRE
from handoffs.events import AnyEvent
from handoffs.tool import Scope
from handoffs.values import RecalledMemory, WeighedMemory
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import CustomerScope, Memory, Note, TenantScope, memory_id
from memory.longterm.library import Library, library_over
from memory.longterm.ports import Encoder, Where
from memory.seed.gather import gather
from memory.seed.job import seed


class Recollected(NamedTuple):
    """What a turn is told."""

    memories: Sequence[RecalledMemory]
    preferences: Mapping[str, str]
    candidates: Sequence[WeighedMemory] = ()
    stages_ms: Mapping[str, float] = {}
    error: str = ""
    heard: Mapping[str, str] = {}


class Passage(NamedTuple):
    """A passage of an article, as the help search takes it."""

    title: str
    heading: str
    text: str
    source: str
    score: float


class Remembering:
    """One library for many conversations; it is the runtime's Recall, and hands out what the tools need."""

    def __init__(self, encoder: Encoder, learner: Learner) -> None:
        self._store = InMemoryMemoryStore()
        self._encoder, self._learner = encoder, learner
        self.library: Library = library_over(self._store, encoder)

    async def seed(self, tenant: str, *, now: datetime) -> None:
        """Know the help centre."""
        await seed(self._store, self._encoder, TenantScope(tenant=tenant), gather([HELP_CENTRE]), now=now)

    async def recall(self, scope: Scope, conversation: str, text: str, *, now: datetime) -> Recollected:
        """What bears on the text, but nothing of this very conversation; and all preferences that hold."""
        whose = _whose(scope)
        found = await self.library.recall(whose, text, now=now, not_conversation=conversation)
        wishes = await self.library.preferences(whose, now=now)
        return Recollected(
            memories=[_shown(one.memory, one.note) for one in found.kept if one.memory.kind != "preference"],
            preferences={one.key or f"wish_{number}": one.value or one.text for number, one in enumerate(wishes, 1)},
        )

    async def learn(self, scope: Scope, conversation: str, events: Sequence[AnyEvent], *, now: datetime) -> None:
        """Keep what the turn teaches."""
        source = f"conversation/{conversation}"
        episode = memory_id(scope.tenant, scope.customer, source, EPISODE_PLACE)
        before = await self.library.pages(_whose(scope), Where(ids=(episode,)))
        turn = Turn(
            tenant=scope.tenant,
            customer=scope.customer,
            conversation=conversation,
            execution=f"{conversation}-{now.timestamp():.0f}-{len(events)}",
            at=now,
            events=tuple(events),
            numbers=tuple(range(1, len(events) + 1)),
            episode="".join(memory.text for memory in before.memories),
        )
        await self.library.write(_whose(scope), await self._learner.learn(turn), now=now)

    async def forget(self, scope: Scope) -> int:
        """Erase all that is known of the customer; answers how much that was."""
        return await self.library.forget(TenantScope(tenant=scope.tenant), Where(customer=scope.customer))


class Articles:
    """The help search's way to the library, at the time of a dialogue."""

    def __init__(self, library: Library, now: datetime) -> None:
        self._library, self._now = library, now

    async def find(self, tenant: str, query: str) -> Sequence[Passage]:
        """Passages that bear on the query, best first."""
        whose = CustomerScope(tenant=tenant, customer="")
        found = await self._library.recall(whose, query, now=self._now, kinds=("knowledge",))
        cut = [(one.memory.title.partition(" > "), one) for one in found.kept]
        return [Passage(title, heading, o.memory.text, o.memory.source, o.score) for (title, _, heading), o in cut]


class CustomersNotes:
    """What the tools recall and remember are given."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def recall(self, scope: Scope, conversation: str, query: str, *, now: datetime) -> Sequence[RecalledMemory]:
        """What bears on the query, best first; nothing of this very conversation."""
        found = await self._library.recall(_whose(scope), query, now=now, not_conversation=conversation)
        return [_shown(one.memory, one.note) for one in found.kept]

    async def remember(self, scope: Scope, notes: Sequence[Note], *, now: datetime) -> None:
        """Keep the notes of this customer."""
        await self._library.write(_whose(scope), notes, now=now)


def _whose(scope: Scope) -> CustomerScope:
    return CustomerScope(tenant=scope.tenant, customer=scope.customer)


def _shown(memory: Memory, note: str) -> RecalledMemory:
    return RecalledMemory(
        id=memory.id,
        kind=memory.kind,
        text=memory.text,
        source=memory.source,
        title=memory.title,
        said_on=memory.said_at.date().isoformat(),
        note=note,
    )

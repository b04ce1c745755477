"""Long-term memory behind the runtime's ports: what a turn is told, and what the trace keeps of how it was found."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from agents.models.breaker import Breaker
from agents.tools.memory import BESIDE
from handoffs.errors import Unavailable
from handoffs.ports import Clock
from handoffs.tool import Scope
from handoffs.values import RecalledMemory, WeighedMemory
from memory.errors import StoreError
from memory.longterm.embed import WeightsMissing
from memory.longterm.item import CustomerScope, Memory, Note, TenantScope
from memory.longterm.kinds import Kind
from memory.longterm.library import Library
from memory.longterm.ports import Where
from memory.longterm.recall import Candidate
from memory.longterm.verify import is_due, last_known
from memory.session.redis_log import RedisSessionLog

CIRCUIT = "long-term memory"
WEIGHED_MOST = 20  # of a turn's candidates that its trace keeps
WEIGHED_CHARS = 80
PREFERENCES_MOST = 20
NEWEST: Final[Mapping[Kind, int]] = {"factual": 6, "episode": 2}  # told where nothing bears on the question
WITHIN_S = 1.2  # the runtime waits a little longer for the whole


class Recollected(NamedTuple):
    """What a turn is told. With an ``error`` only the preferences could be."""

    preferences: Mapping[str, str]
    heard: Mapping[str, str] = {}
    memories: Sequence[RecalledMemory] = ()
    candidates: Sequence[WeighedMemory] = ()
    stages_ms: Mapping[str, float] = {}
    error: str = ""


class LibraryRecall:
    """The runtime's Recall over the library, behind a circuit breaker. *Raises*: Unavailable.

    Preferences need no embedding, so they are told while the model loads, or fails, or dawdles. That it still loads is
    no fault and not counted as one.
    """

    def __init__(self, library: Library, breaker: Breaker, is_ready: Callable[[], bool]) -> None:
        self._library, self._breaker, self._is_ready = library, breaker, is_ready

    async def recall(self, scope: Scope, conversation: str, text: str, *, now: datetime) -> Recollected:
        """What bears on the text, but nothing of this very conversation; and all preferences that hold."""
        whose = CustomerScope(tenant=scope.tenant, customer=scope.customer)
        try:
            preferences = (await self._library.preferences(whose, now=now))[:PREFERENCES_MOST]
        except StoreError as error:
            raise Unavailable(str(error)) from error
        known = Recollected(wishes(preferences), heard(preferences))
        if not self._is_ready():
            return known._replace(error="the embedding model is still being loaded")
        if not await self._breaker.admits(CIRCUIT):
            return known._replace(error="recall failed again and again; it is tried again in half a minute")
        try:
            async with asyncio.timeout(WITHIN_S):
                found = await self._library.recall(whose, text, now=now, not_conversation=conversation)
        except (StoreError, WeightsMissing, TimeoutError) as error:
            await self._breaker.failed(CIRCUIT)
            return known._replace(error=str(error) or f"no answer within {WITHIN_S} s")
        await self._breaker.succeeded(CIRCUIT)
        told = {memory.id for memory in preferences}
        return known._replace(
            memories=[shown(one.memory, one.note) for one in found.kept if one.memory.id not in told],
            candidates=[weighed(one) for one in found.candidates[:WEIGHED_MOST]],
            stages_ms={stage: round(ms, 2) for stage, ms in found.stages_ms.items()},
        )


def shown(memory: Memory, note: str = "") -> RecalledMemory:
    """A memory as an agent may see it."""
    return RecalledMemory(
        id=memory.id,
        kind=memory.kind,
        text=memory.text,
        source=memory.source,
        title=memory.title,
        said_on=memory.said_at.date().isoformat(),
        note=note,
    )


def wishes(preferences: Sequence[Memory]) -> dict[str, str]:
    """Preferences by key, last heard last; one without a key goes by its number."""
    return {key: memory.value or memory.text for key, memory in _by_key(preferences)}


def heard(preferences: Sequence[Memory]) -> dict[str, str]:
    """When each was last heard."""
    return {key: memory.confirmed_at.isoformat() for key, memory in _by_key(preferences)}


def _by_key(preferences: Sequence[Memory]) -> list[tuple[str, Memory]]:
    return [(memory.key or f"wish_{number}", memory) for number, memory in enumerate(preferences, start=1)][::-1]


def weighed(candidate: Candidate) -> WeighedMemory:
    """A candidate as the trace keeps it."""
    return WeighedMemory(
        id=candidate.memory.id,
        kind=candidate.memory.kind,
        text=(candidate.memory.title or candidate.memory.text)[:WEIGHED_CHARS],
        verdict=candidate.verdict,
        score=round(candidate.score, 4),
        dense=_rounded(candidate.dense),
        sparse=_rounded(candidate.sparse),
        fused=_rounded(candidate.fused),
        neighbour=_rounded(candidate.neighbour),
        rerank=_rounded(candidate.rerank),
        recency=_rounded(candidate.recency),
    )


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 4)


class Passage(NamedTuple):
    """A passage of an article, in the shape that the help search asks for."""

    title: str
    heading: str
    text: str
    source: str
    score: float


class LibraryKnowledge:
    """The shop's articles for the help search. *Raises*: Unavailable."""

    def __init__(self, library: Library, clock: Clock) -> None:
        self._library, self._clock = library, clock

    async def find(self, tenant: str, query: str) -> Sequence[Passage]:
        """Passages that bear on the query, best first; none where nothing is near enough."""
        scope = CustomerScope(tenant=tenant, customer="")
        try:
            found = await self._library.recall(scope, query, now=self._clock.now(), kinds=("knowledge",))
        except (StoreError, WeightsMissing) as error:
            raise Unavailable(str(error)) from error
        return [_passage(candidate) for candidate in found.kept]


def _passage(candidate: Candidate) -> Passage:
    title, _, heading = candidate.memory.title.partition(" > ")
    return Passage(title, heading, candidate.memory.text, candidate.memory.source, candidate.score)


def _beside(memory: Memory, now: datetime) -> str:
    """The note of what was not asked for, and was not verified either."""
    return f"{BESIDE}; not verified since {last_known(memory):%Y-%m-%d}" if is_due(memory, now) else BESIDE


class LibraryNotes:
    """Long-term memory for the agents' own tools. *Raises*: Unavailable."""

    def __init__(self, library: Library, log: RedisSessionLog) -> None:
        self._library, self._log = library, log

    async def recall(self, scope: Scope, conversation: str, query: str, *, now: datetime) -> Sequence[RecalledMemory]:
        """What of this customer and this shop bears on the query, best first, then all their wishes; where nothing
        else of theirs bears on it, their newest facts and conversations too. Of this conversation only wishes."""
        whose = CustomerScope(tenant=scope.tenant, customer=scope.customer)
        try:
            found = await self._library.recall(whose, query, now=now, not_conversation=conversation)
            wishes = await self._library.preferences(whose, now=now)
            is_known = any(one.memory.customer and one.memory.kind != "preference" for one in found.kept)
            newest = [] if is_known else await self._newest(whose, conversation, now)
        except (StoreError, WeightsMissing) as error:
            raise Unavailable(str(error)) from error
        near = {one.memory.id for one in found.kept}
        beside = [shown(wish) for wish in wishes[:PREFERENCES_MOST] if wish.id not in near]
        return [*(shown(one.memory, one.note) for one in found.kept), *beside, *newest]

    async def _newest(self, whose: CustomerScope, conversation: str, now: datetime) -> list[RecalledMemory]:
        """Whatever the question: a model asks for "the last conversation", which is like no text of any."""
        newest: list[Memory] = []
        for kind, most in NEWEST.items() if whose.customer else ():
            where = Where(kinds=(kind,), customer=whose.customer, status="active", superseded=False)
            held = [one async for one in self._every(whose, where) if one.conversation != conversation]
            living = [one for one in held if one.expires_at is None or one.expires_at > now]
            newest += sorted(living, key=lambda one: one.said_at, reverse=True)[:most]
        return [shown(one, _beside(one, now)) for one in newest]

    async def _every(self, whose: CustomerScope, where: Where) -> AsyncIterator[Memory]:
        after: str | None = ""
        while after is not None:
            memories, after = await self._library.pages(whose, where, after=after or None)
            for memory in memories:
                yield memory

    async def remember(self, scope: Scope, notes: Sequence[Note], *, now: datetime) -> None:
        """Keep the notes of this customer; but of a conversation that was forgotten meanwhile nothing comes back."""
        whose = CustomerScope(tenant=scope.tenant, customer=scope.customer)
        try:
            await self._library.write(whose, notes, now=now)
            for conversation in {note.conversation for note in notes if note.conversation}:
                if (await self._log.head(scope.tenant, conversation)).gone:
                    await self._library.forget(TenantScope(tenant=scope.tenant), Where(conversation=conversation))
        except (StoreError, WeightsMissing) as error:
            raise Unavailable(str(error)) from error

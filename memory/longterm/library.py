"""Long-term memory as everybody else sees it: recall, write, keep, forget. Start reading here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from memory.longterm.export import export
from memory.longterm.item import CustomerScope, Memory, Note, Scope, TenantScope
from memory.longterm.kinds import Kind
from memory.longterm.ports import Encoder, MemoryKeeping, MemoryStore, Page, Verifier, Where
from memory.longterm.recall import RecallPipeline, Recollection, Reranker, Tuning
from memory.longterm.review import Review
from memory.longterm.scanning import every
from memory.longterm.stats import Stats, counted
from memory.longterm.supersession import Written, current
from memory.longterm.sweep import sweep
from memory.longterm.verify import Reverification
from memory.longterm.write import Writer

ALL: Final = Where()


class KeptStore(MemoryStore, MemoryKeeping, Protocol):
    """A store with its keeping, as each adapter is."""


class Library:
    """One store of memories behind one door. Every call takes a scope and touches nothing outside it.

    ``caches`` are emptied when something is forgotten: whoever keeps texts in memory hands its emptying in. The
    library itself keeps none. *Raises*: each call StoreUnavailable, StoreMismatch; recall and write WeightsMissing.
    """

    def __init__(
        self,
        store: MemoryStore,
        keeping: MemoryKeeping,
        encoder: Encoder,
        pipeline: RecallPipeline,
        *,
        caches: Sequence[Callable[[], None]] = (),
    ) -> None:
        self._store = store
        self._keeping = keeping
        self._writer = Writer(store, encoder)
        self._pipeline = pipeline
        self._caches = caches
        self.review = Review(store)
        self.changing = asyncio.Lock()  # held by whoever writes much, or erases

    async def recall(
        self,
        scope: CustomerScope,
        query: str,
        *,
        now: datetime,
        kinds: Sequence[Kind] | None = None,
        not_conversation: str = "",
        most: int | None = None,
        budget_tokens: int | None = None,
    ) -> Recollection:
        """What this customer and this shop remember that is near enough to the query, best first."""
        return await self._pipeline.recall(
            scope,
            query,
            now=now,
            kinds=kinds,
            not_conversation=not_conversation,
            most=most,
            budget_tokens=budget_tokens,
        )

    async def preferences(self, scope: CustomerScope, *, now: datetime) -> tuple[Memory, ...]:
        """What the customer wishes, whatever the question; one value per key, last heard first."""
        where = Where(kinds=("preference",), customer=scope.customer, status="active", superseded=False)
        found = [memory async for memory in every(self._store, scope, where)] if scope.customer else []
        return tuple(current(one for one in found if one.expires_at is None or one.expires_at > now))

    async def write(self, scope: CustomerScope, notes: Sequence[Note], *, now: datetime) -> Written:
        """Keep what a turn taught. *Raises*: ValueError for a personal note without a customer."""
        return await self._writer.write(scope, notes, now=now)

    async def pages(self, scope: Scope, where: Where = ALL, *, after: str | None = None, limit: int = 256) -> Page:
        """Memories to look at, in id order, whatever their status or age."""
        return await self._store.scan(scope, where, after=after, limit=limit)

    def export(self, scope: Scope, where: Where = ALL) -> AsyncIterator[str]:
        """JSON lines that seeding reads back unchanged."""
        return export(self._store, scope, where)

    async def forget(self, scope: TenantScope, where: Where) -> int:
        """Erase for good, out of the files and the caches too; answers how many memories that were.

        Waits until a seeding job that runs is over; what a recall in flight has written meanwhile goes as well.
        """
        async with self.changing:
            erased = await self._keeping.erase(scope, where)
            for empty in self._caches:
                empty()
            await self._keeping.compact()
            if late := await self._keeping.erase(scope, where):
                await self._keeping.compact()
            return erased + late

    async def sweep(self, scope: TenantScope, *, now: datetime) -> Mapping[Kind, int]:
        """Erase what is over; answers how many of each kind."""
        return await sweep(self._store, self._keeping, scope, now=now)

    async def sources(self, scope: TenantScope, where: Where = ALL) -> Mapping[str, int]:
        """How many memories each source has."""
        return await self._keeping.sources(scope, where)

    async def stats(self, scope: TenantScope, *, now: datetime) -> Stats:
        """How many memories of each kind in which state, and how the engine is."""
        return await counted(self._keeping, scope, now=now)


def library_over(
    store: KeptStore,
    encoder: Encoder,
    *,
    verifiers: Mapping[str, Verifier] | None = None,
    verify_within_s: float = 0.5,
    tuning: Tuning | None = None,
    reranker: Reranker | None = None,
    caches: Sequence[Callable[[], None]] = (),
) -> Library:
    """A library over one store, its pipeline put together; ``verifiers`` by the key of the facts they know."""
    verify = Reverification(store, Writer(store, encoder), verifiers or {}, timeout_s=verify_within_s)
    pipeline = RecallPipeline(store, encoder, tuning=tuning, reranker=reranker, verify=verify)
    return Library(store, store, encoder, pipeline, caches=caches)

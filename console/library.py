"""The console's ports over long-term memory's library."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final, Protocol

from console.ports import File, Source, Stock, Watch
from memory.longterm.item import CustomerScope, Memory, TenantScope
from memory.longterm.library import Library
from memory.longterm.ports import SOURCES_MOST, Page, Where
from memory.longterm.recall import Recollection
from memory.longterm.review import NotProposed
from memory.seed.gather import Gathered, uploaded
from memory.seed.report import SeedReport

ARTICLES_A_PAGE: Final = 50
WAITING_MOST: Final = 100
CustomerOf = Callable[[str, str], Awaitable[str | None]]


class Seeding(Protocol):
    """Seeds a tenant's memory from what was gathered, as the installation does it."""

    async def __call__(
        self, tenant: str, gathered: Gathered, *, now: datetime, prune: bool, dry_run: bool, progress: Watch
    ) -> SeedReport: ...


class LibraryKnowledge:
    """Knowledge in a library. ``customer_of`` finds a customer of a tenant by what somebody calls them."""

    def __init__(
        self, library: Library, seeding: Seeding, customer_of: CustomerOf, now: Callable[[], datetime]
    ) -> None:
        self.library, self._seeding, self._customer_of, self._now = library, seeding, customer_of, now

    async def stock(self, tenant: str) -> Stock:
        """Counts by source and kind."""
        scope, where = TenantScope(tenant=tenant), Where(kinds=("knowledge",), status="active")
        counts = await self.library.sources(scope, where)
        sources = [Source(name, sections) for name, sections in sorted(counts.items())]
        return Stock(sources, len(counts) < SOURCES_MOST, await self.library.stats(scope, now=self._now()))

    async def articles(self, tenant: str, source: str, *, after: str | None = None) -> Page:
        """The knowledge from one source; never what was remembered of a customer."""
        where = Where(kinds=("knowledge",), customer="", source=source, status="active")
        page = await self.library.pages(TenantScope(tenant=tenant), where, after=after, limit=ARTICLES_A_PAGE)
        return page._replace(memories=tuple(sorted(page.memories, key=lambda memory: memory.position)))

    async def seed(
        self, tenant: str, files: Sequence[File], *, prune: bool, dry_run: bool, progress: Watch
    ) -> SeedReport:
        """Load files, or try to."""
        return await self._seeding(
            tenant, uploaded(files), now=self._now(), prune=prune, dry_run=dry_run, progress=progress
        )

    async def customer(self, tenant: str, said: str) -> str | None:
        """The id of a customer."""
        return await self._customer_of(tenant, said)

    async def ask(self, tenant: str, customer: str, query: str) -> Recollection:
        """What would be recalled."""
        scope = CustomerScope(tenant=tenant, customer=customer)
        return await self.library.recall(scope, query, now=self._now())


class LibraryProposals:
    """Proposed resolutions in a library."""

    def __init__(self, library: Library, now: Callable[[], datetime]) -> None:
        self._library, self._now = library, now

    async def waiting(self, tenant: str) -> Sequence[Memory]:
        """The first hundred."""
        page = await self._library.review.proposals(TenantScope(tenant=tenant), limit=WAITING_MOST)
        return page.memories

    async def decide(self, tenant: str, proposal: str, *, accepted: bool, who: str) -> bool:
        """Accept or reject; False where it does not wait any more."""
        review = self._library.review
        decide = review.accept if accepted else review.reject
        try:
            await decide(TenantScope(tenant=tenant), proposal, by=who, now=self._now())
        except NotProposed:
            return False
        return True

"""Long-term memory as an installation has it: its store, its encoder, its library, and what fills it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import agents
from agents.shop.people import CUSTOMERS
from memory.longterm.item import TenantScope
from memory.longterm.library import KeptStore, Library, library_over
from memory.longterm.ports import Encoder, Verifier, Where
from memory.longterm.recall import Reranker
from memory.seed.gather import Gathered, gather
from memory.seed.job import EVERYWHERE, seed
from memory.seed.report import Progress, SeedReport
from tracing.mask import masked

HELP_CENTRE: Final = Path(agents.__file__).parent / "help_centre"
ARTICLES: Final = Where(customer="", kinds=("knowledge",))


def _nobody(_: Progress) -> None:
    """Nobody watches."""


@dataclass(frozen=True, kw_only=True)
class LongTerm:
    """An installation's long-term memory."""

    library: Library
    store: KeptStore
    encoder: Encoder

    async def seed(
        self,
        tenant: str,
        gathered: Gathered,
        *,
        now: datetime,
        prune: bool = False,
        within: Where = EVERYWHERE,
        dry_run: bool = False,
        progress: Callable[[Progress], None] = _nobody,
    ) -> SeedReport:
        """Make memory hold what the documents say; secrets in them are masked, customers may go by their login.

        *Raises*: StoreUnavailable, StoreMismatch, WeightsMissing.
        """
        return await seed(
            self.store,
            self.encoder,
            TenantScope(tenant=tenant),
            gathered,
            now=now,
            prune=prune,
            within=within,
            dry_run=dry_run,
            progress=progress,
            clean=masked,
            customers={who.email: who.customer for who in CUSTOMERS if who.tenant == tenant},
        )

    async def aclose(self) -> None:
        """Let go of files, locks and connections."""
        await self.store.aclose()


def longterm_over(
    store: KeptStore,
    encoder: Encoder,
    *,
    verifiers: Mapping[str, Verifier] | None = None,
    reranker: Reranker | None = None,
    caches: Iterable[Callable[[], None]] = (),
) -> LongTerm:
    """Long-term memory over a store; ``caches`` are emptied when something is forgotten."""
    library = library_over(store, encoder, verifiers=verifiers, reranker=reranker, caches=tuple(caches))
    return LongTerm(library=library, store=store, encoder=encoder)


async def seed_help_centre(
    longterm: LongTerm, tenants: Iterable[str], *, now: datetime, folder: Path = HELP_CENTRE
) -> Mapping[str, SeedReport]:
    """Make every tenant's memory hold the help articles that ship with Baton; unchanged ones cost no embedding.

    *Raises*: StoreUnavailable, StoreMismatch, WeightsMissing.
    """
    gathered = gather([folder])
    return {tenant: await longterm.seed(tenant, gathered, now=now, prune=True, within=ARTICLES) for tenant in tenants}

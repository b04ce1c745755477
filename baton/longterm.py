"""Long-term memory as an installation has it: its store, its encoder, its library, and what fills it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import agents
from baton.customers import CustomersOf
from baton.data_folder import prepared
from baton.settings import Settings
from memory.longterm.embed import BUNDLED, Embedder
from memory.longterm.encode import ModelEncoder
from memory.longterm.hashing import HashingEncoder
from memory.longterm.item import TenantScope
from memory.longterm.library import KeptStore, Library, library_over
from memory.longterm.ports import Encoder, Verifier, Where
from memory.longterm.qdrant_embedded import EmbeddedStore
from memory.longterm.reopening import ReopeningStore
from memory.longterm.rerank import CrossEncoderReranker
from memory.longterm.sparse import stem
from memory.seed.gather import Gathered, gather
from memory.seed.job import EVERYWHERE, Rules, seed
from memory.seed.report import Progress, SeedReport
from tracing.mask import masked

HASHING: Final = "hashing"  # as an embedding model: words are hashed, no weights are needed, little is understood
HELP_CENTRE: Final = Path(agents.__file__).parent / "help_centre"
ARTICLES: Final = Where(customer="", kinds=("knowledge",))


def _nobody(_: Progress) -> None:
    """Nobody watches."""


def _always() -> bool:
    """Nothing has to be loaded."""
    return True


@dataclass(frozen=True, kw_only=True)
class LongTerm:
    """An installation's long-term memory. ``closing`` lets go of the models that are nobody else's; ``is_ready`` says
    whether the embedding model is loaded; ``customers`` knows who is meant, without it everybody is called by their id;
    ``shipped`` are the folders that are put back at every start: nobody else seeds them."""

    library: Library
    store: KeptStore
    encoder: Encoder
    closing: Sequence[Callable[[], None]] = ()
    is_ready: Callable[[], bool] = _always
    customers: CustomersOf | None = None
    shipped: Set[str] = frozenset()

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
        shipping: bool = False,
        restoring: bool = False,
        emptied: bool = False,
    ) -> SeedReport:
        """Make memory hold what the documents say; secrets in them are masked, customers may go by their login.
        ``shipping`` is for what ships with Baton alone, ``restoring`` for whoever owns the data folder.

        *Raises*: StoreUnavailable, StoreMismatch, WeightsMissing; Unavailable when the shop cannot say who is meant.
        """
        async with nullcontext() if dry_run else self.library.changing:
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
                rules=Rules(
                    clean=masked,
                    customers=partial(self.customers, tenant) if self.customers is not None else None,
                    reserved=frozenset() if shipping else self.shipped,
                    restoring=restoring,
                    emptied=emptied,
                ),
            )

    async def customer(self, tenant: str, said: str) -> str | None:
        """The id of the customer who is called so; None for nobody. *Raises*: Unavailable."""
        return said if self.customers is None else (await self.customers(tenant, {said})).get(said)

    async def aclose(self) -> None:
        """Let go of files, locks, connections and models."""
        await self.store.aclose()
        for close in self.closing:
            close()


def open_library(
    settings: Settings,
    *,
    embedder: Embedder | None = None,
    verifiers: Mapping[str, Verifier] | None = None,
    customers: CustomersOf | None = None,
) -> LongTerm:
    """Long-term memory as the settings want it, sharing ``embedder`` where that is the model they name.

    The store is opened when first needed, and again after it was away.
    """
    model = settings.embedding_model or BUNDLED
    if model == HASHING:
        encoder, caches, closing, is_ready = HashingEncoder(), [], [], _always
    else:
        shared = embedder is not None and embedder.model == model
        embedder = embedder if embedder is not None and shared else Embedder(model)
        encoder, caches, is_ready = ModelEncoder(embedder), [embedder.clear, stem.cache_clear], _loaded(embedder)
        closing = [] if shared else [embedder.close]
    store = ReopeningStore(partial(_open_store, settings, encoder))
    reranker = CrossEncoderReranker(Path(settings.rerank_model)) if settings.rerank_model else None
    library = library_over(store, encoder, verifiers=verifiers, reranker=reranker, caches=caches)
    if reranker is not None:
        closing.append(reranker.close)
    return LongTerm(
        library=library,
        store=store,
        encoder=encoder,
        closing=closing,
        is_ready=is_ready,
        customers=customers,
        shipped=frozenset({HELP_CENTRE.name} if settings.help_centre else ()),
    )


def _loaded(embedder: Embedder) -> Callable[[], bool]:
    """Whether the model is there; who asks first has it loaded (a command that needs none does not)."""

    def is_loaded() -> bool:
        embedder.start()
        return embedder.is_ready or embedder.has_failed

    return is_loaded


async def _open_store(settings: Settings, encoder: HashingEncoder | ModelEncoder) -> KeptStore:
    vectors = await encoder.space()
    if settings.qdrant_url is None:
        return await EmbeddedStore.open(prepared(settings.data_folder) / "memory", vectors)
    from memory.longterm.qdrant_server import ServerStore  # noqa: PLC0415  takes seconds, and few have a server

    key = settings.qdrant_api_key.get_secret_value() if settings.qdrant_api_key else None
    return ServerStore.connect(settings.qdrant_url, settings.qdrant_collection, vectors, api_key=key)


async def seed_help_centre(
    longterm: LongTerm, tenants: Iterable[str], *, now: datetime, folder: Path = HELP_CENTRE
) -> Mapping[str, SeedReport]:
    """Make every tenant's memory hold the help articles that ship with Baton; unchanged ones cost no embedding.

    *Raises*: StoreUnavailable, StoreMismatch, WeightsMissing.
    """
    gathered = gather([folder])
    return {
        tenant: await longterm.seed(tenant, gathered, now=now, prune=True, within=ARTICLES, shipping=True)
        for tenant in tenants
    }

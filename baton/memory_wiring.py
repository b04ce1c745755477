"""Long-term memory tied to everything that uses it: the runtime, the tools, learning, upkeep and forgetting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from agents.learning.turn import Learner
from agents.models.breaker import Breaker
from agents.shop.store import Shop
from agents.shop.verifiers import verifiers_of
from baton.customers import customers_in
from baton.learning import Jobs, Learning
from baton.longterm import LongTerm, open_library, seed_help_centre
from baton.remembering import LibraryKnowledge, LibraryNotes, LibraryRecall
from baton.settings import Settings
from baton.upkeep import keep_swept, stocked
from handoffs.ports import Clock
from memory.longterm.embed import Embedder
from memory.session.redis_log import RedisSessionLog


class MemoryWiring:
    """What an installation does with its long-term memory."""

    def __init__(
        self,
        longterm: LongTerm,
        *,
        jobs: Jobs,
        breaker: Breaker,
        log: RedisSessionLog,
        learner: Learner | None,
        clock: Clock,
        tenants: Sequence[str],
        centre: bool,
    ) -> None:
        library = longterm.library
        self.recall = LibraryRecall(library, breaker, longterm.is_ready)
        self.knowledge = LibraryKnowledge(library, clock)
        self.notes = LibraryNotes(library, log)
        self._learning = (
            Learning(jobs=jobs, log=log, library=library, learner=learner, clock=clock) if learner is not None else None
        )
        self._longterm, self._clock, self._tenants, self._centre = longterm, clock, tenants, centre

    async def live(self) -> None:
        """Fill the shelf, learn from ended turns and sweep, until cancelled."""
        async with asyncio.TaskGroup() as group:
            if self._learning is not None:
                group.create_task(self._learning.serve())
            group.create_task(keep_swept(self._longterm.library, self._tenants, self._clock))
            if self._centre:
                group.create_task(stocked(self._stock, self._clock))

    async def _stock(self, now: datetime) -> object:
        return await seed_help_centre(self._longterm, self._tenants, now=now)


def remembering_of(settings: Settings, embedder: Embedder | None) -> Callable[[Shop], LongTerm]:
    """How an installation opens its long-term memory: its shop knows who is a customer, and what is true of them."""

    def opened(shop: Shop) -> LongTerm:
        return open_library(
            settings, embedder=embedder, verifiers=verifiers_of(shop), customers=customers_in(shop, settings)
        )

    return opened

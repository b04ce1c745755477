"""Long-term memory tied to everything that uses it: the runtime, the tools, learning, upkeep and forgetting."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from redis.asyncio import Redis

from agents.learning.turn import Learner
from baton.learning import Learning
from baton.longterm import LongTerm, seed_help_centre
from baton.remembering import LibraryKnowledge, LibraryRecall
from baton.upkeep import keep_swept, stocked
from handoffs.ports import Clock
from handoffs.side_writes import TO_LEARN
from memory.coordination.redis_breaker import RedisBreaker
from memory.coordination.redis_jobs import RedisJobs
from memory.session.redis_log import RedisSessionLog


class MemoryWiring:
    """What an installation does with its long-term memory."""

    def __init__(
        self,
        longterm: LongTerm,
        *,
        redis: Redis,
        log: RedisSessionLog,
        learner: Learner | None,
        clock: Clock,
        tenants: Sequence[str],
        centre: bool,
    ) -> None:
        library = longterm.library
        self.recall = LibraryRecall(library, RedisBreaker(redis))
        self.knowledge = LibraryKnowledge(library, clock)
        jobs = RedisJobs(redis, TO_LEARN)
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

"""Learning from turns that are over, one after the other and behind the answers; at least once, and once in effect.

A commit that ends an execution leaves a job; what is learnt has stable ids, so a job done twice writes once.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from agents.learning.turn import EPISODE_PLACE, Learner, Turn
from handoffs.events import AnyEvent, Ended, decode
from handoffs.ports import Clock
from memory.errors import StoreError
from memory.longterm.embed import WeightsMissing
from memory.longterm.item import CustomerScope, TenantScope, memory_id
from memory.longterm.library import Library
from memory.longterm.ports import Where
from memory.session.redis_log import RedisSessionLog
from memory.session.types import StoredRecord

AT_ONCE = 10
HIDE_S = 60
LOOK_EVERY_S = 1.0
REST_S = 5.0  # after a store was away
TRIES_MOST = 3
log = logging.getLogger(__name__)


class Jobs(Protocol):
    """Ended executions that nobody has learnt from."""

    async def take(self, most: int, *, hide_s: int) -> list[str]: ...

    async def done(self, job: str) -> None: ...

    async def put_back(self, jobs: Sequence[str]) -> None: ...


class Learning:
    """Turns ended executions into memories."""

    def __init__(self, *, jobs: Jobs, log: RedisSessionLog, library: Library, learner: Learner, clock: Clock) -> None:
        self._jobs, self._log, self._library, self._learner, self._clock = jobs, log, library, learner, clock
        self._tries = Counter[str]()

    async def serve(self) -> None:
        """Learn until cancelled; what fails because a store is away is tried again later."""
        while True:
            try:
                rest_s = 0.0 if await self.learn_due() else LOOK_EVERY_S
            except (StoreError, WeightsMissing) as error:
                log.warning("learning waits: %s", error)
                rest_s = REST_S
            except Exception:
                log.exception("learning stumbled")
                rest_s = REST_S
            await self._clock.sleep(rest_s)

    async def learn_due(self) -> int:
        """Learn from what is due; answers how much that was. *Raises*: StoreError, WeightsMissing."""
        jobs = await self._jobs.take(AT_ONCE, hide_s=HIDE_S)
        for place, job in enumerate(jobs):
            try:
                is_over = await self._learn(*job.split("/"))
            except (StoreError, WeightsMissing):
                await self._jobs.put_back(jobs[place:])
                raise
            except Exception:  # one bad turn must not keep the others from being learnt from
                self._tries[job] += 1
                is_over = self._tries[job] >= TRIES_MOST
                log.exception("could not learn from execution %s%s", job, "; given up" if is_over else "")
            if is_over:
                del self._tries[job]
                await self._jobs.done(job)
        return len(jobs)

    async def _learn(self, tenant: str, conversation: str, execution: str) -> bool:
        """Whether the job is over: learnt from, or there is nothing to learn from (any more)."""
        head = await self._log.head(tenant, conversation)
        records = [] if head.gone else await self._log.execution(tenant, conversation, execution)
        events = [decode(record.data) for record in records]
        if not any(isinstance(event, Ended) for event in events):
            return head.active != execution  # the job is written a moment before the end it announces
        scope = CustomerScope(tenant=tenant, customer=head.customer)
        turn = await self._turn(scope, conversation, records, events)
        await self._library.write(scope, await self._learner.learn(turn), now=self._clock.now())
        if (await self._log.head(tenant, conversation)).gone:  # forgotten meanwhile: nothing of it may come back
            await self._library.forget(TenantScope(tenant=tenant), Where(conversation=conversation))
        return True

    async def _turn(
        self, scope: CustomerScope, conversation: str, records: Sequence[StoredRecord], events: Sequence[AnyEvent]
    ) -> Turn:
        episode = memory_id(scope.tenant, scope.customer, f"conversation/{conversation}", EPISODE_PLACE)
        page = await self._library.pages(scope, Where(ids=(episode,)))
        return Turn(
            tenant=scope.tenant,
            customer=scope.customer,
            conversation=conversation,
            execution=records[0].execution,
            at=datetime.fromtimestamp(records[-1].at_ms / 1000, UTC),
            events=tuple(events),
            numbers=tuple(record.number for record in records),
            episode="".join(memory.text for memory in page.memories),
        )

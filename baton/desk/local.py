"""The desk over memory that this process holds open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import suppress
from datetime import datetime
from typing import assert_never

from baton.desk.answers import (
    AnyAnswer,
    Counted,
    Decided,
    Exported,
    Forgotten,
    Progressed,
    Recollected,
    Seeded,
    Shown,
    Swept,
)
from baton.desk.auditing import Notes, deed_of
from baton.desk.meaning import is_somebody, meant, unknown
from baton.desk.orders import AnyOrder, Browse, Count, Decide, Export, Forget, Proposals, Recall, Seed, Sweep
from baton.desk.ports import ForgetsCustomers
from baton.longterm import LongTerm
from handoffs.errors import UsageError
from memory.longterm.embed import WeightsMissing
from memory.longterm.item import CustomerScope, Memory, TenantScope
from memory.longterm.ports import Where
from memory.longterm.review import NotProposed
from memory.longterm.scanning import every
from memory.seed.report import Progress

AHEAD = 1_000  # how many more than wanted are held while the newest are looked for


class LocalDesk:
    """Does what an order says, as an operator at the shelves would. What the audit wants to know is noted first."""

    def __init__(
        self, longterm: LongTerm, *, forget: ForgetsCustomers, note: Notes, now: Callable[[], datetime]
    ) -> None:
        self._longterm = longterm
        self._library = longterm.library
        self._forget = forget
        self._note = note
        self._now = now

    async def ask(self, order: AnyOrder) -> AsyncGenerator[AnyAnswer]:
        """Do it and tell, piece by piece. *Raises*: UsageError, Unavailable, StoreError."""
        try:
            order = await meant(self._longterm, order)
            if (deed := deed_of(order, self._now())) is not None:
                await self._note(deed)
            async for answer in self._answers(order):
                yield answer
        except (WeightsMissing, NotProposed) as error:
            raise UsageError(f"{error}.") from error

    def _answers(self, order: AnyOrder) -> AsyncGenerator[AnyAnswer]:
        match order:
            case Seed():
                return self._seed(order)
            case Browse() | Proposals():
                return self._browse(order)
            case Export():
                return self._export(order)
            case Recall() | Forget() | Sweep() | Count() | Decide():
                return self._one(order)
            case _:
                assert_never(order)

    async def _one(self, order: Recall | Forget | Sweep | Count | Decide) -> AsyncGenerator[AnyAnswer]:
        scope, now = TenantScope(tenant=order.tenant), self._now()
        match order:
            case Recall(customer=customer, query=query):
                whose = CustomerScope(tenant=order.tenant, customer=customer)
                yield Recollected.of(await self._library.recall(whose, query, now=now))
            case Forget():
                yield Forgotten(sentence=await self._forgotten(order, now))
            case Sweep():
                yield Swept(erased=await self._library.sweep(scope, now=now))
            case Count():
                yield Counted(stats=await self._library.stats(scope, now=now))
            case Decide(memory=memory, accepted=accepted, by=by):
                decide = self._library.review.accept if accepted else self._library.review.reject
                yield Decided(memory=await decide(scope, memory, by=by, now=now))

    async def _forgotten(self, order: Forget, now: datetime) -> str:
        """Nobody's name is forgotten too: the shop may have let go of somebody whose words are still here."""
        is_known = await is_somebody(self._longterm, order.tenant, order.customer)
        forgotten = await self._forget(order, now)
        if not is_known:
            raise UsageError(f"{unknown(order.tenant, order.customer)}. Under that name there were {forgotten}.")
        return forgotten

    async def _seed(self, order: Seed) -> AsyncGenerator[AnyAnswer]:
        told: asyncio.Queue[Progress | None] = asyncio.Queue()
        job = asyncio.create_task(
            self._longterm.seed(
                order.tenant,
                order.gathered,
                now=self._now(),
                prune=order.prune,
                emptied=order.emptied,
                restoring=True,
                dry_run=order.dry_run,
                progress=told.put_nowait,
            )
        )
        job.add_done_callback(lambda _: told.put_nowait(None))
        try:
            while (progress := await told.get()) is not None:
                yield Progressed(done=progress.done, total=progress.total)
            yield Seeded(report=await job)
        finally:  # whoever asked has gone: what is stored stays, and the job can be run again
            job.cancel()
            with suppress(asyncio.CancelledError):
                await job

    async def _browse(self, order: Browse | Proposals) -> AsyncGenerator[AnyAnswer]:
        scope = TenantScope(tenant=order.tenant)
        if isinstance(order, Proposals):
            waiting = Where(status="proposed", superseded=False)
            found = [memory async for memory in every(self._longterm.store, scope, waiting)]
        else:
            where = Where(customer=order.customer, kinds=order.kinds, source=order.source)
            found = await _newest(every(self._longterm.store, scope, where), order.most)
        for memory in found:
            yield Shown(memory=memory)

    async def _export(self, order: Export) -> AsyncGenerator[AnyAnswer]:
        where = Where(customer=order.customer)
        async for line in self._library.export(TenantScope(tenant=order.tenant), where):
            yield Exported(line=line)


async def _newest(memories: AsyncIterator[Memory], most: int | None) -> list[Memory]:
    """The last said first."""
    newest: list[Memory] = []
    async for memory in memories:
        newest.append(memory)
        if most is not None and len(newest) >= most + AHEAD:
            newest = sorted(newest, key=_age)[:most]
    return sorted(newest, key=_age)[:most]


def _age(memory: Memory) -> tuple[float, str, int]:
    return -memory.said_at.timestamp(), memory.source, memory.position

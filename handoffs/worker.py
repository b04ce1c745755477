"""Workers: who runs which execution. A lease of 15 s, renewed at a third; a sweeper resumes what others dropped.

Executions run here, never in a socket's handler: a closed browser tab does not stop a refund half-way.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from typing import NamedTuple

from handoffs.batch import Batch
from handoffs.endings import lost
from handoffs.errors import StaleFence, Unavailable
from handoffs.loop import run
from handoffs.ports import Claim, Leases
from handoffs.prompt import Named
from handoffs.runtime import Runtime
from handoffs.window import Line

RECOVERIES_MOST = 3
SWEEP_EVERY_S = 1.0
REST_S = 0.5  # between two tries to reach a store that is away
WINDOW_LINES_MOST = 60
MEMOS_MOST = 256
log = logging.getLogger(__name__)


class Memo(NamedTuple):
    """What this process remembers of a conversation between turns: saves reading and naming it anew."""

    lines: tuple[Line, ...]
    named: Named | None


class Worker:
    """Runs executions in tasks of this process, at ``most`` so many at once; the rest wait in the order they came."""

    def __init__(self, runtime: Runtime, leases: Leases, *, most: int = 256) -> None:
        self._runtime, self._leases = runtime, leases
        self._places = asyncio.Semaphore(most)
        self._running: dict[tuple[str, str, str], asyncio.Task[None]] = {}
        self._batches: dict[tuple[str, str], Batch] = {}
        self._memos: OrderedDict[tuple[str, str], Memo] = OrderedDict()
        self._early_stops: set[tuple[str, str]] = set()
        self._closing = False

    def kick(self, tenant: str, conversation: str, execution: str) -> None:
        """Start working on an execution unless this process already does."""
        place = (tenant, conversation, execution)
        if self._closing or place in self._running:
            return
        task = asyncio.create_task(self._work(*place), name=f"execution {'/'.join(place)}")
        self._running[place] = task
        task.add_done_callback(lambda _: self._running.pop(place, None))

    async def serve(self) -> None:
        """Sweep, renew and listen for stop requests until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._sweep())
            group.create_task(self._renew())
            group.create_task(self._listen())

    async def drain(self, seconds: float) -> None:
        """Take nothing new, let running turns finish, give the rest back to other workers."""
        self._closing = True
        tasks = list(self._running.values())
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        for task in (left := [task for task in tasks if not task.done()]):
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def forget_texts(self) -> None:
        """Keep no words of conversations that are over; the next turn reads them anew."""
        self._memos.clear()

    @property
    def busy(self) -> int:
        """How many executions this process is working on."""
        return len(self._running)

    async def _work(self, tenant: str, conversation: str, execution: str) -> None:
        place = (tenant, conversation)
        batch: Batch | None = None
        try:
            async with self._places:
                batch = await self._claim(tenant, conversation, execution)
                if batch is None:
                    return
                self._batches[place] = batch
                if place in self._early_stops:
                    batch.stop.press()
                await run(batch)
            self._remember(place, batch)
        except StaleFence as error:
            log.info("%s", error)
            self._memos.pop(place, None)
        except Unavailable as error:
            log.warning("execution %s of %s rests: %s", execution, conversation, error)
            await self._give_back(batch, tries=round(self._runtime.lease_s / REST_S))
        except asyncio.CancelledError:
            await self._give_back(batch, tries=1)
            raise
        except Exception:
            log.exception("execution %s of %s broke off; it will be resumed", execution, conversation)
            self._memos.pop(place, None)
        finally:
            self._early_stops.discard(place)
            if batch is not None and self._batches.get(place) is batch:
                del self._batches[place]

    async def _claim(self, tenant: str, conversation: str, execution: str) -> Batch | None:
        memo = self._memos.pop((tenant, conversation), Memo((), None))
        after = memo.lines[-1].seq if memo.lines else 0
        claim = await self._runtime.journal.claim(
            tenant, conversation, execution, lease_s=self._runtime.lease_s, window_after=after
        )
        if claim is None:
            return None
        newer = (Line.decoded(entry.data, entry.seq) for entry in claim.window)
        before = tuple(line for line in (*memo.lines, *newer) if line.execution != execution)  # its own it will fold
        lines = before[-WINDOW_LINES_MOST:]
        self._memos[(tenant, conversation)] = Memo(lines, memo.named)
        batch = Batch(
            self._runtime,
            tenant=tenant,
            conversation=conversation,
            execution=execution,
            claim=claim,
            window=aligned(lines),
            named=memo.named if not claim.events else None,
        )
        self._give_up_if_hopeless(batch, claim)
        return batch

    def _give_up_if_hopeless(self, batch: Batch, claim: Claim) -> None:
        """Never retried for ever: after three recoveries without a new event a person gets it."""
        if claim.recoveries > RECOVERIES_MOST and batch.state.status is None:
            batch.add(lost(batch.state))

    def _remember(self, place: tuple[str, str], batch: Batch) -> None:
        memo = self._memos.pop(place, Memo((), None))
        self._memos[place] = Memo(memo.lines, batch.named)
        while len(self._memos) > MEMOS_MOST:
            self._memos.popitem(last=False)

    async def _give_back(self, batch: Batch | None, *, tries: int) -> None:
        """Release the lease, so that nobody waits for it to run out; asked again while the store is away."""
        if batch is None:
            return
        self._memos.pop((batch.tenant, batch.conversation), None)
        for _ in range(tries):
            try:
                await self._runtime.journal.release(
                    batch.tenant, batch.conversation, batch.execution, fence=batch.fence
                )
            except Unavailable:
                await self._runtime.clock.sleep(REST_S)
            else:
                return
        log.info("could not release %s; its lease runs out by itself", batch.execution)

    async def _sweep(self) -> None:
        while True:
            try:
                for place in await self._leases.expired(100):
                    self.kick(*place)
            except Unavailable as error:
                log.warning("sweeper waits: %s", error)
            await self._runtime.clock.sleep(SWEEP_EVERY_S)

    async def _renew(self) -> None:
        while True:
            await self._runtime.clock.sleep(self._runtime.lease_s / 3)
            for place, batch in list(self._batches.items()):
                try:
                    held = await self._runtime.journal.renew(
                        *place, batch.execution, fence=batch.fence, lease_s=self._runtime.lease_s
                    )
                except Unavailable:
                    continue  # the lease may run out; the fence then refuses us
                task = self._running.get((*place, batch.execution))
                if not held and task is not None and batch.state.status is None:
                    task.cancel()

    async def _listen(self) -> None:
        async for place in self._runtime.signals.stops():
            if (batch := self._batches.get(place)) is not None:
                batch.stop.press()
            elif any(running[:2] == place for running in self._running):
                self._early_stops.add(place)  # the turn waits for its place; it is stopped when it gets one


def aligned(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Without the first, torn block of a full window: the prompt's start then moves only a block at a time."""
    if len(lines) < WINDOW_LINES_MOST:
        return lines
    torn = lines[0].seq // 64
    return tuple(line for line in lines if line.seq // 64 != torn)

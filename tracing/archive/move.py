"""The mover: what session memory holds lands in the archive, and what has landed and rested is let go of.

It may be killed anywhere and run beside others: each step is whole, and done twice it is done once.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final

from sqlalchemy import RowMapping

from handoffs.errors import Unavailable
from handoffs.ports import Stored
from handoffs.runtime import pass_by
from tracing.archive.facts import facts_of
from tracing.archive.landing import Cargo, Due, Landing
from tracing.archive.ports import Head, LiveLog, Trimming

PAGE: Final = 500  # records that land at once
LOOKED_AT: Final = 500  # conversations looked at together
LATELY_MS: Final = 10 * 60 * 1000
FAILURES_MOST: Final = 3  # in a row; then the store is away, and no single conversation is to blame
log = logging.getLogger(__name__)


class Mover:
    """Moves the conversations of some tenants.

    *Raises*: Unavailable from the archive, and whatever session memory raises while it is away.
    """

    def __init__(
        self,
        live: LiveLog,
        landing: Landing,
        trimming: Trimming,
        *,
        tenants: Sequence[str],
        reach: Callable[[str], None] = pass_by,
    ) -> None:
        self._live, self._landing, self._trimming = live, landing, trimming
        self._tenants, self._reach = tenants, reach
        self._running: dict[str, set[str]] = {tenant: set() for tenant in tenants}

    async def move_all(self) -> int:
        """Move whatever has not landed; answers how many records did."""
        moved = 0
        for tenant in self._tenants:
            skip = 0
            while page := await self._trimming.active(tenant, skip=skip, limit=LOOKED_AT):
                moved += await self._move(tenant, [one.conversation for one in page])
                skip += len(page)  # one that is active again meanwhile moves up: another is seen twice, none is missed
        return moved

    async def move_lately(self) -> int:
        """Move what was spoken in lately, or ran when last looked at: cheap enough to be asked every few seconds."""
        moved = 0
        for tenant in self._tenants:
            newest = await self._trimming.active(tenant, skip=0, limit=LOOKED_AT)
            since_ms = newest[0].at_ms - LATELY_MS if newest else 0
            lately = [one.conversation for one in newest if one.at_ms >= since_ms]
            moved += await self._move(tenant, list(dict.fromkeys([*lately, *self._running[tenant]])))
        return moved

    async def move(self, tenant: str, conversation: str) -> int:
        """Move one conversation; answers how many records landed. What was erased does not land."""
        landed = 0
        while (head := await self._there(tenant, conversation)) is not None:
            newest = await self._landing.newest(tenant, conversation)
            cargo = await self._loaded(tenant, conversation, head, newest)
            if cargo is None or not await self._landing.land(cargo, lambda: self._is_there(tenant, conversation)):
                break
            landed += len(cargo.records)
            if len(cargo.records) < PAGE:
                break
        return landed

    async def trim(self, before_ms: int) -> int:
        """Have session memory let go of executions that landed and ended before that time; answers how many."""
        trimmed = 0
        for tenant in self._tenants:
            after = ""
            while due := await self._landing.due(tenant, before_ms, after=after):
                for one in due:
                    trimmed += len(one.executions) if await self._trim(one) else 0
                after = due[-1].conversation
        return trimmed

    async def _trim(self, due: Due) -> bool:
        if await self.move(due.tenant, due.conversation):
            return False  # it had not landed as it is now: what is due must be asked anew
        digests = await self._landing.digests(due)
        self._reach("trimming: asked")
        let_go = await self._trimming.trim(
            due.tenant, due.conversation, up_to_seq=due.up_to_seq, executions=due.executions, digests=digests
        )
        self._reach("trimming: done")
        if let_go:
            await self._landing.let_go(due)
        return let_go

    async def _move(self, tenant: str, names: Sequence[str]) -> int:
        """Those of them that are behind."""
        moved, failures = 0, 0
        async for name in self._behind(tenant, names):
            try:
                moved += await self.move(tenant, name)
                failures = 0
            except Unavailable as error:
                failures += 1
                if failures == FAILURES_MOST:
                    raise
                log.warning("%s/%s could not be archived yet: %s", tenant, name, error)
        return moved

    async def _behind(self, tenant: str, names: Sequence[str]) -> AsyncIterator[str]:
        reached = await self._landing.reached(tenant, names)
        for name in names:
            head = await self._live.head(tenant, name)
            if head.active:
                self._running[tenant].add(name)
            else:
                self._running[tenant].discard(name)
            if head.seq != reached.get(name, 0):
                yield name

    async def _loaded(self, tenant: str, conversation: str, head: Head, newest: RowMapping | None) -> Cargo | None:
        """What is to land next, or None. The newest that landed is read again: if it is another one now, session memory
        lost its end and gave the numbers anew."""
        seq = int(newest["seq"]) if newest is not None else 0
        page = await self._live.read(tenant, conversation, after_seq=max(0, seq - 1), limit=PAGE + 1)
        overlap = bool(page) and page[0].seq == seq
        anew = head.seq < seq or (overlap and newest is not None and not _same(page[0], newest))
        if anew:
            page = await self._live.read(tenant, conversation, limit=PAGE)
        records = page[:PAGE] if anew or not overlap else page[1:]
        if not records:
            return None
        digests = list(dict.fromkeys(digest for one in records for digest in facts_of(one.data).digests))
        return Cargo(
            tenant=tenant,
            conversation=conversation,
            customer=head.customer,
            after_seq=seq,
            records=records,
            blobs=await self._live.blobs(tenant, conversation, digests),
            anew=anew,
        )

    async def _there(self, tenant: str, conversation: str) -> Head | None:
        head = await self._live.head(tenant, conversation)
        return head if head.customer and not head.gone else None

    async def _is_there(self, tenant: str, conversation: str) -> bool:
        return await self._there(tenant, conversation) is not None


def _same(one: Stored, landed: RowMapping) -> bool:
    return (one.execution, one.number, one.at_ms, bytes(one.data)) == (
        landed["execution"], landed["number"], landed["at_ms"], bytes(landed["data"]),
    )  # fmt: skip

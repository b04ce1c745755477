"""Erasing what is over. Every ending is a moment in ``expires_at``: what expires, is superseded, is retired."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from memory.longterm.item import TenantScope
from memory.longterm.kinds import KINDS, Kind
from memory.longterm.ports import MemoryKeeping, MemoryStore, Where

GRACE: Final = timedelta(hours=1)  # longer than any turn: what a prompt holds can still be looked up
_PAGE = 256


async def sweep(
    store: MemoryStore, keeping: MemoryKeeping, scope: TenantScope, *, now: datetime, grace: timedelta = GRACE
) -> Mapping[Kind, int]:
    """Erase one tenant's memories that were over before the grace began; answers how many of each kind."""
    return {kind: await _sweep_kind(store, keeping, scope, kind, now - grace) for kind in KINDS}


async def _sweep_kind(
    store: MemoryStore, keeping: MemoryKeeping, scope: TenantScope, kind: Kind, over_by: datetime
) -> int:
    where = Where(kinds=(kind,), expired_at=over_by)
    erased, after = 0, None
    while True:
        page = await store.scan(scope, where, after=after, limit=_PAGE)
        ids = tuple(memory.id for memory in page.memories)
        if ids:  # asked once more whether it is over: it may have been confirmed since the page was read
            erased += await keeping.erase(scope, Where(ids=ids, expired_at=over_by))
        if (after := page.after) is None:
            return erased

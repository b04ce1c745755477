"""How many memories there are, of each kind and in each state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from memory.longterm.item import TenantScope
from memory.longterm.kinds import KINDS, Kind
from memory.longterm.ports import MemoryKeeping, Where


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Memories of one kind; each stands in one column. ``active`` are those that recall may find."""

    active: int
    proposed: int
    superseded: int
    retired: int
    expired: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Stats:
    """One tenant's memories by kind, and one sentence about the engine that holds them."""

    kinds: Mapping[Kind, Counts]
    engine: str


async def counted(keeping: MemoryKeeping, scope: TenantScope, *, now: datetime) -> Stats:
    """Count them. *Raises*: StoreUnavailable."""
    return Stats(
        kinds={kind: await _counts(keeping, scope, kind, now) for kind in KINDS}, engine=await keeping.health()
    )


async def _counts(keeping: MemoryKeeping, scope: TenantScope, kind: Kind, now: datetime) -> Counts:
    kinds = (kind,)
    active = await keeping.count(scope, Where(kinds=kinds, status="active", superseded=False))
    proposed = await keeping.count(scope, Where(kinds=kinds, status="proposed", superseded=False))
    retired = await keeping.count(scope, Where(kinds=kinds, status="retired", superseded=False))
    superseded = await keeping.count(scope, Where(kinds=kinds, superseded=True))
    expired = await keeping.count(scope, Where(kinds=kinds, status="active", superseded=False, expired_at=now))
    return Counts(active=active - expired, proposed=proposed, superseded=superseded, retired=retired, expired=expired)

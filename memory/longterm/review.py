"""Operators decide about what the system proposes to remember for the whole shop; until then nobody is told it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from memory.longterm.item import CustomerScope, Memory, TenantScope
from memory.longterm.ports import MemoryStore, Page, Where
from memory.longterm.scanning import every
from memory.longterm.supersession import Changes, retirement, supersede


class NotProposed(ValueError):
    """There is no such proposal, or somebody decided about it already; the message says which."""


class Review:
    """The proposals of one store. Who may decide is for the caller to know."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def proposals(self, scope: TenantScope, *, after: str | None = None, limit: int = 256) -> Page:
        """What waits for a decision, in id order."""
        return await self._store.scan(scope, Where(status="proposed", superseded=False), after=after, limit=limit)

    async def accept(self, scope: TenantScope, memory: str, *, by: str, now: datetime) -> Memory:
        """From now on it is recalled, and supersedes what was accepted before under its key. *Raises*: NotProposed."""
        proposal = await self._proposal(scope, memory)
        accepted = replace(proposal, status="active", reviewed_by=by, confirmed_at=now)
        await self._amend(accepted, {"status": "active", "reviewed_by": by, "confirmed_at": now})
        if accepted.key:
            where = Where(kinds=(accepted.kind,), key=accepted.key, status="active", superseded=False)
            line = [one async for one in every(self._store, _owner(accepted), where) if one.id != accepted.id]
            for old in supersede([*line, accepted], accepted):
                await self._amend(old, {"superseded_by": old.superseded_by, "expires_at": old.expires_at})
        return accepted

    async def reject(self, scope: TenantScope, memory: str, *, by: str, now: datetime) -> Memory:
        """It is never used, and soon erased. *Raises*: NotProposed."""
        proposal = await self._proposal(scope, memory)
        await self._amend(proposal, {**retirement(now), "reviewed_by": by})
        return replace(proposal, status="retired", reviewed_by=by)

    async def _proposal(self, scope: TenantScope, memory: str) -> Memory:
        found = (await self._store.scan(scope, Where(ids=(memory,)))).memories
        if not found:
            raise NotProposed(f"there is no proposal {memory!r}; `baton memory review list` shows those that wait")
        if found[0].status != "proposed" or found[0].superseded_by:
            decided = found[0].reviewed_by or "a newer proposal"
            raise NotProposed(f"{memory!r} is {found[0].status}, decided by {decided}; nothing was changed")
        return found[0]

    async def _amend(self, memory: Memory, changes: Changes) -> None:
        await self._store.amend(_owner(memory), [memory.id], changes)


def _owner(memory: Memory) -> CustomerScope:
    return CustomerScope(tenant=memory.tenant, customer=memory.customer)

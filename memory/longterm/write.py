"""Writing what a turn taught: said again it is confirmed, said otherwise it supersedes (see supersession)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from memory.longterm.item import CustomerScope, Memory, Note, memory_id
from memory.longterm.kinds import LIFETIMES
from memory.longterm.ports import Encoder, MemoryStore, Where
from memory.longterm.scanning import every
from memory.longterm.supersession import Written, expiry, plan, said_digest


class Writer:
    """Writes into one store; the same note twice is written once."""

    def __init__(self, store: MemoryStore, encoder: Encoder) -> None:
        self._store = store
        self._encoder = encoder

    async def write(self, scope: CustomerScope, notes: Sequence[Note], *, now: datetime) -> Written:
        """Keep the notes of one customer; what concerns the whole shop goes to the shop, as a proposal.

        *Raises*: ValueError for a personal note without a customer; StoreUnavailable, WeightsMissing.
        """
        memories = [memory_of(scope, note, now) for note in notes]
        written = Written()
        for owner in dict.fromkeys(memory.customer for memory in memories):
            theirs = [memory for memory in memories if memory.customer == owner]
            written += await self.keep(CustomerScope(tenant=scope.tenant, customer=owner), theirs)
        return written

    async def keep(self, scope: CustomerScope, memories: Sequence[Memory]) -> Written:
        """Keep memories of exactly this customer ('' is the shop)."""
        fresh, changes, written = plan(await self._related(scope, memories), memories)
        if fresh:
            await self._store.put(scope, list(zip(fresh, await self._encoder.documents(fresh), strict=True)))
        for memory, changed in changes.items():  # after the new is in: a crash between leaves two values, never none
            await self._store.amend(scope, [memory], changed)
        return written

    async def _related(self, scope: CustomerScope, memories: Sequence[Memory]) -> list[Memory]:
        ids = tuple(dict.fromkeys(memory.id for memory in memories))
        wanted = dict.fromkeys([Where(customer=scope.customer, ids=ids), *map(_like, memories)])
        found = [memory for where in wanted async for memory in every(self._store, scope, where)]
        return list({memory.id: memory for memory in found}.values())


def _like(memory: Memory) -> Where:
    same = Where(customer=memory.customer, kinds=(memory.kind,), superseded=False)
    return replace(same, key=memory.key) if memory.key else replace(same, digest=memory.digest)


def memory_of(scope: CustomerScope, note: Note, now: datetime) -> Memory:
    """The memory that a note becomes. What one customer's conversation teaches the shop waits for an operator's yes.

    *Raises*: ValueError for a personal note without a customer.
    """
    shared = LIFETIMES[note.kind].shared
    if not shared and not scope.customer:
        raise ValueError(f"a memory of kind {note.kind!r} belongs to a customer; name one in the scope")
    owner = "" if shared else scope.customer
    said_at = min(note.said_at, now)  # a clock that runs ahead must not win over every later correction
    return Memory(
        id=memory_id(scope.tenant, owner, note.source, note.place),
        tenant=scope.tenant,
        customer=owner,
        kind=note.kind,
        text=note.text,
        said_at=said_at,
        confirmed_at=said_at,
        expires_at=expiry(note.kind, said_at),
        source=note.source,
        place=note.place,
        position=note.position,
        key=note.key,
        value=note.value,
        title=note.title,
        speaker=note.speaker,
        conversation=note.conversation,
        event=note.event,
        status="proposed" if shared and scope.customer else note.status,
        digest=said_digest(note.kind, note.key, note.value, note.text),
    )

"""The journal's twin without Redis: the same answers, one dictionary, a clock that is passed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from memory.session import keys
from memory.session.in_memory_commit import Commit
from memory.session.in_memory_store import Conversation, Execution, InMemoryStore
from memory.session.types import SEEN_MOST, WINDOW_MOST, Claimed, Committed, Submitted


class InMemoryJournal:
    """Session memory's writes, kept in a store that other twins may share."""

    def __init__(self, store: InMemoryStore) -> None:
        self._store = store

    async def submit(self, tenant: str, conversation: str, *, customer: str, item_id: str, item: bytes) -> Submitted:
        """Append an item to the inbox; start an execution if none is active."""
        keys.valid_id("customer", customer)
        state = self._store.of(tenant, conversation)
        if state.gone:
            return Submitted("gone", "")
        if state.customer not in {"", customer}:
            return Submitted("foreign", "")
        if item_id in state.seen:
            return Submitted("repeated", state.active)
        state.customer = customer
        state.last_activity_ms = self._store.now_ms()
        state.seen[item_id] = None
        if len(state.seen) > SEEN_MOST:
            del state.seen[next(iter(state.seen))]
        state.inbox.append(item)
        if state.active:
            return Submitted("joined", state.active)
        state.active = f"x{len(state.executions) + 1:06d}"
        state.executions[state.active] = Execution()
        return Submitted("started", state.active)

    async def claim(
        self, tenant: str, conversation: str, execution: str, *, lease_s: float, window_after: int
    ) -> Claimed | None:
        """Own an execution whose lease is free or over; None when another owns it or it has ended."""
        state = self._store.of(tenant, conversation)
        found = state.executions.get(execution)
        now_ms = self._store.now_ms()
        if found is None or state.gone or found.status != "running" or found.lease_until_ms >= now_ms:
            return None
        found.recoveries += int(found.fence > 0 and not found.released)
        found.fence += 1
        found.released = False
        found.lease_until_ms = now_ms + int(lease_s * 1000)
        return Claimed(
            fence=found.fence,
            epoch=state.epoch,
            recoveries=found.recoveries,
            customer=state.customer,
            events=list(found.events),
            session=dict(state.session),
            window=[entry for entry in state.messages[-WINDOW_MOST - len(found.events) :] if entry.seq > window_after],
            inbox=list(state.inbox),
        )

    async def commit(
        self,
        tenant: str,
        conversation: str,
        execution: str,
        *,
        fence: int,
        epoch: int | None,
        number: int,
        commit_id: str,
        records: Sequence[tuple[str, bytes, bytes | None]],
        session: Mapping[str, str | None],
        hashes: Mapping[str, Mapping[str, str | None]],
        blobs: Mapping[str, bytes],
        index: Sequence[tuple[str, str, float]],
        take: int,
        quiet: bool,
        status: str | None,
    ) -> Committed:
        """Append ``records`` (log, data, window entry or None) as events ``number``, ``number+1``, … — or nothing."""
        wanted = Commit(
            execution=execution,
            fence=fence,
            epoch=epoch,
            number=number,
            commit_id=commit_id,
            records=records,
            session=session,
            hashes=hashes,
            blobs=blobs,
            index=index,
            take=take,
            quiet=quiet,
            status=status,
        )
        return self._settle(wanted, self._store.of(tenant, conversation))

    async def renew(self, tenant: str, conversation: str, execution: str, *, fence: int, lease_s: float) -> bool:
        """Prolong a lease; False when the fence is stale."""
        found = self._owned(tenant, conversation, execution, fence)
        if found is not None:
            found.lease_until_ms = self._store.now_ms() + int(lease_s * 1000)
        return found is not None

    async def release(self, tenant: str, conversation: str, execution: str, *, fence: int) -> None:
        """Give an unfinished execution back so that any worker may claim it at once."""
        found = self._owned(tenant, conversation, execution, fence)
        if found is not None:
            found.lease_until_ms, found.released = 0, True

    def _owned(self, tenant: str, conversation: str, execution: str, fence: int) -> Execution | None:
        found = self._store.of(tenant, conversation).executions.get(execution)
        return found if found is not None and found.status == "running" and found.fence == fence else None

    def _settle(self, wanted: Commit, state: Conversation) -> Committed:
        found = state.executions.get(wanted.execution)
        now_ms = self._store.now_ms()
        for name, member, score in wanted.index:
            if score:
                self._store.index(name)[member] = score
        status = wanted.answer(state, found)
        if found is None or status not in {"ok", "repeated"}:
            if found is not None and status in {"stale", "epoch"}:
                wanted.drop(status, state, found, now_ms)
            return Committed(status, 0, now_ms, list(state.inbox))
        if status == "ok":
            wanted.write(state, found, now_ms)
        for name, member, score in wanted.index:
            if not score:
                self._store.index(name).pop(member, None)
        return Committed(status, found.first_seq, found.at_ms, list(state.inbox))

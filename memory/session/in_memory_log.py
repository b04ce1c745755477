"""The twin of the session log without Redis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from memory.session import keys
from memory.session.in_memory_store import InMemoryStore
from memory.session.types import Activity, Entry, Head, StoredRecord


class InMemorySessionLog:
    """Session memory's reads, from a store that other twins share."""

    def __init__(self, store: InMemoryStore) -> None:
        self._store = store

    async def read(
        self, tenant: str, conversation: str, *, after_seq: int = 0, limit: int | None = None
    ) -> list[StoredRecord]:
        """The records of all logs, joined by sequence number."""
        return self._store.of(tenant, conversation).read(after_seq, limit)

    async def execution(self, tenant: str, conversation: str, execution: str) -> list[StoredRecord]:
        """The records of one execution, in order; empty when there is no such execution (any more)."""
        known = self._store.of(tenant, conversation).executions.get(execution)
        return list(known.events) if known is not None else []

    async def blobs(self, tenant: str, conversation: str, digests: Sequence[str]) -> dict[str, bytes]:
        """The prompt parts of those digests; what is not stored is not in the answer."""
        stored = self._store.of(tenant, conversation).blobs
        return {digest: stored[digest] for digest in digests if digest in stored}

    async def window(self, tenant: str, conversation: str, *, last: int | None = None) -> list[Entry]:
        """What was said, oldest first; only the ``last`` so many entries if a number is given."""
        messages = self._store.of(tenant, conversation).messages
        return messages[max(0, len(messages) - last) :] if last is not None else list(messages)

    async def session(self, tenant: str, conversation: str) -> dict[str, str]:
        """What the agents share."""
        return dict(self._store.of(tenant, conversation).session)

    async def hash(self, tenant: str, conversation: str, name: str) -> dict[str, str]:
        """A hash that commits or ``put`` wrote. *Raises*: InvalidName."""
        return dict(self._store.of(tenant, conversation).hashes.get(keys.hash_part(name), {}))

    async def put(self, tenant: str, conversation: str, name: str, fields: Mapping[str, str | None]) -> bool:
        """Change fields of such a hash outside any execution; None or '' deletes. False: no such conversation."""
        part = keys.hash_part(name)
        state = self._store.of(tenant, conversation)
        if state.gone or not state.customer:
            return False
        kept = {**state.hashes.get(part, {}), **fields}
        state.hashes[part] = {field: value for field, value in kept.items() if value}
        return True

    async def head(self, tenant: str, conversation: str) -> Head:
        """What the head says; all empty for a conversation that never was."""
        return self._store.of(tenant, conversation).head()

    async def indexed(self, name: str, limit: int) -> list[str]:
        """Members of an index that commits keep, lowest score first. It may name what is no more: look there."""
        scores = self._store.index(name)
        return sorted(scores, key=lambda member: (scores[member], member))[:limit]

    async def conversations(self, tenant: str, customer: str | None = None, *, limit: int = 100) -> list[Activity]:
        """A tenant's conversations, or one customer's, last active first; the slot says whose each is."""
        found = [
            Activity(conversation, state.last_activity_ms)
            for (owner, conversation), state in self._store.conversations.items()
            if owner == tenant and state.customer and not state.gone and customer in {None, state.customer}
        ]
        return sorted(found, key=lambda each: -each.at_ms)[:limit]

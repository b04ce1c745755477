"""The twin of trimming without Redis."""

from __future__ import annotations

from collections.abc import Sequence

from memory.session.in_memory_store import InMemoryStore
from memory.session.types import Activity


class InMemoryTrimming:
    """What the archive's mover needs beside the reads, in a store that other twins share."""

    def __init__(self, store: InMemoryStore) -> None:
        self._store = store

    async def active(self, tenant: str, *, skip: int, limit: int) -> list[Activity]:
        """A tenant's conversations, last active first; it may name what is no more."""
        found = [
            Activity(conversation, state.last_activity_ms)
            for (owner, conversation), state in self._store.conversations.items()
            if owner == tenant and state.customer
        ]
        return sorted(found, key=lambda each: -each.at_ms)[skip : skip + limit]

    async def trim(
        self, tenant: str, conversation: str, *, up_to_seq: int, executions: Sequence[str], digests: Sequence[str]
    ) -> bool:
        """Drop the records up to a sequence number, the executions' states and the prompt parts; False, and nothing is
        done, while an execution runs."""
        state = self._store.of(tenant, conversation)
        if state.active:
            return False
        for log, records in state.logs.items():
            state.logs[log] = [record for record in records if record.seq > up_to_seq]
        for name in executions:
            if name in state.executions:
                state.executions[name].events.clear()
        for digest in digests:
            state.blobs.pop(digest, None)
        return True

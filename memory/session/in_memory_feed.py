"""The feed's twin without Redis: commits to the same store wake who follows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from memory.session.following import Viewer, follow
from memory.session.in_memory_store import InMemoryStore
from memory.session.types import Draft, StoredRecord


class InMemoryFeed:
    """What is new in a conversation, as it is committed to a store that other twins share."""

    def __init__(self, store: InMemoryStore) -> None:
        self._store = store

    async def follow(
        self, tenant: str, conversation: str, *, after_seq: int = 0
    ) -> AsyncIterator[StoredRecord | Draft]:
        """Records after a sequence number, each once and in order, and drafts of what is being written; never ends."""
        state, viewer = self._store.of(tenant, conversation), Viewer(after_seq)

        async def read(after: int, limit: int) -> tuple[list[StoredRecord], Draft | None]:
            return state.read(after, limit), state.draft

        state.viewers.add(viewer)
        try:
            async for news in follow(viewer, read):
                yield news
        finally:
            state.viewers.discard(viewer)

    async def draft(
        self, tenant: str, conversation: str, *, execution: str, number: int, fence: int, agent: str, text: str | None
    ) -> None:
        """Show the text so far of an answer being written; None withdraws it. Too late, or of a stale fence: not."""
        state = self._store.of(tenant, conversation)
        found = state.executions.get(execution)
        if found is None or found.status != "running" or found.fence != fence or number <= len(found.events):
            return
        draft = Draft(execution, number, fence, agent, text)
        state.draft = None if text is None else draft
        for viewer in state.viewers:
            viewer.tell_draft(draft)

    async def stop(self, tenant: str, conversation: str) -> None:
        """Ask whoever works on the conversation to stop."""
        for queue in self._store.stop_listeners:
            queue.put_nowait((tenant, conversation))

    async def stops(self) -> AsyncIterator[tuple[str, str]]:
        """(tenant, conversation) each time a customer presses stop; never ends."""
        queue: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._store.stop_listeners.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._store.stop_listeners.discard(queue)

"""The sidebar in this process, for tests and evals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from baton.chat.ports import Thread


class InMemoryThreads:
    """Twin of ``RedisThreads``."""

    def __init__(self) -> None:
        self._threads: dict[str, Thread] = {}
        self._used_ms: dict[str, int] = {}

    async def open(self, thread: Thread, *, now_ms: int) -> bool:
        """Bind a conversation to its owner at first use and move it to the top; False where another owns it."""
        known = self._threads.setdefault(thread.id, thread)
        if known.owner != thread.owner:
            return False
        self._threads[thread.id] = replace(known, hidden=False)
        self._used_ms[thread.id] = now_ms
        return True

    async def get(self, thread_id: str) -> Thread | None:
        """The conversation, also a hidden one, or None where nobody has used that id."""
        return self._threads.get(thread_id)

    async def page(self, owner: str, *, after: str | None, size: int) -> Sequence[Thread]:
        """Newest first, from behind ``after``; one more than ``size`` where there are more."""
        mine = [thread for thread in self._threads.values() if thread.owner == owner and not thread.hidden]
        mine.sort(key=lambda thread: self._used_ms[thread.id], reverse=True)
        names = [thread.id for thread in mine]
        start = names.index(after) + 1 if after in names else 0
        return mine[start : start + size + 1]

    async def rename(self, thread_id: str, title: str) -> None:
        """Call a conversation otherwise."""
        self._threads[thread_id] = replace(self._threads[thread_id], title=title)

    async def hide(self, thread_id: str) -> None:
        """Take a conversation off its owner's list; its log stays as long as it must be kept."""
        if thread := self._threads.get(thread_id):
            self._threads[thread_id] = replace(thread, hidden=True)

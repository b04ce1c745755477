"""How a conversation is followed, whatever the store: hints say when to look, reading says what there is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeAlias

from memory.errors import StoreUnavailable
from memory.session.types import Draft, StoredRecord

PAGE = 500  # records read at once
Read: TypeAlias = Callable[[int, int], Awaitable[tuple[list[StoredRecord], Draft | None]]]


class Viewer:
    """One who follows a conversation. However slow it is, it holds the newest hint and the newest draft, no queue."""

    def __init__(self, after_seq: int) -> None:
        self.seq = after_seq
        self.draft: Draft | None = None
        self._newest_seq = 0
        self._look = True
        self._told = asyncio.Event()

    def tell_seq(self, seq: int) -> None:
        """There are records up to this one."""
        if seq > max(self._newest_seq, self.seq):
            self._newest_seq = seq
            self._told.set()

    def tell_draft(self, draft: Draft) -> None:
        """An answer is being written, or withdrawn."""
        self.draft = draft
        self._told.set()

    def tell_to_look(self) -> None:
        """Hints may have been missed."""
        self._look = True
        self._told.set()

    def must_look(self) -> bool:
        """Whether there may be records not read yet. Asked once per hint, for records may also have expired."""
        look = self._look or self._newest_seq > self.seq
        self._look, self._newest_seq = False, 0
        return look

    async def wait(self) -> None:
        """Until told something new."""
        await self._told.wait()
        self._told.clear()


async def follow(viewer: Viewer, read: Read) -> AsyncIterator[StoredRecord | Draft]:
    """Every record after the viewer's once, in order, and drafts that no record has made obsolete; never ends.

    While the store is away it waits for the next hint: a poll, or the hints' own return.
    """
    reached, shown = ("", 0), None
    while True:
        while viewer.must_look():
            known = viewer.draft
            try:
                records, draft = await read(viewer.seq, PAGE)
            except StoreUnavailable:
                break
            if len(records) == PAGE:
                viewer.tell_to_look()
            if viewer.draft is known:  # nothing newer was heard while reading
                viewer.draft = draft or _withdrawn(known)
            for record in records:
                viewer.seq = record.seq
                reached = max(reached, (record.execution, record.number))
                yield record
        draft = viewer.draft
        if draft is not None and draft != shown and (draft.execution, draft.number) > reached:
            shown = draft
            yield draft
        await viewer.wait()


def _withdrawn(draft: Draft | None) -> Draft | None:
    return draft._replace(text=None) if draft is not None else None

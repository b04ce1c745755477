"""The notes' twin in a dict: found by the words they share with the query. For tests and evals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from agents.shop.text import words
from handoffs.tool import Scope
from handoffs.values import RecalledMemory
from memory.longterm.item import Note, memory_id


class ListedNotes:
    """Notes by tenant and customer. ``failures`` are raised first, one for each call."""

    def __init__(self) -> None:
        self.failures: list[Exception] = []
        self._notes: defaultdict[Scope, dict[str, Note]] = defaultdict(dict)

    def held(self, scope: Scope) -> Mapping[str, Note]:
        """What is kept of this customer, by id."""
        return self._notes[scope]

    async def recall(self, scope: Scope, conversation: str, query: str, *, now: datetime) -> Sequence[RecalledMemory]:
        """The customer's notes of other conversations, those first that share most words with the query."""
        self._fail()
        wanted = set(words(query))
        found = [(key, note) for key, note in self._notes[scope].items() if note.conversation != conversation]
        found.sort(key=lambda one: len(wanted & set(words(one[1].text))), reverse=True)
        return [
            RecalledMemory(
                id=key, kind=note.kind, text=note.text, source=note.source, said_on=note.said_at.date().isoformat()
            )
            for key, note in found
        ]

    async def remember(self, scope: Scope, notes: Sequence[Note], *, now: datetime) -> None:
        """Keep the notes; the same place of the same source is one note."""
        self._fail()
        for note in notes:
            self._notes[scope][memory_id(scope.tenant, scope.customer, note.source, note.place)] = note

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)

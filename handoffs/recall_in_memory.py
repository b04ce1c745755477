"""Long-term memory's twin in a list: what shares a word with the question is recalled. For tests, evals and demos."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from handoffs.tool import Scope
from handoffs.values import RecalledMemory, WeighedMemory

_WORD = re.compile(r"\w{4,}")


class Recollection(NamedTuple):
    """What is recalled, in the shape of the port's ``Recollected``."""

    memories: Sequence[RecalledMemory] = ()
    preferences: Mapping[str, str] = {}
    candidates: Sequence[WeighedMemory] = ()
    stages_ms: Mapping[str, float] = {}
    error: str = ""
    heard: Mapping[str, str] = {}


class ListRecall:
    """Memories of customers, in the order they were kept. ``failures`` are raised first, one for each call."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failures: list[Exception] = []
        self._kept: list[tuple[Scope, RecalledMemory]] = []
        self._preferences: dict[Scope, dict[str, str]] = {}
        self._heard: dict[Scope, dict[str, str]] = {}

    def keep(self, scope: Scope, memory: RecalledMemory) -> None:
        """Remember something of this customer."""
        self._kept.append((scope, memory))

    def prefer(self, scope: Scope, key: str, value: str, *, heard: str = "") -> None:
        """Remember a preference of this customer, last ``heard`` at that time (ISO 8601)."""
        self._preferences.setdefault(scope, {})[key] = value
        self._heard.setdefault(scope, {})[key] = heard

    def forget(self, scope: Scope) -> None:
        """Forget all of this customer."""
        self._kept = [(owner, memory) for owner, memory in self._kept if owner != scope]
        self._preferences.pop(scope, None)

    async def recall(self, scope: Scope, conversation: str, text: str, *, now: datetime) -> Recollection:
        """What of this customer shares a word of four letters or more with the text."""
        self.asked.append(text)
        if self.failures:
            raise self.failures.pop(0)
        words = set(_WORD.findall(text.casefold()))
        found = [
            memory
            for owner, memory in self._kept
            if owner == scope and words & set(_WORD.findall(memory.text.casefold()))
        ]
        weighed = [
            WeighedMemory(id=memory.id, kind=memory.kind, text=memory.text[:80], verdict="kept", score=1.0)
            for memory in found
        ]
        return Recollection(
            found, dict(self._preferences.get(scope, {})), weighed, heard=dict(self._heard.get(scope, {}))
        )

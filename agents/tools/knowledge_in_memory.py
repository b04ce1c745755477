"""The knowledge port's twin in a list: passages found by the words they share with the query. For tests and evals."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from agents.shop.passages import Passage, best_for
from agents.tools.help import Found


class Known(NamedTuple):
    """A passage in the shape of the port's ``Found``."""

    title: str
    heading: str
    text: str
    source: str
    score: float


class ListedKnowledge:
    """Passages by tenant. ``failures`` are raised first, one for each call; ``silent`` never answers, as if hung."""

    def __init__(self, known: Mapping[str, Sequence[Passage]], *, silent: bool = False) -> None:
        self.failures: list[Exception] = []
        self._known = known
        self._silent = silent

    async def find(self, tenant: str, query: str) -> Sequence[Found]:
        """The tenant's passages that share most with the query."""
        if self._silent:
            await asyncio.Event().wait()
        if self.failures:
            raise self.failures.pop(0)
        best = best_for(query, self._known.get(tenant, ()))
        return [
            Known(one.title, one.heading, one.text, f"help_centre/{one.slug}.md", 1 / (1 + i))
            for i, one in enumerate(best)
        ]

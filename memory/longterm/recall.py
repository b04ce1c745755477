"""From a question to the memories that may help with it: start reading here."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Protocol

from memory.longterm import stages
from memory.longterm.item import CustomerScope, Encoded
from memory.longterm.kinds import Kind
from memory.longterm.ports import Encoder, MemoryStore
from memory.longterm.rerank import MaxSim
from memory.longterm.stages import Candidate, Tuning

__all__ = ["Candidate", "RecallPipeline", "Recollection", "Reranker", "Tuning", "Verify"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Recollection:
    """What recall found. ``kept`` is for the prompt, ``candidates`` are all with what became of them; best first."""

    query: str
    kept: tuple[Candidate, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    stages_ms: Mapping[str, float] = field(default_factory=dict[str, float])
    reranker: str = ""


class Verify(Protocol):
    """Asks the sources of facts that have not been verified lately; sets verdict, note and value accordingly."""

    async def __call__(
        self, scope: CustomerScope, candidates: Sequence[Candidate], now: datetime
    ) -> Sequence[Candidate]: ...


class Reranker(Protocol):
    """A closer look at a few candidates. ``name`` says which, for the trace."""

    name: str

    async def rerank(
        self, scope: CustomerScope, query: str, encoded: Encoded, candidates: Sequence[Candidate]
    ) -> Mapping[str, float]:
        """A score for each candidate's id, about 0..1; left out where there is none."""
        ...


class RecallPipeline:
    """The stages of recall over one store."""

    def __init__(
        self,
        store: MemoryStore,
        encoder: Encoder,
        *,
        tuning: Tuning | None = None,
        reranker: Reranker | None = None,
        verify: Verify | None = None,
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._tuning = tuning or Tuning()
        self._reranker = reranker or MaxSim(store)
        self._verify = verify

    async def recall(
        self,
        scope: CustomerScope,
        query: str,
        *,
        now: datetime,
        kinds: Sequence[Kind] | None = None,
        not_conversation: str = "",
        most: int | None = None,
        budget_tokens: int | None = None,
    ) -> Recollection:
        """The memories of this customer and this shop that are near enough to the query, best first.

        *Raises*: StoreUnavailable, StoreMismatch, WeightsMissing.
        """
        tuning, times = self._tuning, _Times()
        with times.of("embed"):
            encoded = await self._encoder.query(query)
        with times.of("search"):
            hits = await self._store.search(
                scope, encoded, now=now, limit=tuning.prefetch, kinds=kinds, not_conversation=not_conversation
            )
        with times.of("stages"):
            found = stages.duplicates(stages.neighbours(stages.fuse(hits, encoded.dense, tuning), tuning))
        with times.of("rerank"):
            looks = await self._reranker.rerank(scope, query, encoded, [one for one in found if one.is_kept])
        with times.of("stages"):
            found = stages.hints(stages.reranked(found, looks, tuning), query, tuning)
            found = stages.floor(stages.recency(found, now, tuning), tuning)
            found = stages.cap(
                found,
                tuning.most if most is None else most,
                tuning.budget_tokens if budget_tokens is None else budget_tokens,
            )
        with times.of("verify"):
            found = found if self._verify is None else await self._verify(scope, found, now)
        return Recollection(
            query=query,
            kept=tuple(one for one in found if one.is_kept),
            candidates=tuple(found),
            stages_ms=times.ms,
            reranker=self._reranker.name,
        )


class _Times:
    def __init__(self) -> None:
        self.ms: dict[str, float] = {}

    @contextmanager
    def of(self, stage: str) -> Generator[None]:
        began = perf_counter()
        try:
            yield
        finally:
            self.ms[stage] = self.ms.get(stage, 0.0) + (perf_counter() - began) * 1000

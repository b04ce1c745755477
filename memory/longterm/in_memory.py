"""Long-term memories in a dict: exact scores, no files. For tests, and for running without a data folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from memory.errors import StoreMismatch
from memory.longterm.conditions import Conditions, fits, narrowed, readable, recallable, with_ids, writable
from memory.longterm.item import CustomerScope, Encoded, Hit, Memory, Scope, Sparse, TenantScope, Vector
from memory.longterm.kinds import Kind
from memory.longterm.payload import checked_changes, checked_items, refuse_taken
from memory.longterm.ports import SOURCES_MOST, Page, Where

Item = tuple[Memory, Encoded]


class InMemoryMemoryStore:
    """The twin of the real stores: MemoryStore and MemoryKeeping in one."""

    def __init__(self) -> None:
        self._items: dict[str, Item] = {}

    async def put(self, scope: Scope, items: Sequence[Item]) -> None:
        """Write or replace by id. *Raises*: ValueError for an item outside the scope; then nothing is written."""
        checked_items(scope, (memory for memory, _ in items))
        taken = [self._items[memory.id][0] for memory, _ in items if memory.id in self._items]
        refuse_taken(sum(not fits(memory, writable(scope)) for memory in taken))
        self._check_size([encoded for _, encoded in items])
        self._items.update({memory.id: (memory, _unit(encoded)) for memory, encoded in items})

    async def search(
        self,
        scope: CustomerScope,
        query: Encoded,
        *,
        now: datetime,
        limit: int,
        kinds: Sequence[Kind] | None = None,
        not_conversation: str = "",
    ) -> Sequence[Hit]:
        """Union of the ``limit`` best by dense and the ``limit`` best by sparse vector."""
        self._check_size([query])
        found = self._fitting(recallable(scope, now=now, kinds=kinds, not_conversation=not_conversation))
        idf = _Idf([encoded.sparse for _, encoded in self._fitting(readable(scope))])
        wanted = _unit(query).dense
        dense = {memory.id: float(encoded.dense @ wanted) for memory, encoded in found}
        sparse = {memory.id: idf.score(query.sparse, encoded.sparse) for memory, encoded in found}
        by_word = _best({one: score for one, score in sparse.items() if score is not None}, limit)
        ids = dict.fromkeys([*_best(dense, limit), *by_word])
        return [
            Hit(self._items[one][0], dense[one], sparse[one] if one in by_word else None, self._items[one][1].dense)
            for one in ids
        ]

    async def maxsim(self, scope: CustomerScope, ids: Sequence[str], tokens: Vector) -> Mapping[str, float]:
        """Mean over the query's tokens of the best product, of each memory that has token vectors."""
        return {
            memory.id: float((tokens @ encoded.tokens.T).max(axis=1).mean())
            for memory, encoded in self._fitting(with_ids(readable(scope), ids))
            if encoded.tokens is not None
        }

    async def scan(self, scope: Scope, where: Where, *, after: str | None = None, limit: int = 256) -> Page:
        """Memories in id order, whatever their status or age."""
        found = sorted(memory.id for memory, _ in self._fitting(narrowed(readable(scope), where)))
        rest = [one for one in found if after is None or one > after]
        page = rest[:limit]
        return Page(tuple(self._items[one][0] for one in page), page[-1] if len(rest) > limit else None)

    async def amend(self, scope: Scope, ids: Sequence[str], changes: Mapping[str, str | datetime | None]) -> None:
        """Set fields of memories."""
        checked_changes(changes)
        for memory, encoded in self._fitting(with_ids(writable(scope), ids)):
            self._items[memory.id] = (replace(memory, **changes), encoded)

    async def erase(self, scope: Scope, where: Where) -> int:
        """Delete; answers how many."""
        gone = [memory.id for memory, _ in self._fitting(narrowed(writable(scope), where))]
        for one in gone:
            del self._items[one]
        return len(gone)

    async def count(self, scope: TenantScope, where: Where) -> int:
        """How many there are."""
        return len(self._fitting(narrowed(readable(scope), where)))

    async def sources(self, scope: TenantScope, where: Where) -> Mapping[str, int]:
        """How many memories each source has."""
        found = self._fitting(narrowed(readable(scope), where))
        return dict(Counter(memory.source for memory, _ in found).most_common(SOURCES_MOST))

    async def compact(self) -> None:
        """Nothing to do: what was erased is gone."""

    async def health(self) -> str:
        """One sentence."""
        return f"In memory, {len(self._items):,} memories, nothing on disk."

    async def aclose(self) -> None:
        """Nothing to let go of."""

    def _fitting(self, conditions: Conditions) -> list[Item]:
        return [item for item in self._items.values() if fits(item[0], conditions)]

    def _check_size(self, encoded: Sequence[Encoded]) -> None:
        stored = [one.dense.size for _, one in list(self._items.values())[:1]]
        sizes = {*stored, *(one.dense.size for one in encoded)}
        if len(sizes) > 1:
            raise StoreMismatch(f"vectors of sizes {sorted(sizes)} do not fit one store: use one embedding model")


class _Idf:
    """How rare each word is among the memories that the reader may see, as Qdrant computes it."""

    def __init__(self, corpus: Sequence[Sparse]) -> None:
        self._size = len(corpus)
        indices = np.concatenate([one.indices for one in corpus]) if corpus else np.empty(0, np.uint32)
        words, counts = np.unique(indices, return_counts=True)
        self._counts = dict(zip(words.tolist(), counts.tolist(), strict=True))

    def score(self, query: Sparse, document: Sparse) -> float | None:
        common, of_query, of_document = np.intersect1d(query.indices, document.indices, return_indices=True)
        if not common.size:
            return None
        counts = np.array([self._counts.get(word, 0) for word in common.tolist()])
        rarity = np.log((self._size - counts + 0.5) / (counts + 0.5) + 1)
        return float((query.values[of_query] * document.values[of_document] * rarity).sum())


def _best(scores: Mapping[str, float], limit: int) -> Iterable[str]:
    return dict.fromkeys(sorted(scores, key=lambda one: (-scores[one], one))[:limit])


def _units(vectors: Vector) -> Vector:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)


def _unit(encoded: Encoded) -> Encoded:
    return encoded._replace(dense=_units(encoded.dense))

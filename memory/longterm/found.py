"""What a Qdrant found, whichever it was, as hits and pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, cast

import numpy as np

from memory.longterm.item import Hit, Vector
from memory.longterm.payload import from_payload
from memory.longterm.ports import Page
from memory.longterm.space import DENSE


class Stored(Protocol):
    """A point as both of Qdrant's clients give it."""

    @property
    def id(self) -> object: ...
    @property
    def payload(self) -> Mapping[str, object] | None: ...
    @property
    def vector(self) -> object: ...


class Scored(Stored, Protocol):
    """A point that a search found."""

    @property
    def score(self) -> float: ...


def to_hits(by_meaning: Sequence[Scored], by_word: Sequence[Scored], query: Vector) -> Sequence[Hit]:
    """What two searches found, once each; the cosine of all of them is computed from their vectors."""
    sparse = {str(point.id): point.score for point in by_word}
    points = {str(point.id): point for point in (*by_meaning, *by_word)}
    if not points:
        return []
    dense = np.array([cast("dict[str, list[float]]", one.vector)[DENSE] for one in points.values()], np.float32)
    cosines = (dense @ (query / (np.linalg.norm(query) or 1))).tolist()
    return [
        Hit(from_payload(point.payload or {}), cosine, sparse.get(one), vector)
        for (one, point), cosine, vector in zip(points.items(), cosines, dense, strict=True)
    ]


def to_page(records: Sequence[Stored], after: str | None, limit: int) -> Page:
    """The first ``limit`` behind ``after``, of ``limit`` + 2 records read from ``after`` on: with it, and one ahead."""
    rest = [record for record in records if str(record.id) != after]
    page = tuple(from_payload(record.payload or {}) for record in rest[:limit])
    return Page(page, page[-1].id if len(rest) > limit else None)

"""What a Qdrant found, whichever it was, as hits and pages."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Protocol, cast

import numpy as np

from memory.errors import StoreMismatch
from memory.longterm.item import Hit, Memory, Vector
from memory.longterm.payload import from_payload
from memory.longterm.ports import Page
from memory.longterm.space import DENSE

log = logging.getLogger(__name__)


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
    memories = {one: memory for one, point in points.items() if (memory := _readable(one, point)) is not None}
    if not memories:
        return []
    dense = np.array([cast("dict[str, list[float]]", points[one].vector)[DENSE] for one in memories], np.float32)
    cosines = (dense @ (query / (np.linalg.norm(query) or 1))).tolist()
    return [
        Hit(memory, cosine, sparse.get(one), vector)
        for (one, memory), cosine, vector in zip(memories.items(), cosines, dense, strict=True)
    ]


def to_page(records: Sequence[Stored], after: str | None, limit: int) -> Page:
    """The first ``limit`` behind ``after``, of ``limit`` + 2 records read from ``after`` on: with it, and one ahead."""
    rest = [record for record in records if str(record.id) != after]
    shown = rest[:limit]
    read = ((str(record.id), record) for record in shown)
    page = tuple(memory for one, record in read if (memory := _readable(one, record)) is not None)
    return Page(page, str(shown[-1].id) if len(rest) > limit else None)


def _readable(one: str, point: Stored) -> Memory | None:
    """The memory, or None where this program cannot read it: one such must not hide all the others."""
    try:
        return from_payload(point.payload or {})
    except StoreMismatch as error:
        log.warning("memory %s is passed over: %s", one, error)
        return None

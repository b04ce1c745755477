"""What can be wrong with a trace, as a word and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FaultKind = Literal["gap", "duplicate", "conflict", "orphan", "skew", "stale", "unreadable"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Something that does not add up; ``seqs`` are the records it is about."""

    kind: FaultKind
    sentence: str
    seqs: tuple[int, ...] = ()

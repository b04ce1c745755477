"""The stages of recall: each takes candidates and answers candidates, and touches nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from memory.longterm.item import Hit, Memory, Vector

KEPT: Final = "kept"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tuning:
    """The weights of recall, and where each comes from."""

    prefetch: int = 50  # DESIGN §9
    dense_weight: float = 0.5
    most: int = 6
    budget_tokens: int = 800


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A memory that may answer, with what every stage made of it.

    ``dense`` is a cosine and ``sparse`` a BM25 score, None where that search did not find it; ``verdict`` is "kept" or
    why not, in plain words; ``note`` is for whoever reads the memory ("could not be verified").
    """

    memory: Memory
    dense: float | None = None
    sparse: float | None = None
    fused: float = 0.0
    neighbour: float = 0.0
    rerank: float | None = None
    recency: float = 1.0
    score: float = 0.0
    verdict: str = KEPT
    note: str = ""
    vector: Vector = field(repr=False, compare=False)

    @property
    def is_kept(self) -> bool:
        """Whether nothing spoke against it so far."""
        return self.verdict == KEPT


def best_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    """By score; equal ones by id, so that the order never depends on the store's."""
    return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.memory.id))


def fuse(hits: Sequence[Hit], tuning: Tuning) -> list[Candidate]:
    """One score of both searches, each stretched to 0..1 over what it found; what one did not find has 0 of it."""
    dense = _stretched([hit.dense for hit in hits])
    sparse = _stretched([hit.sparse for hit in hits])
    fused = tuning.dense_weight * dense + (1 - tuning.dense_weight) * sparse
    return best_first(
        [
            Candidate(
                memory=hit.memory, dense=hit.dense, sparse=hit.sparse, fused=score, score=score, vector=hit.vector
            )
            for hit, score in zip(hits, fused.tolist(), strict=True)
        ]
    )


def cap(candidates: Sequence[Candidate], most: int, budget_tokens: int) -> list[Candidate]:
    """The best ``most`` that fit ``budget_tokens``, which is an estimate: a token is about four letters."""
    kept, spent, capped = 0, 0, list[Candidate]()
    for candidate in candidates:
        tokens = len(candidate.memory.text) // 4 + 1
        if not candidate.is_kept:
            capped.append(candidate)
        elif kept == most:
            capped.append(replace(candidate, verdict=f"over the cap of {most}"))
        elif spent + tokens > budget_tokens:
            capped.append(replace(candidate, verdict=f"over {budget_tokens} tokens"))
        else:
            kept, spent = kept + 1, spent + tokens
            capped.append(candidate)
    return capped


def _stretched(scores: Sequence[float | None]) -> Vector:
    found = np.array([np.nan if score is None else score for score in scores], dtype=np.float32)
    known = found[~np.isnan(found)]
    if not known.size:
        return np.zeros_like(found)
    low, high = float(known.min()), float(known.max())
    return np.nan_to_num((found - low) / (high - low) if high > low else found * 0 + 1)

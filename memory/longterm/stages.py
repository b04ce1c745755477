"""The stages of recall: each takes candidates and answers candidates, and touches nothing else.

fuse → neighbours → duplicates → reranked → hints → recency → floor → cap
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np

from memory.longterm.item import Hit, Memory, Vector
from memory.longterm.kinds import LIFETIMES
from memory.longterm.likeness import Sentence, says_the_same, sentences

KEPT: Final = "kept"
BESIDE: Final = "kept beside a near one"
BELOW: Final = "below the floor"
SHORTENED: Final = "shortened"
CHARS_PER_TOKEN: Final = 4  # an estimate


@dataclass(frozen=True, kw_only=True, slots=True)
class Tuning:
    """The weights of recall. *Source*: leave-one-conversation-out on LoCoMo where nothing else is said
    (benchmarks/recall_quality.py); the floor on the shop's articles and questions about other things."""

    prefetch: int = 100  # by each search; 50 lose a point of Recall@10, 150 gain none
    dense_weight: float = 0.45  # the rest is BM25's
    neighbours: Mapping[int, float] = field(default_factory=lambda: {-2: 0.3, -1: 0.3, 1: 0.3, 2: 0.3})
    speaker_bonus: float = 0.2  # for what was said by whom the question names
    question_malus: float = 0.1  # for what itself only asks
    rerank_weight: float = 0.6  # the rest is what came before
    recency_weight: float = 0.05  # what the oldest may lose: enough to prefer the newer of two equals
    floor: float = 0.42  # of the mean of cosine and MaxSim: keeps 0.97 of questions about the shop, 0.08 of others
    most: int = 6
    budget_tokens: int = 800


class Candidate(NamedTuple):
    """A memory that may answer, with what every stage made of it.

    ``dense`` is a cosine, ``sparse`` a BM25 score (None where that search did not find it), ``fused`` their mix,
    ``neighbour`` and ``hint`` what was added, ``rerank`` the closer look's score, ``recency`` a factor; ``verdict`` is
    "kept" (and how) or why not, in plain words; ``note`` is for whoever reads the memory ("could not be verified").
    """

    memory: Memory
    dense: float
    sparse: float | None = None
    fused: float = 0.0
    neighbour: float = 0.0
    hint: float = 0.0
    rerank: float | None = None
    recency: float = 1.0
    score: float = 0.0
    verdict: str = KEPT
    note: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether nothing spoke against it so far."""
        return self.verdict in (KEPT, BESIDE)

    @property
    def nearness(self) -> float:
        """What the floor judges: the cosine, with the closer look where there was one. *Units*: about 0..1."""
        return self.dense if self.rerank is None else (self.dense + self.rerank) / 2


def best_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    """By score; equal ones by id, so that the order never depends on the store's."""
    return sorted(candidates, key=lambda one: (-one.score, one.memory.id))


def fuse(hits: Sequence[Hit], query: Vector, tuning: Tuning) -> list[Candidate]:
    """One score of both searches, each stretched to 0..1 over all that was found (min-max convex fusion)."""
    dense = [float(hit.vector @ query) if hit.dense is None else hit.dense for hit in hits]
    by_meaning = _stretched(dense)
    by_word = _stretched([hit.sparse or 0.0 for hit in hits])
    weight = tuning.dense_weight
    return best_first(
        [
            Candidate(memory=hit.memory, dense=cosine, sparse=hit.sparse, fused=fused, score=fused)
            for hit, cosine, fused in zip(hits, dense, weight * by_meaning + (1 - weight) * by_word, strict=True)
        ]
    )


def neighbours(candidates: Sequence[Candidate], tuning: Tuning) -> list[Candidate]:
    """Adds a share of what stands beside it in the same source: an answer stands next to its question."""
    fused = {_place(one.memory): one.fused for one in candidates}
    boosted: list[Candidate] = []
    for one in candidates:
        *source, position = _place(one.memory)
        boost = sum(
            share * fused.get((source[0], source[1], position + step), 0.0) for step, share in tuning.neighbours.items()
        )
        boosted.append(one._replace(neighbour=boost, score=one.score + boost))
    return best_first(boosted)


def duplicates(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Drops what a better candidate says as well. What differs in a value, a number, a date or a "not" stays."""
    kept: defaultdict[Sentence | str, list[Memory]] = defaultdict(list)  # by what they say, to compare with few
    judged: list[Candidate] = []
    for one in candidates:
        told: list[Sentence | str] = [one.memory.key] if one.memory.key else [*sentences(one.memory.text)]
        twin = next((better for better in kept[told[0]] if says_the_same(better, one.memory)), None) if told else None
        judged.append(one if twin is None else one._replace(verdict=f"near-duplicate of {twin.id}"))
        for each in told if twin is None else ():
            kept[each].append(one.memory)
    return judged


def reranked(candidates: Sequence[Candidate], scores: Mapping[str, float], tuning: Tuning) -> list[Candidate]:
    """Mixes in the closer look, stretched to 0..1; whoever was not looked at has 0 of it."""
    if not scores:
        return list(candidates)
    looked_at = [one for one in candidates if one.memory.id in scores]
    found = [scores[one.memory.id] for one in looked_at]
    stretched = dict(zip((one.memory.id for one in looked_at), _stretched(found).tolist(), strict=True))
    weight = tuning.rerank_weight
    return best_first(
        [
            one._replace(
                rerank=scores.get(one.memory.id),
                score=(1 - weight) * one.score + weight * stretched.get(one.memory.id, 0.0),
            )
            for one in candidates
        ]
    )


def hints(candidates: Sequence[Candidate], query: str, tuning: Tuning) -> list[Candidate]:
    """Favours what was said by whom the question names, and what tells over what asks."""
    named = set(_WORDS.findall(query.lower()))
    hinted: list[Candidate] = []
    for one in candidates:
        speaker = set(_WORDS.findall(one.memory.speaker.lower()))
        hint = tuning.speaker_bonus if speaker & named else 0.0
        if one.memory.speaker and one.memory.text.rstrip().endswith("?"):
            hint -= tuning.question_malus
        hinted.append(one._replace(hint=hint, score=one.score + hint))
    return best_first(hinted)


def recency(candidates: Sequence[Candidate], now: datetime, tuning: Tuning) -> list[Candidate]:
    """Takes a little off what was last confirmed long ago, by its kind's half-life."""
    return best_first([_aged(one, now, tuning) for one in candidates])


def floor(candidates: Sequence[Candidate], tuning: Tuning) -> list[Candidate]:
    """Refuses what is not about the question at all, on absolute scores: of nothing relevant, nothing is recalled.

    A turn of a conversation passes beside one that does: "35 decibels" is near to no question but the one before it.
    """
    near = {_place(one.memory) for one in candidates if one.nearness >= tuning.floor}

    def judged(one: Candidate) -> str:
        if not one.is_kept or one.nearness >= tuning.floor:
            return one.verdict
        return BESIDE if _stands_beside(one.memory, near, tuning) else BELOW

    return [one._replace(verdict=judged(one)) for one in candidates]


def cap(candidates: Sequence[Candidate], most: int, budget_tokens: int) -> list[Candidate]:
    """The best ``most`` that fit ``budget_tokens``; the very best is cut to fit, for else it could never be told."""
    kept, spent, capped = 0, 0, list[Candidate]()
    for each in candidates:
        one = _cut(each, budget_tokens) if each.is_kept and not kept else each
        tokens = _tokens(one.memory)
        if one.is_kept and (kept == most or spent + tokens > budget_tokens):
            over = f"over the cap of {most}" if kept == most else f"over {budget_tokens} tokens"
            capped.append(
                one._replace(verdict=over if one.verdict == KEPT else f"{BELOW}, and beside a near one {over}")
            )
        else:
            kept, spent = (kept + 1, spent + tokens) if one.is_kept else (kept, spent)
            capped.append(one)
    return capped


_WORDS = re.compile(r"[^\W\d_]{2,}")


def _tokens(memory: Memory) -> int:
    return len(memory.text) // CHARS_PER_TOKEN + 1


def _cut(one: Candidate, budget_tokens: int) -> Candidate:
    if _tokens(one.memory) <= budget_tokens:
        return one
    text = one.memory.text[: (budget_tokens - 1) * CHARS_PER_TOKEN].rsplit(maxsplit=1)[0]
    return one._replace(memory=replace(one.memory, text=f"{text} …"), note=SHORTENED)


def _stands_beside(memory: Memory, near: Set[tuple[str, str, int]], tuning: Tuning) -> bool:
    """Whether it is a turn of a talk next to one that is near. Rows of a table are none, nor what a turn has taught."""
    customer, source, position = _place(memory)
    is_turn = memory.speaker != "" and memory.key == memory.event == ""
    return is_turn and any((customer, source, position + step) in near for step in tuning.neighbours)


def _aged(one: Candidate, now: datetime, tuning: Tuning) -> Candidate:
    half_life = LIFETIMES[one.memory.kind].half_life
    if half_life is None:
        return one
    age = max((now - one.memory.confirmed_at) / half_life, 0.0)
    factor = 1 - tuning.recency_weight * (1 - 0.5**age)
    return one._replace(recency=factor, score=one.score * factor)


def _place(memory: Memory) -> tuple[str, str, int]:
    return (memory.customer, memory.source, memory.position)


def _stretched(scores: Sequence[float]) -> Vector:
    found = np.array(scores, dtype=np.float32)
    if not found.size:
        return found
    low, high = float(found.min()), float(found.max())
    return (found - low) / (high - low) if high > low else np.ones_like(found)

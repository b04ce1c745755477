"""How good an order of memories is: Recall, nDCG and MRR of what was recalled."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from benchmarks.recall_cases import CATEGORIES, HEADLINE, Question

BARS: Final = {"recall@10": 0.78, "recall@5": 0.69}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A question, the ids of what was recalled, and of all candidates; best first."""

    question: Question
    kept: tuple[str, ...]
    candidates: tuple[str, ...]


def recall(gold: Collection[str], ranked: Sequence[str], most: int) -> float:
    """The share of ``gold`` among the first ``most``."""
    return len(set(gold) & set(ranked[:most])) / len(gold)


def ndcg(gold: Collection[str], ranked: Sequence[str], most: int) -> float:
    """Gain discounted by rank, as a share of the best order's."""
    gain = sum(1 / math.log2(rank + 2) for rank, one in enumerate(ranked[:most]) if one in gold)
    return gain / sum(1 / math.log2(rank + 2) for rank in range(min(len(gold), most)))


def reciprocal_rank(gold: Collection[str], ranked: Sequence[str], most: int) -> float:
    """One over the rank of the first hit; 0 without any."""
    return next((1 / (rank + 1) for rank, one in enumerate(ranked[:most]) if one in gold), 0.0)


def scores(answers: Iterable[Answer]) -> dict[str, float]:
    """Means over the questions that have an answer."""
    asked = [(one.question.gold, one.kept) for one in answers if one.question.gold]
    if not asked:
        return {}
    return {
        "recall@10": fmean(recall(*one, 10) for one in asked),
        "recall@5": fmean(recall(*one, 5) for one in asked),
        "ndcg@10": fmean(ndcg(*one, 10) for one in asked),
        "mrr@10": fmean(reciprocal_rank(*one, 10) for one in asked),
        "questions": float(len(asked)),
    }


def table(answers: Sequence[Answer]) -> dict[str, dict[str, float]]:
    """Scores of the headline (categories 1 to 4), then of each category; 5 stands apart."""
    headline = {"headline": scores(one for one in answers if one.question.category in HEADLINE)}
    each = {name: scores(one for one in answers if one.question.category == key) for key, name in CATEGORIES.items()}
    return {name: found for name, found in (headline | each).items() if found}


def injection(answers: Sequence[Answer]) -> dict[str, float]:
    """How well the floor tells: of related questions, how often an answer is kept; of others, how often anything is."""
    related = [one for one in answers if one.question.gold]
    others = [one for one in answers if not one.question.gold]
    found = {"answer kept": fmean(bool(one.question.gold & {*one.kept}) for one in related)} if related else {}
    return found | ({"anything kept of nothing": fmean(bool(one.kept) for one in others)} if others else {})


def newer_first(answers: Sequence[Answer]) -> float | None:
    """How often the newer of two conflicting memories stands before the outdated one."""
    asked = [one for one in answers if one.question.outdated]
    if not asked:
        return None
    return fmean(
        min(map(one.candidates.index, one.question.gold)) < one.candidates.index(one.question.outdated) for one in asked
    )


def below(headline: Mapping[str, float]) -> list[str]:
    """The bars that were missed, as sentences."""
    return [f"{name} is {headline[name]:.3f}, below {bar}" for name, bar in BARS.items() if headline[name] < bar]

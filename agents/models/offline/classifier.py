"""A small kernel classifier over sentence vectors and words, fitted at load by one matrix solve."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_WIDTH = 3.0
_WORD_SHARE = 0.3
_RIDGE = 0.1
_SHARPNESS = 9.0
RECIPE = f"kernel-ridge width={_WIDTH} words={_WORD_SHARE} ridge={_RIDGE}"


class Words:
    """Words and neighbouring pairs of a sentence as a unit vector, weighted by how telling each is."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        seen = Counter(feature for tokens in texts for feature in set(_features(tokens)))
        kept = sorted(feature for feature, count in seen.items() if count > 1)
        self._column = {feature: index for index, feature in enumerate(kept)}
        self._weight = {feature: math.log(1 + len(texts) / seen[feature]) for feature in kept}

    def matrix(self, texts: Sequence[Sequence[str]]) -> Floats:
        """One row per text, L2-normalised (zero where no word is known)."""
        rows = np.zeros((len(texts), len(self._column)), dtype=np.float32)
        for row, tokens in zip(rows, texts, strict=True):
            for feature in _features(tokens):
                if feature in self._column:
                    row[self._column[feature]] = self._weight[feature]
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), dtype=np.float32)


def _features(tokens: Sequence[str]) -> list[str]:
    return [*tokens, *(f"{a} {b}" for a, b in pairwise(tokens))]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the classifier says of one sentence: chances by topic, and how sure it is that the matter is the shop's.

    ``scope`` is about +3 for the shop's own matters and -3 for everything else; doubt lies around zero.
    """

    chances: dict[str, float]
    scope: float


@dataclass(frozen=True, kw_only=True)
class Classifier:
    """Kernel ridge regression to one-hot topics and, in the last column, to in scope or not.

    *Shape*: ``vectors`` (references, dimension); ``pull`` (references, topics + 1) and ``word_pull`` (features,
    topics + 1) are what each reference and each word adds to each column.
    """

    topics: tuple[str, ...]
    inside: NDArray[np.bool_]
    vectors: Floats
    pull: Floats
    word_pull: Floats

    @classmethod
    def fit(cls, vectors: Floats, words: Floats, topics: Sequence[str], in_scope: Sequence[bool]) -> Classifier:
        """Fit to labelled references; each topic weighs the same however many references it has."""
        names = tuple(dict.fromkeys(topics))
        scope_of = dict(zip(topics, in_scope, strict=True))
        kernel = _alike(vectors, vectors) + np.float32(_WORD_SHARE) * (words @ words.T)
        kernel[np.diag_indices_from(kernel)] += (_RIDGE / _balance(topics)).astype(np.float32)
        one_hot = np.where(np.array(topics)[:, None] == np.array(names)[None, :], 1.0, -1.0 / len(names))
        target = np.column_stack((one_hot, np.where(in_scope, 1.0, -1.0))).astype(np.float32)
        pull = np.linalg.solve(kernel, target)
        inside = np.array([scope_of[name] for name in names])
        return cls(
            topics=names,
            inside=inside,
            vectors=vectors,
            pull=pull,
            word_pull=np.asarray(_WORD_SHARE * (words.T @ pull), dtype=np.float32),
        )

    def judge(self, vector: Floats, words: Floats) -> Verdict:
        """The verdict on one sentence, given its vector and its words."""
        scores = _alike(vector[None, :], self.vectors)[0] @ self.pull + words @ self.word_pull
        sharp = np.exp(_SHARPNESS * (scores[:-1] - scores[:-1].max()))
        chances = dict(zip(self.topics, (sharp / sharp.sum()).tolist(), strict=True))
        inner, outer = scores[:-1][self.inside], scores[:-1][~self.inside]
        lead = float(inner.max()) - float(outer.max()) if len(inner) and len(outer) else 1.0
        return Verdict(chances=chances, scope=float(scores[-1]) + 2 * lead)


def _alike(vectors: Floats, others: Floats) -> Floats:
    return np.asarray(np.exp(_WIDTH * (vectors @ others.T - 1.0)), dtype=np.float32)


def _balance(labels: Sequence[object]) -> NDArray[np.float64]:
    counts = Counter(labels)
    return np.array([math.sqrt(len(labels) / (len(counts) * counts[label])) for label in labels])

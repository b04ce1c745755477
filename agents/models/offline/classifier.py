"""A small linear classifier over sentence vectors and words, fitted at load in one matrix solve."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Words:
    """Words and neighbouring pairs of a sentence as a sparse-ish unit vector, weighted by how telling each is."""

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
            row /= max(float(np.linalg.norm(row)), 1e-6)
        return rows


def _features(tokens: Sequence[str]) -> list[str]:
    return [*tokens, *(f"{a} {b}" for a, b in zip(tokens, tokens[1:], strict=False))]


@dataclass(frozen=True, kw_only=True)
class Classifier:
    """Ridge regression to one-hot labels, read as probabilities through a softmax.

    *Shape*: ``weights`` (features + 1, labels), the last row is the bias.
    """

    labels: tuple[str, ...]
    weights: Floats
    sharpness: float

    @classmethod
    def fit(cls, rows: Floats, labels: Sequence[str], *, ridge: float, sharpness: float) -> Classifier:
        """Fit by one solve in the dual; each label weighs the same however many examples it has."""
        names = tuple(dict.fromkeys(labels))
        index = {name: column for column, name in enumerate(names)}
        target = np.full((len(labels), len(names)), -1.0 / len(names), dtype=np.float64)
        for row, label in enumerate(labels):
            target[row, index[label]] = 1.0
        counts = Counter(labels)
        weight = np.array([math.sqrt(len(labels) / (len(names) * counts[label])) for label in labels])
        full = np.hstack([rows, np.ones((len(rows), 1), dtype=np.float32)]).astype(np.float64)
        gram = full @ full.T + np.diag(ridge / weight)
        return cls(labels=names, weights=(full.T @ np.linalg.solve(gram, target)).astype(np.float32), sharpness=sharpness)

    def probabilities(self, row: Floats) -> dict[str, float]:
        """Label -> probability, for one row of features."""
        scores = (np.append(row, np.float32(1.0)) @ self.weights) * self.sharpness
        shifted = np.exp(scores - scores.max())
        return dict(zip(self.labels, (shifted / shifted.sum()).tolist(), strict=True))

"""Words to BM25 vectors, the same for every store; the store multiplies by inverse document frequency."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np

from memory.longterm.item import Sparse

K1 = 0.9
B = 0.4
AVERAGE_WORDS = 20.0  # of a memory, stop words left out; a constant, so that a vector never has to be made anew

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
STOP_WORDS = frozenset(
    """a about after all am an and any are as at be been before being but by can could did do does doing for from had
    has have having he her here hers him his how i if in into is it its just me my no nor not of off on or our ours
    out over own s she should so some such t than that the their theirs them then there these they this those through
    to too under until up very was we were what when where which while who whom why will with would you your yours""".split()
)


def words(text: str) -> list[str]:
    """The words of a text that say something, lower-cased, in order."""
    return [word for word in _WORD.findall(text.lower()) if word not in STOP_WORDS]


def document(text: str) -> Sparse:
    """The BM25 weights of a text's words, without their inverse document frequency."""
    counts = Counter(words(text))
    longer = 1 - B + B * sum(counts.values()) / AVERAGE_WORDS
    return _sparse((word, count * (K1 + 1) / (count + K1 * longer)) for word, count in counts.items())


def query(text: str) -> Sparse:
    """One for each different word."""
    return _sparse((word, 1.0) for word in dict.fromkeys(words(text)))


def word_index(word: str) -> int:
    """The place of a word in every sparse vector."""
    return int.from_bytes(blake2b(word.encode(), digest_size=4).digest(), "little")


def _sparse(weights: Iterable[tuple[str, float]]) -> Sparse:
    merged: dict[int, float] = {}
    for word, weight in weights:
        merged[word_index(word)] = merged.get(word_index(word), 0.0) + weight
    indices: Sequence[int] = sorted(merged)
    return Sparse(
        indices=np.array(indices, dtype=np.uint32),
        values=np.array([merged[index] for index in indices], dtype=np.float32),
    )

"""An encoder without a model: words are hashed. For tests, and for whoever has no weights."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from memory.longterm import sparse
from memory.longterm.item import Encoded, Memory, Vector
from memory.longterm.space import VectorSpace
from memory.longterm.texts import encoded_text


class HashingEncoder:
    """Texts that share words are near each other; the same text is the same vectors in every process."""

    def __init__(self, *, dimension: int = 384, token_dimension: int = 384) -> None:
        self.dimension = dimension
        self.token_dimension = token_dimension

    async def space(self) -> VectorSpace:
        """What a store must hold for these vectors."""
        return VectorSpace(model="hashing", dimension=self.dimension, token_dimension=self.token_dimension)

    async def documents(self, memories: Sequence[Memory]) -> Sequence[Encoded]:
        """One per memory, in order."""
        texts = [encoded_text(memory) for memory in memories]
        return [self._encoded(text)._replace(sparse=sparse.document(text)) for text in texts]

    async def query(self, text: str) -> Encoded:
        """A question."""
        return self._encoded(text)

    def _encoded(self, text: str) -> Encoded:
        words = sparse.words(text) or [""]
        dense = np.stack([_direction(word, self.dimension) for word in words]).sum(axis=0)
        return Encoded(
            dense=dense / np.float32(np.linalg.norm(dense)),
            sparse=sparse.query(text),
            tokens=np.stack([_direction(word, self.token_dimension) for word in dict.fromkeys(words)]),
        )


def _direction(word: str, dimension: int) -> Vector:
    seed = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little")
    found = np.random.default_rng(seed).standard_normal(dimension, dtype=np.float32)
    return found / np.float32(np.linalg.norm(found))

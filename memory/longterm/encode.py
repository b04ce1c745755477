"""Memories and questions to what they are found by, from one forward pass of the embedding model."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from memory.longterm import sparse
from memory.longterm.embed import BUNDLED, Embedder, Reading
from memory.longterm.item import Encoded, Memory, Vector
from memory.longterm.space import VectorSpace
from memory.longterm.texts import encoded_text

TOKEN_DIMENSION = 64  # of 384: loses nothing on LoCoMo (docs/decisions/0008-rerank.md)
CARRIED_TOKENS = 0.9  # what a turn's neighbour before it counts in MaxSim: alone, +4 points of Recall@10 on LoCoMo
CARRIED_WORDS = 0.5  # the same in BM25: alone, +6 points
PROJECTION = Path(__file__).with_name("token_projection.npz")  # made by benchmarks/token_projection.py


class ModelEncoder:
    """Dense, sparse and token vectors of memories. Numeric work runs in threads, never on the event loop.

    A turn of a conversation is also found by the words of the turn before it, where both are encoded in one call: an
    answer often leaves unsaid what the question named.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._telling: NDArray[np.bool_] | None = None

    async def space(self) -> VectorSpace:
        """What a store must hold for these vectors; waits for a model that is not the bundled one.

        *Raises*: WeightsMissing.
        """
        model = self._embedder.model
        if model == BUNDLED:
            return VectorSpace(model=model, dimension=384, token_dimension=TOKEN_DIMENSION)
        [probe] = await self._embedder.read([model])
        return VectorSpace(model=model, dimension=len(probe.vector), token_dimension=probe.tokens.shape[1])

    async def documents(self, memories: Sequence[Memory]) -> Sequence[Encoded]:
        """One per memory, in order. *Raises*: WeightsMissing."""
        texts = [encoded_text(memory) for memory in memories]
        telling = await self._pieces_that_tell()
        readings = await self._embedder.read(texts)
        return await asyncio.to_thread(self._encoded, memories, texts, readings, telling)

    async def query(self, text: str) -> Encoded:
        """A question. *Raises*: WeightsMissing."""
        telling = await self._pieces_that_tell()
        [reading] = await self._embedder.read([text])
        return Encoded(reading.vector, sparse.query(text), self._tokens(reading, telling))

    async def _pieces_that_tell(self) -> NDArray[np.bool_]:
        if self._telling is None:
            bare = [piece.lstrip("▁Ġ#").lower() for piece in await self._embedder.pieces()]
            self._telling = np.array([piece.isalnum() and piece not in sparse.STOP_WORDS for piece in bare])
        return self._telling

    def _encoded(
        self,
        memories: Sequence[Memory],
        texts: Sequence[str],
        readings: Sequence[Reading],
        telling: NDArray[np.bool_],
    ) -> list[Encoded]:
        alone = [
            Encoded(reading.vector, sparse.document(text), self._tokens(reading, telling))
            for text, reading in zip(texts, readings, strict=True)
        ]
        turns = {_turn(memory): encoded for memory, encoded in zip(memories, alone, strict=True) if memory.speaker}
        return [_carried(memory, encoded, turns) for memory, encoded in zip(memories, alone, strict=True)]

    def _tokens(self, reading: Reading, telling: NDArray[np.bool_]) -> Vector:
        """Token vectors of the pieces that say something; of all where none does."""
        kept = telling[reading.ids]
        tokens = reading.tokens[kept] if kept.any() else reading.tokens
        if self._embedder.model != BUNDLED:
            return tokens
        shrunk = tokens @ _projection()
        return shrunk / np.linalg.norm(shrunk, axis=1, keepdims=True)


def _turn(memory: Memory) -> tuple[str, str, str, int]:
    return (memory.tenant, memory.customer, memory.source, memory.position)


def _carried(memory: Memory, own: Encoded, turns: Mapping[tuple[str, str, str, int], Encoded]) -> Encoded:
    *place, position = _turn(memory)
    earlier = turns.get((place[0], place[1], place[2], position - 1)) if memory.speaker else None
    if earlier is None:
        return own
    assert own.tokens is not None and earlier.tokens is not None
    tokens = np.concatenate([own.tokens, earlier.tokens * np.float32(CARRIED_TOKENS)])
    return Encoded(own.dense, sparse.carried(own.sparse, earlier.sparse, CARRIED_WORDS), tokens)


@cache
def _projection() -> Vector:
    with np.load(PROJECTION) as stored:
        return stored["components"].astype(np.float32)

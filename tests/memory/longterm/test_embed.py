"""Text to vectors, without blocking the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import numpy as np
import pytest

from memory.longterm.embed import Embedder, WeightsMissing


@pytest.fixture(scope="module")
def embedder() -> Iterator[Embedder]:
    embedder = Embedder(cache_size=8)
    yield embedder
    embedder.close()


async def test_each_text_gets_a_unit_vector_in_order(embedder: Embedder) -> None:
    vectors = await embedder.embed(["where is my parcel", "my package has not arrived", "a poem about the sea"])
    assert (vectors.shape, vectors.dtype) == ((3, 384), np.float32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


async def test_start_returns_before_the_weights_are_there_and_ready_waits() -> None:
    embedder = Embedder()
    embedder.start()
    assert not embedder.is_ready
    await embedder.ready()
    assert embedder.is_ready
    embedder.close()


async def test_calls_at_once_answer_each_its_own(embedder: Embedder) -> None:
    texts = [f"order number {number}" for number in range(30)]
    together = await asyncio.gather(*(embedder.embed([text]) for text in texts))
    alone = await embedder.embed(texts)
    assert all(np.allclose(mine[0], vector, atol=1e-5) for mine, vector in zip(together, alone, strict=True))


async def test_nothing_gives_nothing(embedder: Embedder) -> None:
    assert len(await embedder.embed([])) == 0


async def test_a_caller_that_gives_up_harms_nobody(embedder: Embedder) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await embedder.embed(["one that is never awaited to its end"])
    assert (await embedder.embed(["the next one"])).shape == (1, 384)


async def test_the_vocabulary_holds_whole_words(embedder: Embedder) -> None:
    words = await embedder.vocabulary()
    assert {"order", "money"} <= words
    assert "refudn" not in words


async def test_missing_weights_say_what_to_do() -> None:
    embedder = Embedder("no/such-model")
    with pytest.raises(WeightsMissing, match="Name a folder with its weights"):
        await embedder.ready()
    embedder.close()

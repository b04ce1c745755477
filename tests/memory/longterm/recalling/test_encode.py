"""Memories and questions become vectors in one pass; words become BM25 vectors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np

from memory.longterm import sparse
from memory.longterm.embed import Embedder
from memory.longterm.encode import TOKEN_DIMENSION, ModelEncoder
from memory.longterm.hashing import HashingEncoder
from memory.longterm.item import Memory
from memory.longterm.texts import encoded_text

Made = Callable[..., Memory]


async def test_a_memory_has_three_vectors_of_the_sizes_that_the_store_is_told(encoder: ModelEncoder, memory: Made):
    space = await encoder.space()
    [found] = await encoder.documents([memory("The parcel is lost.")])
    assert found.dense.shape == (space.dimension,)
    assert found.tokens is not None and found.tokens.shape[1] == space.token_dimension == TOKEN_DIMENSION
    assert np.allclose(np.linalg.norm(found.tokens, axis=1), 1, atol=1e-5)
    assert len(found.sparse.indices) == len(found.sparse.values) > 2


async def test_the_dense_vector_is_the_one_that_embed_gives():
    embedder = Embedder()
    [vector] = await embedder.embed(["where is my parcel"])
    [reading] = await embedder.read(["where is my parcel"])
    embedder.close()
    assert np.allclose(vector, reading.vector, atol=1e-5)
    assert len(reading.tokens) == len(reading.ids)


async def test_plain_texts_and_token_readings_at_once_answer_each_its_own(encoder: ModelEncoder, memory: Made):
    embedder = encoder._embedder
    texts = [f"order number {number} " + "long " * number for number in range(40)]
    read, embedded = await asyncio.gather(embedder.read(texts), embedder.embed(texts))
    assert all(np.allclose(one.vector, two, atol=1e-4) for one, two in zip(read, embedded, strict=True))


async def test_a_question_of_stop_words_still_has_tokens(encoder: ModelEncoder):
    found = await encoder.query("what is it?")
    assert found.tokens is not None and len(found.tokens) > 0


async def test_a_turn_also_answers_to_the_turn_before_it(encoder: ModelEncoder, memory: Made):
    asked = memory("How loud is the fridge?", speaker="Nora", position=2)
    told = memory("35 decibels.", speaker="Iris", position=3)
    [alone] = await encoder.documents([told])
    _, together = await encoder.documents([asked, told])
    fridge = sparse.query("fridge").indices[0]
    assert fridge in together.sparse.indices and fridge not in alone.sparse.indices
    assert alone.tokens is not None and together.tokens is not None
    assert len(together.tokens) > len(alone.tokens)
    assert np.allclose(together.dense, alone.dense, atol=1e-5)


async def test_an_article_answers_for_itself(encoder: ModelEncoder, memory: Made):
    pages = [memory(text, kind="knowledge", position=place) for place, text in enumerate(("Fridges hum.", "Refunds."))]
    _, found = await encoder.documents(pages)
    assert sparse.query("fridges").indices[0] not in found.sparse.indices


def test_stems_meet_and_stop_words_are_left_out():
    assert sparse.query("the refunds are refunding").indices.tolist() == sparse.query("refund").indices.tolist()
    assert not sparse.query("what is it").indices.size


def test_a_word_weighs_more_in_a_short_text():
    refund = sparse.query("refund").indices[0]
    short, long = sparse.document("refund"), sparse.document("refund " + "parcel invoice order " * 20)
    assert short.values[0] > long.values[list(long.indices).index(refund)]


def test_date_speaker_and_title_are_part_of_what_is_encoded(memory: Made):
    assert encoded_text(memory("Hello", speaker="Nora")) == "(23 November 2026) Nora: Hello"
    assert encoded_text(memory("Within 30 days.", kind="knowledge", title="Returns")) == "Returns: Within 30 days."


async def test_hashed_vectors_are_the_same_each_time_and_near_for_like_texts(memory: Made):
    first, again, other = await HashingEncoder().documents(
        [memory("refund the mouse"), memory("refund the mouse"), memory("weather in Rome")]
    )
    assert np.array_equal(first.dense, again.dense)
    assert first.dense @ other.dense < 0.9

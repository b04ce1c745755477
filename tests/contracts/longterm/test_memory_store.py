"""What every store of long-term memories promises of finding them: one suite over all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.ports import Where

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")


async def test_a_memory_comes_back_as_it_was_written(shop):
    whole = shop.memory(
        "Anna likes her invoices as CSV", kind="preference", key="invoice format", value="CSV", title="Invoices",
        place="event 7", position=7, speaker="anna", conversation="c1", event="e7", digest="d",
        said_at=shop.now - timedelta(microseconds=1), expires_at=shop.now + timedelta(days=90), verified_at=shop.now,
    )  # fmt: skip
    await shop.put(whole)
    page = await shop.store.scan(shop.whole, Where())
    assert page.memories == (whole,)
    assert page.memories[0].said_at.tzinfo is not None


async def test_a_question_finds_what_shares_its_words_and_says_how_well(shop):
    await shop.remember("the refund takes five days", "the parcel is late", "a blue kettle")
    hits = sorted(await shop.search("when comes my refund"), key=lambda hit: -(hit.dense or 0))
    assert hits[0].memory.text == "the refund takes five days"
    assert hits[0].sparse is not None and hits[0].sparse > 0
    assert hits[1].sparse is None  # shares no word
    question = (await shop.encoder.query("when comes my refund")).dense
    assert all(hit.dense == pytest.approx(float(hit.vector @ question), abs=1e-5) for hit in hits)


async def test_each_search_gives_its_own_best_and_the_union_is_answered(shop):
    memories = [shop.memory(f"memory {name}") for name in "abc"]
    query = (await shop.encoder.documents(memories[:1]))[0]
    near, word, far = (query._replace(dense=dense) for dense in (query.dense, -query.dense, -query.dense))
    none = near.sparse._replace(indices=near.sparse.indices[:0], values=near.sparse.values[:0])
    items = [near._replace(sparse=none), word, far._replace(sparse=none)]
    await shop.store.put(shop.whole, list(zip(memories, items, strict=True)))
    hits = await shop.store.search(shop.of("anna"), query, now=shop.now, limit=1)
    assert {hit.memory.text: (round(hit.dense or 0), hit.sparse is None) for hit in hits} == {
        "memory a": (1, True),
        "memory b": (-1, False),
    }


async def test_bm25_scores_are_the_same_in_every_store(shop):
    await shop.remember("refund refund invoice", "refund parcel", "kettle", "lamp", customer="anna")
    hits = await shop.search("refund invoice")
    twin = InMemoryMemoryStore()
    memories = (await shop.store.scan(shop.whole, Where())).memories
    await twin.put(shop.whole, list(zip(memories, await shop.encoder.documents(memories), strict=True)))
    expected = await replace(shop, store=twin).search("refund invoice")
    assert {hit.memory.text: hit.sparse for hit in hits} == {
        hit.memory.text: None if hit.sparse is None else pytest.approx(hit.sparse, rel=1e-4) for hit in expected
    }


async def test_a_word_is_rare_or_common_among_what_the_reader_may_see(shop):
    await shop.remember("refund for the lamp", "kettle")
    before = [hit.sparse for hit in await shop.search("refund") if hit.sparse]
    await shop.remember(*(f"refund number {number}" for number in range(20)), customer="bob")
    assert [hit.sparse for hit in await shop.search("refund") if hit.sparse] == pytest.approx(before)


async def test_a_customer_finds_their_own_and_the_shops_and_nobody_elses(shop):
    await shop.remember("anna's parcel")
    await shop.remember("bob's parcel", customer="bob")
    await shop.remember("how a parcel travels", customer="", kind="knowledge")
    assert await shop.found("parcel") == {"anna's parcel", "how a parcel travels"}
    assert await shop.found("parcel", customer="") == {"how a parcel travels"}
    assert await replace(shop, tenant="another").found("parcel") == set()


async def test_expired_superseded_proposed_and_retired_ones_are_not_found(shop):
    await shop.remember("refund expired", expires_at=shop.now)
    await shop.remember("refund expires later", expires_at=shop.now + timedelta(microseconds=1))
    await shop.remember("refund superseded", superseded_by="somebody")
    await shop.remember("refund proposed", status="proposed")
    await shop.remember("refund retired", status="retired")
    assert await shop.found("refund") == {"refund expires later"}


async def test_a_search_can_be_narrowed_to_kinds_and_away_from_a_conversation(shop):
    await shop.remember("refund said now", conversation="c1")
    await shop.remember("refund said then", conversation="c2")
    await shop.remember("refund policy", customer="", kind="knowledge")
    assert await shop.found("refund", not_conversation="c1") == {"refund said then", "refund policy"}
    assert await shop.found("refund", kinds=["knowledge"]) == {"refund policy"}
    assert await shop.found("refund", kinds=[]) == set()


async def test_a_question_without_words_is_still_answered_by_meaning(shop):
    await shop.remember("a kettle")
    hits = await shop.search("")
    assert [(hit.memory.text, hit.sparse) for hit in hits] == [("a kettle", None)]


async def test_maxsim_is_the_mean_of_the_best_products(shop):
    near, far = await shop.remember("refund of the lamp", "a blue kettle")
    query = await shop.encoder.query("refund lamp")
    assert query.tokens is not None
    weighted = query.tokens * np.array([[2.0], [1.0]], np.float32)
    scores = await shop.store.maxsim(shop.of("anna"), [near.id, far.id], weighted)
    encoded = await shop.encoder.documents([near, far])
    tokens = {one.id: given.tokens for one, given in zip((near, far), encoded, strict=True)}
    expected = {one: (weighted @ found.T).max(axis=1).mean() for one, found in tokens.items() if found is not None}
    assert scores == {one: pytest.approx(score, abs=0.01) for one, score in expected.items()}
    assert scores[near.id] > scores[far.id]


async def test_maxsim_leaves_out_others_memories_and_those_without_token_vectors(shop):
    (mine,) = await shop.remember("my kettle")
    (others,) = await shop.remember("bob's kettle", customer="bob")
    plain = shop.memory("plain")
    (encoded,) = await shop.encoder.documents([plain])
    await shop.store.put(shop.whole, [(plain, encoded._replace(tokens=None))])
    query = await shop.encoder.query("kettle")
    assert query.tokens is not None
    assert set(await shop.store.maxsim(shop.of("anna"), [mine.id, others.id, plain.id], query.tokens)) == {mine.id}
    assert await shop.store.maxsim(shop.of("anna"), [], query.tokens) == {}

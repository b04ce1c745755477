"""From a question to what is injected, with the model that ships."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from memory.longterm.embed import WeightsMissing
from memory.longterm.encode import ModelEncoder
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import CustomerScope, Encoded, Memory, TenantScope
from memory.longterm.recall import Candidate, RecallPipeline
from memory.longterm.rerank import CrossEncoderReranker

Made = Callable[..., Memory]
ARTICLES = {
    "Refund policy": "An item can be returned within 30 days of delivery; then its price goes back to the card.",
    "Delivery": "Standard delivery takes 2 to 4 working days and costs 4.90, free from 50.00.",
    "Passwords": "A new password is set with the link on the login page.",
    "Choosing a monitor": "A 27-inch monitor suits most desks.",
    "Battery care": "Store headphones half charged and away from heat.",
    "Opening hours": "Chat is open day and night, people answer from nine to five.",
}


@pytest.fixture
async def store(encoder: ModelEncoder, memory: Made) -> InMemoryMemoryStore:
    """The articles of a small shop, and what anna said."""
    store = InMemoryMemoryStore()
    articles = [
        memory(text, title=title, kind="knowledge", customer="", source=title) for title, text in ARTICLES.items()
    ]
    said = [memory("Prefers invoices as CSV.", kind="preference", source="csv")]
    await store.put(
        TenantScope(tenant="volta"),
        list(zip([*articles, *said], await encoder.documents([*articles, *said]), strict=True)),
    )
    return store


@pytest.fixture
def pipeline(store: InMemoryMemoryStore, encoder: ModelEncoder) -> RecallPipeline:
    return RecallPipeline(store, encoder)


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("what is your refund policy?", "Refund policy"),
        ("how much is shipping", "Delivery"),
        ("I forgot my password", "Passwords"),
        ("in which format does she like invoices?", "csv"),
    ],
)
async def test_a_question_gets_what_answers_it(pipeline, scope, now, question: str, title: str):
    found = await pipeline.recall(scope, question, now=now)
    assert found.kept[0].memory.source == title


@pytest.mark.parametrize("question", ["what's the weather today?", "asdf qwer zxcv", "tell me a joke", "???", ""])
async def test_a_question_about_something_else_gets_nothing(pipeline, scope, now, question: str):
    found = await pipeline.recall(scope, question, now=now)
    assert found.kept == ()
    assert {one.verdict for one in found.candidates} == {"below the floor"}


async def test_every_stage_is_timed_and_the_candidates_say_why(pipeline, scope, now):
    found = await pipeline.recall(scope, "what is your refund policy?", now=now, most=1)
    assert set(found.stages_ms) == {"embed", "search", "stages", "rerank", "verify"}
    assert found.reranker == "maxsim"
    assert len(found.candidates) == len(ARTICLES) + 1
    assert [one.score for one in found.candidates] == sorted((one.score for one in found.candidates), reverse=True)


async def test_of_two_conflicting_facts_the_newer_comes_first(encoder, scope, now, memory: Made):
    store, text = InMemoryMemoryStore(), "The delivery address is {}."
    old = memory(text.format("4 Mill Lane"), kind="factual", confirmed_at=now - timedelta(days=400))
    new = memory(text.format("9 Mill Lane"), kind="factual", source="later")
    await store.put(scope, list(zip([old, new], await encoder.documents([old, new]), strict=True)))
    found = await RecallPipeline(store, encoder).recall(scope, "What is the delivery address?", now=now)
    assert [one.memory for one in found.kept] == [new, old]


async def test_another_customers_memories_are_no_candidates(pipeline, now):
    found = await pipeline.recall(CustomerScope(tenant="volta", customer="ben"), "invoices as CSV", now=now)
    assert "csv" not in {one.memory.source for one in found.candidates}


async def test_what_the_source_denies_is_not_kept(store, encoder, scope, now):
    async def deny(scope: CustomerScope, candidates: Sequence[Candidate], now: datetime) -> Sequence[Candidate]:
        return [one._replace(verdict="gone at its source") if one.is_kept else one for one in candidates]

    found = await RecallPipeline(store, encoder, verify=deny).recall(scope, "refund policy", now=now)
    assert found.kept == ()
    assert found.candidates[0].verdict == "gone at its source"


async def test_a_cross_encoder_without_weights_says_what_to_do(scope, tmp_path: Path, memory: Made):
    reranker = CrossEncoderReranker(tmp_path / "nowhere")
    with pytest.raises(WeightsMissing, match="name a folder with its weights"):
        await reranker.rerank(scope, "q", Encoded(*[None] * 3), [Candidate(memory=memory("x"), dense=0.5)])  # type: ignore[arg-type]
    reranker.close()

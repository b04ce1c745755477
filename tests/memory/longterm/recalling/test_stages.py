"""Each stage of recall, alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.longterm import stages
from memory.longterm.item import Hit, Memory
from memory.longterm.stages import Candidate, Tuning

TUNING = Tuning()
ACROSS = np.array([1.0, 0.0], dtype=np.float32)
Made = Callable[..., Memory]
Scores = st.lists(
    st.tuples(st.floats(-1, 1, width=32), st.none() | st.floats(0, 30, width=32)), min_size=1, max_size=12
)


def candidate(memory: Memory, score: float = 1.0, **fields: object) -> Candidate:
    return Candidate(memory=memory, dense=0.9, fused=score, score=score)._replace(**fields)  # type: ignore[arg-type]


@given(scores=Scores, seed=st.randoms())
def test_the_order_of_hits_changes_nothing(scores, seed):
    now = datetime.fromisoformat("2026-11-23T00:00:00+00:00")
    made = [
        Memory(
            id=f"m{place:02}",
            tenant="volta",
            customer="anna",
            kind="episode",
            text="",
            said_at=now,
            confirmed_at=now,
            source="s",
        )
        for place in range(len(scores))
    ]
    hits = [Hit(memory, dense, sparse, ACROSS) for memory, (dense, sparse) in zip(made, scores, strict=True)]
    shuffled = seed.sample(hits, len(hits))
    fused = stages.fuse(hits, ACROSS, TUNING)
    assert stages.fuse(shuffled, ACROSS, TUNING) == fused
    assert all(0 <= one.fused <= 1.000001 for one in fused)


def test_both_searches_together_beat_one(memory: Made):
    both, dense, sparse = memory("both"), memory("by meaning"), memory("by word")
    hits = [Hit(dense, 0.8, None, ACROSS), Hit(sparse, 0.1, 9.0, ACROSS), Hit(both, 0.7, 8.0, ACROSS)]
    assert stages.fuse(hits, ACROSS, TUNING)[0].memory == both


def test_a_hit_of_words_alone_gets_its_true_cosine(memory: Made):
    [found] = stages.fuse([Hit(memory("x"), None, 3.0, ACROSS)], ACROSS, TUNING)
    assert found.dense == 1.0


def test_nothing_found_is_nothing():
    assert stages.fuse([], ACROSS, TUNING) == []


def test_an_answer_is_lifted_by_the_question_before_it_and_by_no_other_source(memory: Made):
    question = candidate(memory("which fridge?", position=4), 1.0)
    answer = candidate(memory("the blue one", position=5), 0.1)
    elsewhere = candidate(memory("the red one", position=5, source="another talk"), 0.1)
    found = {one.memory.text: one.neighbour for one in stages.neighbours([question, answer, elsewhere], TUNING)}
    assert found["the blue one"] == pytest.approx(0.3)
    assert found["the red one"] == 0


def test_what_was_not_looked_at_closely_comes_after_what_fits(memory: Made):
    near, far, unseen = (candidate(memory(text), 0.5) for text in ("near", "far", "unseen"))
    looks = {near.memory.id: 0.9, far.memory.id: 0.4}
    found = stages.reranked([unseen, far, near], looks, TUNING)
    assert found[0].memory.text == "near"
    assert {one.memory.text: one.rerank for one in found} == {"near": 0.9, "far": 0.4, "unseen": None}


def test_without_a_closer_look_the_order_stays(memory: Made):
    first, second = candidate(memory("first"), 0.9), candidate(memory("second"), 0.2)
    assert stages.reranked([first, second], {}, TUNING) == [first, second]


def test_who_is_named_and_what_tells_comes_first(memory: Made):
    asked = candidate(memory("And the blue one?", speaker="Ben"))
    ben = candidate(memory("I took the blue one.", speaker="Ben"))
    eve = candidate(memory("I took the red one.", speaker="Eve"))
    found = stages.hints([asked, eve, ben], "What did Eve take?", TUNING)
    assert [one.memory.text for one in found] == ["I took the red one.", "I took the blue one.", "And the blue one?"]


def test_recency_prefers_the_newer_of_two_equals_but_takes_little(memory: Made, now: datetime):
    old = candidate(memory("old", confirmed_at=now - timedelta(days=700)))
    new = candidate(memory("new"))
    article = candidate(memory("article", kind="knowledge", confirmed_at=now - timedelta(days=700)))
    found = {one.memory.text: one.recency for one in stages.recency([old, new, article], now, TUNING)}
    assert stages.recency([old, new], now, TUNING)[0].memory.text == "new"
    assert 1 - TUNING.recency_weight <= found["old"] < 1
    assert found["article"] == found["new"] == 1


def test_what_is_not_about_the_question_stays_below_the_floor(memory: Made):
    about = candidate(memory("a"), dense=0.6, rerank=0.6)
    not_about = candidate(memory("b"), dense=0.1, rerank=0.5)
    found = stages.floor([about, not_about], TUNING)
    assert [one.verdict for one in found] == ["kept", "below the floor"]


def test_a_turn_passes_the_floor_beside_one_that_does_and_an_article_does_not(memory: Made):
    asked = candidate(memory("how loud is it?", speaker="Nora", position=2))
    answer = candidate(memory("35 decibels", speaker="Iris", position=3), dense=0.1)
    section = candidate(memory("returns", source="article", position=1))
    next_one = candidate(memory("opening hours", source="article", position=2), dense=0.1)
    verdicts = [one.verdict for one in stages.floor([asked, answer, section, next_one], TUNING)]
    assert verdicts == ["kept", "kept beside a near one", "kept", "below the floor"]


@pytest.mark.parametrize("fields", [{"key": "budget"}, {"event": "e-1/3"}, {"speaker": ""}, {"source": "another"}])
def test_neither_a_row_nor_what_a_turn_taught_passes_beside_another(memory: Made, fields: dict[str, str]):
    near = candidate(memory("my dog is called Rex", speaker="customer", position=2))
    beside = candidate(replace(memory("call me Sam", speaker="customer", position=3), **fields), dense=0.1)  # type: ignore[arg-type]
    assert [one.verdict for one in stages.floor([near, beside], TUNING)] == ["kept", "below the floor"]


def test_over_the_cap_is_only_what_would_have_been_kept_by_itself(memory: Made):
    near = [candidate(memory(f"near {place}", speaker="Nora", position=place)) for place in (0, 1)]
    beside = candidate(memory("35 decibels", speaker="Iris", position=2), dense=0.1)
    found = stages.cap(stages.floor([*near, beside], TUNING), most=1, budget_tokens=800)
    assert [one.verdict for one in found] == [
        "kept",
        "over the cap of 1",
        "below the floor, and beside a near one over the cap of 1",
    ]


def test_the_cap_counts_what_is_kept_and_says_why_the_rest_is_not(memory: Made):
    dropped = candidate(memory("dropped"), verdict="below the floor")
    long = candidate(memory("word " * 400))
    short = [candidate(memory(f"short {number}")) for number in range(3)]
    found = stages.cap([dropped, short[0], long, *short[1:]], most=2, budget_tokens=100)
    assert [one.verdict for one in found] == [
        "below the floor",
        "kept",
        "over 100 tokens",
        "kept",
        "over the cap of 2",
    ]


def test_the_best_is_told_even_when_it_is_too_long(memory: Made):
    [found] = stages.cap([candidate(memory("word " * 4_000))], most=6, budget_tokens=100)
    assert (found.is_kept, found.note) == (True, "shortened")
    assert found.memory.text.endswith("word …") and len(found.memory.text) // 4 < 100
    assert not stages.cap([candidate(memory("word " * 4_000))], most=0, budget_tokens=100)[0].is_kept

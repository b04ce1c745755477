"""The figures of recall, on orders whose figures are known."""

from __future__ import annotations

import pytest

from benchmarks.recall_cases import Question, fixture
from benchmarks.recall_quality import FIXTURE
from benchmarks.recall_scores import Answer, below, injection, ndcg, newer_first, recall, reciprocal_rank, table

GOLD = frozenset({"a", "b"})


def answer(kept: str, *, gold: str = "ab", category: int = 4, outdated: str = "") -> Answer:
    question = Question(text="", gold=frozenset(gold), category=category, outdated=outdated)
    return Answer(question=question, kept=tuple(kept), candidates=tuple(kept))


def test_known_orders_have_known_figures():
    assert recall(GOLD, "xaxb", 2) == 0.5
    assert reciprocal_rank(GOLD, "xaxb", 10) == 0.5
    assert ndcg(GOLD, "abx", 10) == 1.0
    assert 0 < ndcg(GOLD, "xab", 10) < 1
    assert ndcg(GOLD, "xyz", 10) == reciprocal_rank(GOLD, "xyz", 10) == 0


def test_the_headline_is_categories_one_to_four():
    found = table([answer("ab", category=1), answer("xx", category=4), answer("ab", category=5)])
    assert found["headline"]["recall@10"] == 0.5
    assert found["adversarial"]["recall@10"] == 1.0


def test_told_apart_and_newer_first():
    assert injection([answer("a"), answer("x"), answer("x", gold=""), answer("", gold="")]) == {
        "answer kept": 0.5,
        "anything kept of nothing": 0.5,
    }
    assert newer_first([answer("ac", gold="a", outdated="c"), answer("ca", gold="a", outdated="c")]) == 0.5


def test_a_missed_bar_is_named():
    assert below({"recall@10": 0.78, "recall@5": 0.5}) == ["recall@5 is 0.500, below 0.69"]


def test_the_fixture_is_whole():
    cases = fixture(FIXTURE)
    assert sum(len(case.questions) for case in cases) == pytest.approx(58, abs=15)
    assert all({one.id for one in case.memories} >= question.gold for case in cases for question in case.questions)

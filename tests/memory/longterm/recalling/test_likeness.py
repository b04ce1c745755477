"""Near-duplicates are found, and differing values are never merged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from memory.longterm import stages
from memory.longterm.item import Memory
from memory.longterm.likeness import says_the_same
from memory.longterm.stages import Candidate

Made = Callable[..., Memory]
VALUES = ("49.00", "59.00", "V-10021", "3 May", "30 May", "anna@volta.example", "not", "never", "blue", "")


@pytest.mark.parametrize(
    ("better", "other"),
    [
        ("Prefers invoices as CSV.", "prefers the invoices as CSV"),
        ("Returns are free. Refunds take 5 days.", "Refunds take 5 days."),
    ],
)
def test_what_is_said_already_is_a_duplicate(memory: Made, better: str, other: str):
    assert says_the_same(memory(better), memory(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Refunds take 5 days.", "Refunds take 7 days."),
        ("I like tea.", "I do not like tea."),
        ("I don't like tea.", "I like tea."),
        ("Ben paid Eve.", "Eve paid Ben."),
        ("Order V-10021 came.", "Order V-10022 came."),
        ("The price is 49.00.", "The price is 49.50."),
        ("I was in Leeds.", "I am in Leeds."),
    ],
)
def test_what_differs_is_none(memory: Made, one: str, other: str):
    assert not says_the_same(memory(one), memory(other))
    assert not says_the_same(memory(other), memory(one))


def test_two_values_of_a_key_two_speakers_two_days_are_none(memory: Made, now: datetime):
    told = memory("Paid the bill.")
    assert not says_the_same(told, replace(told, said_at=now - timedelta(days=2)))
    assert not says_the_same(replace(told, speaker="Ben"), replace(told, speaker="Eve"))
    assert not says_the_same(replace(told, key="plan", value="basic"), replace(told, key="plan", value="pro"))
    assert says_the_same(replace(told, key="plan", value="Pro"), replace(told, key="plan", value="pro"))


def test_texts_under_one_key_without_a_value_are_compared_as_texts(memory: Made):
    cleaned = memory("Descaling costs 30 euros.", key="espresso")
    assert says_the_same(cleaned, replace(cleaned, text="descaling costs 30  euros!"))
    assert not says_the_same(cleaned, replace(cleaned, text="The warranty lasts five years."))
    found = stages.duplicates(
        [
            Candidate(memory=cleaned, dense=0.5),
            Candidate(memory=replace(cleaned, id="2", text="Five years."), dense=0.4),
        ]
    )
    assert [one.verdict for one in found] == ["kept", "kept"]


def test_the_better_one_of_two_is_kept_and_named(memory: Made):
    first, second = memory("I like tea."), memory("I like  tea!", id="second")
    found = stages.duplicates([Candidate(memory=one, dense=0.5) for one in (first, second)])
    assert [one.verdict for one in found] == ["kept", f"near-duplicate of {first.id}"]


@given(one=st.sampled_from(VALUES), other=st.sampled_from(VALUES), rest=st.text("abc .", max_size=12))
def test_texts_that_differ_in_a_value_are_both_kept(one: str, other: str, rest: str):
    assume(one != other)
    at = datetime(2026, 11, 23, tzinfo=UTC)
    plain = Memory(
        id="", tenant="volta", customer="anna", kind="episode", text="", said_at=at, confirmed_at=at, source="talk"
    )
    made = [replace(plain, id=value or "none", text=f"the value is {value} indeed. {rest}") for value in (one, other)]
    found = stages.duplicates([Candidate(memory=memory, dense=0.5) for memory in made])
    assert all(candidate.is_kept for candidate in found)

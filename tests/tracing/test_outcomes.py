"""How conversations turned out: thumbs, solved, asked again, escalated, abandoned; and the rates by who took part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoffs.events import AnyEvent, CustomerSaid, Ended, Escalated, MatterClosed, MatterOpened, Said, Stopped
from tracing.join import Trace, join
from tracing.outcomes import (
    Feedback,
    Outcome,
    asked_again,
    outcome_of,
    rates,
    rates_by_agent,
    rates_by_handoff,
    with_repeats,
)
from tracing.questions import Question, questions_of, worth_comparing
from tracing.record import TraceRecord

Records = tuple[TraceRecord, ...]
Place = Callable[..., TraceRecord]
HOUR_MS = 3_600_000
NONE = Feedback()
ASKED = CustomerSaid(message_id="m1", text="where is my parcel?")
ENDED = Ended(agent="support", status="completed")


def said(text: str) -> Said:
    return Said(agent="support", text=text)


def told(place: Place, *events: AnyEvent) -> Trace:
    return join(place(event, seq=seq) for seq, event in enumerate(events, start=1))


def turned_out(trace: Trace, feedback: Feedback = NONE, *, after_ms: int = 2 * HOUR_MS) -> Outcome:
    outcome = outcome_of(trace, feedback, now_ms=trace.records[-1].at_ms + after_ms)
    assert outcome is not None
    return outcome


def test_who_took_part_and_what_was_said_of_it(records: Records) -> None:
    outcome = turned_out(join(records), Feedback(thumbs=(True, True, False), solved=True))
    assert outcome.agents == ("billing", "sales", "support")
    assert outcome.pairs == (("billing", "support"), ("support", "sales"))
    assert (outcome.thumbs_up, outcome.thumbs_down, outcome.solved) == (2, 1, True)
    assert not (outcome.escalated or outcome.abandoned or outcome.asked_again)


def test_where_no_customer_spoke_there_is_no_outcome(placed: Place) -> None:
    assert outcome_of(told(placed, said("A decision was made."), ENDED), NONE, now_ms=0) is None


def test_a_package_for_a_person_is_an_escalation_and_its_customer_has_not_left(placed: Place) -> None:
    escalated = Escalated(agent="support", number="E-1", reason="asked for", cause="customer")
    outcome = turned_out(told(placed, ASKED, said("Which order is it?"), escalated, ENDED))
    assert outcome.escalated
    assert not outcome.abandoned


@pytest.mark.parametrize(
    ("events", "abandoned"),
    [
        ((said("It arrives tomorrow."),), False),
        ((said("Which order is it?"),), True),
        ((said("There are two. Which order is it? "),), True),
        ((said("It arrives tomorrow. Is there anything else I can do?"),), False),
        ((said("Which order is it?"), CustomerSaid(message_id="m2", text="V-1"), said("Tomorrow.")), False),
        ((MatterOpened(agent="support", matter="a refund"), said("Tomorrow.")), True),
        ((MatterOpened(agent="support", matter="a refund"), MatterClosed(matter="a refund"), said("Done.")), False),
        ((Stopped(), said("It arr")), True),
    ],
)
def test_abandoned_is_what_a_customer_left_before_it_was_done(
    events: tuple[AnyEvent, ...], abandoned: bool, placed: Place
) -> None:
    trace = told(placed, ASKED, *events, ENDED)
    assert turned_out(trace).abandoned is abandoned
    assert not turned_out(trace, after_ms=HOUR_MS - 1).abandoned  # may still be typing
    assert not turned_out(trace, Feedback(thumbs=(True,))).abandoned
    assert not turned_out(trace, Feedback(solved=True)).abandoned


def test_who_waits_for_a_person_or_for_an_answer_has_not_left(placed: Place) -> None:
    waiting = told(placed, ASKED, said("Shall I?"), Ended(agent="support", status="waiting_human"))
    assert not turned_out(waiting).abandoned
    assert not turned_out(told(placed, ASKED, said("Which order is it?"))).abandoned


def question(text: str, hour: float, number: int = 1, *, customer: str = "anna", tenant: str = "volta") -> Question:
    """In the first turn of a conversation of its own; executions are numbered within a conversation."""
    return Question(
        tenant=tenant, customer=customer, conversation=f"c-{number}", execution="x000001",
        at_ms=round(hour * HOUR_MS), text=text,
    )  # fmt: skip


def same_words(one: str, other: str) -> float:
    mine, theirs = set(one.split()), set(other.split())
    return len(mine & theirs) / len(mine | theirs)


PARCEL, AGAIN = "where is my parcel now", "my parcel where is it now"  # 5 words of 6 are shared


def test_the_same_question_within_a_day_marks_the_earlier_conversation() -> None:
    later = question(AGAIN, 23.9, 2)
    assert asked_again([later, question(PARCEL, 0)], same_words) == {("volta", "c-1")}
    assert asked_again([replace(later, at_ms=HOUR_MS * 24 + 1), question(PARCEL, 0)], same_words) == set()
    assert asked_again([later, question(PARCEL, 0)], same_words, same=0.9) == set()


def test_each_of_several_repeats_but_the_last_was_asked_again() -> None:
    assert asked_again([question(PARCEL, n, n) for n in range(3)], same_words) == {("volta", "c-0"), ("volta", "c-1")}


def test_another_customer_or_tenant_asks_for_themselves() -> None:
    asked = [question(PARCEL, 0), question(PARCEL, 1, 2, customer="ben"), question(PARCEL, 2, 3, tenant="lumen")]
    assert asked_again(asked, same_words) == set()


def test_two_messages_of_one_turn_are_one_question() -> None:
    first, second = question(PARCEL, 0), question(AGAIN, 0.01)
    assert asked_again([first, second], same_words) == set()
    assert asked_again([first, replace(second, execution="x000002")], same_words) == {("volta", "c-1")}


def test_the_same_words_of_another_order_are_another_question() -> None:
    def asked(first: str, second: str) -> bool:
        texts = (f"please cancel my order {first}", f"please cancel my order {second}")
        return bool(asked_again([question(text, n, n) for n, text in enumerate(texts)], lambda *_: 1.0))

    assert not asked("V-10040", "V-10041")
    assert asked("V-10040", "10040")
    assert asked("V-10040", "again")


def test_the_questions_of_a_trace_are_what_says_enough(records: Records, placed: Place) -> None:
    assert [(q.customer, q.execution, q.text[:9]) for q in questions_of(join(records))] == [
        ("anna", "x000001", "I was cha"),
        ("anna", "x000002", "my parcel"),
    ]
    yes = replace(records[1], event=CustomerSaid(message_id="m", text="yes, please do!"))
    assert [q.execution for q in questions_of(join([records[0], yes, *records[2:]]))] == ["x000002"]


def test_only_who_asked_more_than_once_needs_to_be_compared() -> None:
    asked = [question(PARCEL, 0), question(PARCEL, 1, 2), question("do you sell big headphones", 2, 3, customer="ben")]
    assert worth_comparing(asked) == (PARCEL,)


def test_rates_by_agent_and_by_handoff() -> None:
    def outcome(number: int, *agents: str, **more: bool | int) -> Outcome:
        pairs = tuple(pairwise(agents))
        return Outcome(tenant="volta", conversation=f"c-{number}", agents=agents, pairs=pairs, **more)

    outcomes = with_repeats(
        [
            outcome(1, "billing", thumbs_up=2),
            outcome(2, "billing", "support", thumbs_down=1, escalated=True),
            outcome(3, "billing", "support", abandoned=True, solved=False),
            outcome(4, "support", solved=True),
        ],
        frozenset({("volta", "c-3"), ("lumen", "c-4")}),
    )
    by_agent, by_handoff = rates_by_agent(outcomes), rates_by_handoff(outcomes)
    billing, edge = by_agent["billing"], by_handoff["billing", "support"]
    assert (billing.conversations, billing.thumbs_up, billing.thumbs_down) == (3, 2, 1)
    assert billing.share(billing.escalated) == pytest.approx(1 / 3)
    assert (edge.conversations, edge.asked_again, edge.escalated, edge.abandoned, edge.not_solved) == (2, 1, 1, 1, 1)
    assert (by_agent["support"].solved, by_agent["support"].asked_again) == (1, 1)
    assert rates([]).share(0) == 0


OUTCOMES = st.builds(
    Outcome,
    tenant=st.just("volta"),
    conversation=st.integers(0, 9).map(str),
    agents=st.sampled_from([("billing",), ("support",)]),
    pairs=st.just(()),
    thumbs_up=st.integers(0, 3),
    thumbs_down=st.integers(0, 3),
    solved=st.sampled_from([True, False, None]),
    asked_again=st.booleans(),
    escalated=st.booleans(),
    abandoned=st.booleans(),
)


@given(st.lists(OUTCOMES, max_size=12))
def test_where_each_conversation_has_one_agent_the_parts_are_the_whole(outcomes: list[Outcome]) -> None:
    parts, whole = list(rates_by_agent(outcomes).values()), rates(outcomes)
    for name in rates([]).__slots__:
        assert sum(getattr(part, name) for part in parts) == getattr(whole, name) >= 0
    assert all(0 <= part.share(part.escalated) <= 1 for part in parts)

"""What helped is proposed for everybody: nothing of the customer in it, and each problem once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agents.learning.resolutions import Resolutions
from agents.learning.turn import Turn
from agents.shop.people import CUSTOMERS
from agents.team import TEAM
from handoffs.events import CallFinished, Escalated
from memory.longterm.item import Note

MakeTurn = Callable[..., Turn]
Called = Callable[..., CallFinished]


def proposed(turn: Turn) -> Note:
    note = Resolutions(TEAM).proposed(turn)
    assert note is not None
    return note


def test_what_helped_waits_for_an_operator(turn: MakeTurn, called: Called) -> None:
    refund = called("refund_payment", "money", order_id="V-10021", amount_cents=5900, reason="duplicate_charge")
    note = proposed(turn("Hi, you took the second charge for my mouse by mistake, please reimburse it", refund))
    assert (note.kind, note.status) == ("resolution", "proposed")
    assert note.text == (
        "Problem: “please reimburse the second charge” (mouse). What helped: refund_payment (reason duplicate_charge)."
    )


@pytest.mark.parametrize("person", CUSTOMERS, ids=lambda person: person.customer)
def test_nothing_of_the_customer_gets_in(turn: MakeTurn, called: Called, person: object) -> None:
    known = next(other for other in CUSTOMERS if other is person)
    planted = (known.name, known.email, known.address, *known.cards, "V-10034", "+49 170 1234567", "Zanzibar", "249.00")
    said = f"I am {'. '.join(planted)}. My parcel with the headphones is lost, send me another."
    sent = called("send_replacement", order_id="V-10034", address=known.address, note=known.name)
    note = proposed(turn(said, sent))
    told = (
        f"{note.text} {note.title} {note.source} {note.place} {note.value} {note.conversation} {note.event}".casefold()
    )
    parts = {part.casefold() for one in planted for part in (one, *one.replace(",", " ").split()) if len(part) > 3}
    assert {part for part in parts if part in told} - {"ending"} == set()
    assert "headphones, lost, parcel" in note.text


def test_the_same_problem_and_tools_are_one_proposal_whoever_had_it(turn: MakeTurn, called: Called) -> None:
    first = proposed(turn("I am Anna, unlock my account!", called("unlock_account")))
    other = proposed(
        turn("unlock my account please, thanks, Ben", called("unlock_account"), conversation="c-9", execution="e-5")
    )
    assert (first.source, first.place, first.text) == (other.source, other.place, other.text)


def test_the_problem_may_have_been_told_a_turn_before(turn: MakeTurn, called: Called) -> None:
    note = proposed(turn("yes", called("unlock_account"), episode="Asked: let me back in please"))
    assert "let me back in" in note.text


@pytest.mark.parametrize(
    "events",
    [
        ("where is my parcel?", ("track_order", "read")),
        ("order one for me", ("place_order", "money")),
        ("cancel it", ("cancel_order", "write")),
        ("note that I own a Slate 14", ("remember", "write")),
        ("unlock it", ("unlock_account", "write", "error")),
        ("unlock it", ("unlock_account", "write", "in_doubt")),
        ("do it", ("some_tool_of_no_agent", "write")),
    ],
)
def test_what_settled_no_problem_is_not_proposed(
    turn: MakeTurn, called: Called, events: tuple[str, tuple[str, ...]]
) -> None:
    said, call = events
    assert Resolutions(TEAM).proposed(turn(said, called(*call))) is None


def test_what_went_to_a_person_is_not_proposed(turn: MakeTurn, called: Called) -> None:
    given = Escalated(number="E-7", reason="", cause="customer")
    assert Resolutions(TEAM).proposed(turn("unlock it", called("unlock_account"), given)) is None

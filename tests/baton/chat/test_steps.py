"""The log as a page: the same steps live and after a reload, each once, under ids that follow from the log."""

from __future__ import annotations

import pytest

from baton.chat.steps import Transcript, steps_of
from baton.chat.thumbs import Thumb
from handoffs.events import (
    ApprovalRequested,
    ApprovalSettled,
    Call,
    CallFinished,
    CustomerSaid,
    Decided,
    Ended,
    Escalated,
    HandedIn,
    HandedOut,
    Limits,
    PromptRef,
    Said,
    TurnStarted,
    encode,
)
from memory.session.types import Draft, StoredRecord

MESSAGE = "0b6f6f3e-7c5e-4a53-9d52-1f3d3f3f0001"
SECOND = "0b6f6f3e-7c5e-4a53-9d52-1f3d3f3f0002"
STARTED = TurnStarted(team="t", limits=Limits(), customer="anna")
ENDED = Ended(status="completed")
DECIDED = Decided(
    agent="billing",
    prompt=PromptRef(),
    options=(),
    text="",
    calls=(),
    model="m",
    finish="stop",
    input_tokens=1,
    output_tokens=1,
)
REQUEST = ApprovalRequested(
    agent="billing",
    number="A-1001",
    call_id="c1",
    tool="refund_payment",
    title="Refunding 249.00 for V-10034",
    arguments="{}",
    arguments_hash="h",
    key="k",
    what="refund",
    sentence="over 100.00",
)


def said(text="my parcel", message_id=MESSAGE):
    return CustomerSaid(message_id=message_id, text=text)


def called(**changes):
    fields = {"agent": "support", "call_id": "c", "tool": "track_order", "title": "Looking up V-10034"}
    return CallFinished(**{**fields, "arguments": "{}", "outcome": "ok", "content": "{}", **changes})


def records(*turns):
    """Turns as lists of events, stored one after the other."""
    stored = []
    for turn, events in enumerate(turns, 1):
        for number, event in enumerate(events, 1):
            place = len(stored) + 1
            stored.append(StoredRecord(place, 1_000 * place, f"x{turn:06d}", number, 1, event.log, encode(event)))
    return stored


@pytest.fixture
def page(team):
    """The steps of turns, as a reload shows them."""

    def shown(*turns, thumbs=None):
        return steps_of(Transcript("volta", "c1", team), records(*turns), thumbs or {})

    return shown


def kinds(steps):
    return [(step["type"], step["name"]) for step in steps]


def test_a_turn_is_a_message_and_a_run_with_what_was_done_about_it(page):
    handoff = {"agent": "support", "handoff_id": "h", "reason": "the parcel is late.", "summary": ""}
    steps = page(
        [
            STARTED,
            said(),
            DECIDED,
            HandedOut(**{**handoff, "agent": "billing"}, to="support"),
            HandedIn(**handoff, source="billing"),
            called(),
            DECIDED,
            Said(agent="support", text="It is lost."),
            ENDED,
        ]
    )
    assert kinds(steps) == [
        ("user_message", "You"),
        ("run", "on_message"),
        ("undefined", "Support takes over: the parcel is late"),
        ("tool", "Looking up V-10034"),
        ("assistant_message", "Support"),
    ]
    message, run, *inside = steps
    assert message["id"] == MESSAGE
    assert run["parentId"] == MESSAGE
    assert {step["parentId"] for step in inside} == {run["id"]}
    assert run["end"]


def test_a_page_that_watched_shows_what_a_reload_shows(team):
    log = records(
        [
            STARTED,
            said(),
            DECIDED,
            Said(agent="billing", text="one"),
            said("and?", SECOND),
            Said(agent="x", text="two"),
        ],
        [STARTED, Escalated(agent="support", number="E-1", reason="r", cause="customer"), ENDED],
    )
    watching, live = Transcript("volta", "c1", team), {}
    for record in log:
        live.update({step["id"]: step for step in watching.take(record)})
    assert list(live.values()) == steps_of(Transcript("volta", "c1", team), log, {})


@pytest.mark.parametrize(
    ("text", "shown"),
    [("It is lo ", "It is lo …\n\n*(stopped)*"), ("Stopped, as you asked.", "Stopped, as you asked.")],
)
def test_an_answer_that_was_stopped_says_so(page, text, shown):
    steps = page([STARTED, said(), DECIDED, Said(agent="support", text=text, stopped=True), ENDED])
    assert steps[-1]["output"] == shown


def test_answers_after_a_second_message_stand_below_it(page):
    steps = page([STARTED, said(), said("and another", SECOND), DECIDED, Said(agent="billing", text="both"), ENDED])
    runs = [step for step in steps if step["type"] == "run"]
    assert [run["parentId"] for run in runs] == [MESSAGE, SECOND]
    assert steps[-1]["parentId"] == runs[1]["id"]
    assert all(run["end"] for run in runs)


def test_a_draft_has_the_id_of_the_answer_it_becomes(team):
    transcript = Transcript("volta", "c1", team)
    *before, decided, answer = records([STARTED, said(), DECIDED, Said(agent="billing", text="Done.")])
    for record in before:
        transcript.take(record)
    draft = Draft("x000001", decided.number, 1, "billing", "Do")
    assert transcript.expects(draft)
    (shown,) = transcript.draft(draft, 5_000)
    assert shown["streaming"]
    assert transcript.take(decided) == []
    assert not transcript.expects(draft), "it comes too late now"
    (committed,) = transcript.take(answer)
    assert committed["id"] == shown["id"]
    assert not committed["streaming"]


def test_a_draft_of_a_turn_not_yet_begun_or_over_is_not_shown(team):
    transcript = Transcript("volta", "c1", team)
    assert not transcript.expects(Draft("x000001", 3, 1, "billing", "Do"))
    for record in records([STARTED, said(), ENDED]):
        transcript.take(record)
    assert not transcript.expects(Draft("x000001", 9, 1, "billing", "Do"))


def test_a_persons_decision_has_a_run_of_its_own(page):
    settled = ApprovalSettled(request=REQUEST, verdict="approved", by="olga@volta.example")
    steps = page(
        [STARTED, said(), DECIDED, REQUEST, Said(agent="billing", text="I asked."), Ended(status="waiting_human")],
        [STARTED, settled, Said(agent="billing", text="It is approved."), ENDED],
    )
    assert [step["name"] for step in steps if step["type"] == "undefined"] == [
        "Waits for a colleague: Refunding 249.00 for V-10034 (A-1001)",
        "A colleague approved: Refunding 249.00 for V-10034 (A-1001)",
    ]
    assert "olga" not in str(steps)
    run = next(step for step in steps if step["type"] == "run" and step["parentId"] is None)
    assert steps[-1]["parentId"] == run["id"]


@pytest.mark.parametrize(
    "hidden",
    [
        called(tool="transfer_to_billing"),
        called(tool="ask_for_person"),
        called(tool="remember_preference"),
        called(outcome="refused", code="ungrounded"),
        called(outcome="superseded"),
        called(outcome="pending"),
        called(outcome="cancelled"),
    ],
)
def test_the_runtimes_own_business_is_not_shown(page, hidden):
    assert "tool" not in [step["type"] for step in page([STARTED, said(), hidden, ENDED])]


@pytest.mark.parametrize(
    ("outcome", "name"),
    [
        ("ok", "Looking up V-10034"),
        ("repeated", "Looking up V-10034 (already done, not done again)"),
        ("in_doubt", "Looking up V-10034 (not certain: a colleague checks)"),
    ],
)
def test_how_a_call_ended_is_said_in_plain_words(page, outcome, name):
    assert ("tool", name) in kinds(page([STARTED, said(), called(outcome=outcome), ENDED]))


def test_thumbs_stand_on_their_run(page):
    turn = [STARTED, said(), Said(agent="billing", text="Done."), ENDED]
    run = page(turn)[1]["id"]
    judged = page(turn, thumbs={run: Thumb(run=run, value=0, comment="slow")})[1]
    assert judged["feedback"] == {"forId": run, "id": f"c1.{run}", "value": 0, "comment": "slow"}


def test_the_stores_note_of_a_refused_commit_is_no_event(team):
    note = StoredRecord(1, 1_000, "x000001", 0, 1, "system", b'{"refused":"c1"}')
    assert steps_of(Transcript("volta", "c1", team), [note], {}) == []


def test_an_agent_nobody_has_heard_of_still_has_a_name(page):
    call = Call(id="c", name="t", arguments="{}")
    decided = DECIDED.model_copy(update={"calls": (call,)})
    steps = page([STARTED, said(), decided, Said(agent="warranty", text="Two years."), ENDED])
    assert steps[-1]["name"] == "warranty"

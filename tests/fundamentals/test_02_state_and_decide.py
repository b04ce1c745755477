"""State is the fold of the events; what to do next is a pure function of it. No clock, no I/O, no randomness."""

from __future__ import annotations

from handoffs.agent import Agent, Team
from handoffs.apply import fold
from handoffs.decide import Ask, Record, Route, Stop, decide
from handoffs.events import CustomerSaid, Decided, Ended, Routed, Said, TurnStarted
from handoffs.session import Session
from handoffs.state import initial
from handoffs.values import Limits, PromptRef

SUPPORT = Agent(
    name="support",
    display_name="Support",
    purpose="helps",
    instructions="Help.",
    short_instructions="",
    tools=(),
    hands_to=(),
)
TEAM = Team(agents=(SUPPORT,), default="support")
STARTED = TurnStarted(team=TEAM.version, limits=Limits(), customer="anna")
HELLO = CustomerSaid(message_id="m1", text="hello")


def after(*events):
    return fold(initial("volta/c1", "x000001", Session.of({}), ()), [(event, 1) for event in events])


def next_action(*events, inbox=()):
    return decide(after(*events), TEAM, fence=1, inbox=inbox, stopping=False)


def answer(text):
    return Decided(
        agent="support", prompt=PromptRef(), options=(), text=text, calls=(), model="m", finish="stop",
        input_tokens=10, output_tokens=5,
    )  # fmt: skip


def test_what_waits_in_the_inbox_is_taken_in_first():
    action = next_action(STARTED, inbox=(HELLO,))
    assert action == Record(events=(HELLO,), take=1)


def test_then_someone_must_answer():
    assert next_action(STARTED, HELLO) == Route(text="hello")
    assert next_action(STARTED, HELLO, Routed(agent="support")) == Ask(wait_s=0.0)


def test_an_answer_is_said_and_the_turn_ends():
    told = (STARTED, HELLO, Routed(agent="support"), answer("Hi, how can I help?"))
    action = next_action(*told)
    assert action == Record(events=(Said(agent="support", text="Hi, how can I help?"),))
    assert next_action(*told, *action.events) == Record(events=(Ended(agent="support", status="completed"),))
    assert next_action(*told, *action.events, Ended(agent="support", status="completed")) == Stop()


def test_the_same_events_always_give_the_same_state_and_action():
    events = (STARTED, HELLO, Routed(agent="support"))
    assert after(*events) == after(*events)
    assert next_action(*events) == next_action(*events)


def test_time_spent_is_a_sum_over_events():
    slow = answer("Hi").model_copy(update={"dur_ms": 1500})
    assert after(STARTED, HELLO, Routed(agent="support"), slow).spent.ms == 1500

"""Histories recorded by earlier code still drive today's `decide` the same way, event by event.

A history is the events of whole conversations, one line each: `[execution, event]`. When a change of the rules is
meant, record anew: run the conversation through evals.local and write its events; the difference is then reviewed.
"""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path

import pytest

from agents.team import TEAM
from handoffs.apply import apply
from handoffs.decide import Act, Ask, Read, Record, Route, Screen, decide
from handoffs.events import AnyEvent, ApprovalSettled, CustomerSaid, decode, encode
from handoffs.session import Session
from handoffs.state import State, initial

HISTORIES = sorted(Path(__file__).parent.glob("*.jsonl"))
BROUGHT_BY = {
    Route: {"routed"},
    Ask: {"decided", "attempt_failed"},
    Screen: {"call_cleared", "approval_requested", "call_finished"},
    Read: {"call_finished", "attempt_failed"},
    Act: {"call_finished", "attempt_failed"},
}


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_todays_code_drives_a_recorded_history(path):
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    session, window = Session.of({}), []
    for execution, group in groupby(rows, key=lambda row: row[0]):
        events = [decode(json.dumps(row[1], separators=(",", ":"), ensure_ascii=False).encode()) for row in group]
        state = replay(initial("volta/c", execution, session, window), events)
        assert state.status is not None, "the history ends where it ended"
        session, window = state.session, list(state.window)


def replay(state: State, events: list[AnyEvent]) -> State:
    state, rest = apply(state, events[0], 1), events[1:]
    while rest:
        inbox = [e for e in rest[:1] if isinstance(e, CustomerSaid | ApprovalSettled)]
        action = decide(state, TEAM, fence=1, inbox=inbox, stopping=False)
        if isinstance(action, Record):
            expected, now = rest[: len(action.events)], list(action.events)
            assert [encode(event) for event in now] == [encode(event) for event in expected]
            done = len(now)
        else:
            done = performed(action, rest)
        for event in rest[:done]:
            state = apply(state, event, 1)
        rest = rest[done:]
    return state


def performed(action, rest: list[AnyEvent]) -> int:
    """How many of the next recorded events this action brought about then."""
    kinds = BROUGHT_BY[type(action)]
    assert rest[0].kind in kinds, f"{action!r} does not lead to {rest[0].kind}"
    if isinstance(action, Read):
        return len(action.waiting)
    if isinstance(action, Screen) and rest[0].kind == "approval_requested":
        return 2
    return 1


def test_a_history_is_there():
    assert {path.stem for path in HISTORIES} >= {"tour", "approval"}

"""Escalation: a package for a person with what was asked, what was tried, what failed and what is known."""

from __future__ import annotations

import hashlib
from typing import Literal

from handoffs.events import Escalated
from handoffs.state import NOT_KNOWLEDGE, State

Cause = Literal["customer", "budget", "in_doubt", "failures", "recoveries"]
TEXT_MOST = 500
LINES_MOST = 10
FAILED = ("error", "refused", "in_doubt")


def number_for(letter: str, *parts: object) -> str:
    """A number a person can read over the telephone, derived and not drawn: the same case has the same number."""
    digest = hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=8).digest()
    return f"{letter}-{int.from_bytes(digest, 'big') % 900_000 + 100_000}"


def escalated(state: State, *, cause: Cause, reason: str) -> Escalated:
    """The package as of now: newest last, bounded."""
    calls = [line for line in state.window if line.kind == "call" and not line.tool.startswith(NOT_KNOWLEDGE)]
    asked = [line.text for line in state.window if line.kind == "customer"]
    return Escalated(
        agent=state.agent,
        number=number_for("E", state.conversation, state.execution, state.number),
        reason=reason[:TEXT_MOST],
        cause=cause,
        asked=_bounded(asked),
        tried=_bounded([f"{c.tool} {c.arguments}" for c in calls if c.outcome == "ok"]),
        failed=_bounded([f"{c.tool} {c.arguments}: {c.text}" for c in calls if c.outcome in FAILED]),
        known=_bounded([*(f"{c.tool}: {c.text}" for c in calls if c.outcome == "ok"), *_open(state)]),
    )


def _open(state: State) -> list[str]:
    """What is still open on the session."""
    session = state.session
    pending = [f"waits for approval {number}: {parked.sentence}" for number, parked in session.pending.items()]
    matters = [f"open matter: {matter}" for matter in session.open_matters]
    return [*matters, *pending, *(f"prefers {key}: {value}" for key, value in session.wishes.items())]


def _bounded(texts: list[str]) -> tuple[str, ...]:
    return tuple(text[:TEXT_MOST] for text in texts[-LINES_MOST:])

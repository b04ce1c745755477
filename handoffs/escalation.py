"""Escalation: a package for a person with what was asked, what was tried, what failed and what is known."""

from __future__ import annotations

import hashlib
from typing import Literal

from handoffs.events import Escalated
from handoffs.state import State

Cause = Literal["customer", "cycle", "budget", "in_doubt", "failures", "recoveries"]
TEXT_MOST = 500


def number_for(letter: str, *parts: object) -> str:
    """A number a person can read over the telephone, derived and not drawn: the same case has the same number."""
    digest = hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=8).digest()
    return f"{letter}-{int.from_bytes(digest, 'big') % 900_000 + 100_000}"


def escalated(state: State, *, cause: Cause, reason: str) -> Escalated:
    """The package as of now."""
    calls = [line for line in state.window if line.kind == "call"]
    asked = [line.text for line in state.window if line.kind == "customer"]
    return Escalated(
        agent=state.agent,
        number=number_for("E", state.conversation, state.execution, state.number),
        reason=reason[:TEXT_MOST],
        cause=cause,
        tried=tuple(f"{c.tool} {c.arguments}"[:TEXT_MOST] for c in calls if c.outcome == "ok")[-10:],
        failed=tuple(f"{c.tool} {c.arguments}: {c.text}"[:TEXT_MOST] for c in calls if c.outcome != "ok")[-10:],
        known=tuple(text[:TEXT_MOST] for text in asked)[-10:],
    )

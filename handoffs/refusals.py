"""Results that the runtime itself gives to a call: every call gets one, none dangles."""

from __future__ import annotations

import json

from handoffs.agent import Team
from handoffs.events import CallFinished, Outcome
from handoffs.state import OpenCall, State


def finished(
    state: State,
    waiting: OpenCall,
    outcome: Outcome,
    content: object,
    *,
    title: str = "",
    code: str = "",
    effect: str = "read",
    digest: str = "",
    dur_ms: int = 0,
    cost_cents: int = 0,
) -> CallFinished:
    """The result of a call, as the model will read it."""
    return CallFinished(
        agent=state.agent,
        call_id=waiting.call.id,
        tool=waiting.call.name,
        title=title or waiting.call.name.replace("_", " ").capitalize(),
        arguments=waiting.call.arguments,
        outcome=outcome,
        content=content if isinstance(content, str) else json.dumps(content, ensure_ascii=False),
        code=code,
        effect=effect,
        digest=digest,
        group=waiting.group,
        dur_ms=dur_ms,
        cost_cents=cost_cents,
    )


def refused(state: State, waiting: OpenCall, code: str, message: str, suggested_action: str) -> CallFinished:
    """The runtime says no and what to do instead."""
    content = {"refused": {"code": code, "message": message, "suggested_action": suggested_action}}
    return finished(state, waiting, "refused", content, code=code)


def cancelled(state: State, waiting: OpenCall, why: str) -> CallFinished:
    """A call that will not be performed any more."""
    return finished(state, waiting, "cancelled", {"refused": {"code": "cancelled", "message": why}}, code="cancelled")


def superseded(state: State, waiting: OpenCall) -> CallFinished:
    """The customer wrote again before this effect began: it is reconsidered in the light of the newer message."""
    text = "The customer wrote again before this was done. Read the newest message first, then decide anew."
    content = {"refused": {"code": "superseded", "message": text}}
    return finished(state, waiting, "superseded", content, code="superseded")


def in_doubt(state: State, waiting: OpenCall, title: str, effect: str) -> CallFinished:
    """Nobody knows whether the effect happened; it is never guessed."""
    text = (
        "It is not certain whether this was carried out. A person checks it. Do not call it again; tell the customer."
    )
    content = {"in_doubt": {"message": text}}
    return finished(
        state, waiting, "in_doubt", content, title=title, code="in_doubt", effect=effect, digest=waiting.digest
    )


def title_of(team: Team, agent: str, waiting: OpenCall) -> str:
    """The call in plain language, its arguments filled in where the title names them."""
    tool = team[agent].tool(waiting.call.name)
    if tool is None:
        return waiting.call.name.replace("_", " ").capitalize()
    try:
        values = json.loads(waiting.call.arguments or "{}")
        readable = {k: f"{v / 100:.2f}" if k.endswith("_cents") else v for k, v in values.items()}
        return tool.title.format_map(readable)
    except (KeyError, ValueError, TypeError, IndexError):
        return tool.name.replace("_", " ").capitalize()

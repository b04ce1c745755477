"""Handoffs: `transfer_to_<agent>`. The ten rules of the design, section 6, stand in this file and in `decide`.

A handoff is one commit: `handoff_out` in the log of the one, `handoff_in` in the log of the other, one id. Control that
comes back with nothing new learnt is a cycle: the second such return is refused (others ping-pong without end).
"""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handoffs.agent import Agent, Team
from handoffs.events import AnyEvent, Call, HandedIn, HandedOut, MatterOpened
from handoffs.model import ToolCall, ToolSpec
from handoffs.refusals import finished, refused
from handoffs.state import OpenCall, State

PREFIX = "transfer_to_"
CALLS_MOST = 50  # of one response; what is more is no plan but a fault
RESULTS_MOST = 5
RESULT_CHARS_MOST = 2_000


class TransferArguments(BaseModel):
    """What every transfer tool takes."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    reason: str = Field("", max_length=300, description="Why the other agent should take over, in plain words.")
    summary: str = Field("", max_length=1_500, description="What the customer wants and what is known so far.")
    open_matter: str | None = Field(None, max_length=300, description="What the customer still wants afterwards.")


PARAMETERS = json.dumps(
    {
        "type": "object",
        "properties": {
            "reason": {"type": "string", "description": "Why the other agent should take over, in plain words."},
            "summary": {"type": "string", "description": "What the customer wants and what is known so far."},
            "open_matter": {"type": "string", "description": "What the customer still wants afterwards, if anything."},
        },
        "required": ["reason", "summary"],
    },
    separators=(",", ":"),
)


def is_transfer(call: ToolCall | Call) -> bool:
    """Whether the call asks for a handoff."""
    return call.name.startswith(PREFIX)


def specs(agent: Agent, team: Team) -> tuple[ToolSpec, ...]:
    """One transfer tool per agent that this one may reach."""
    return tuple(
        ToolSpec(
            name=PREFIX + target,
            description=f"Hand the conversation to {team[target].display_name}: {team[target].purpose}",
            parameters=PARAMETERS,
            effect="handoff",
            examples=team[target].examples,
        )
        for target in agent.hands_to
    )


def first_only(calls: tuple[ToolCall, ...]) -> tuple[tuple[ToolCall, ...], tuple[ToolCall, ...]]:
    """(kept, dropped): of several handoffs in one response the first counts, and goes last."""
    transfers = [call for call in calls if is_transfer(call)]
    others = [call for call in calls if not is_transfer(call)]
    return (*others[:CALLS_MOST], *transfers[:1]), (*others[CALLS_MOST:], *transfers[1:])


def hand_over(state: State, team: Team, waiting: OpenCall) -> tuple[AnyEvent, ...]:
    """The events of a handoff, or its refusal with what to do instead."""
    target = waiting.call.name.removeprefix(PREFIX)
    try:
        wish = TransferArguments.model_validate_json(waiting.call.arguments or "{}")
    except ValidationError as error:
        return (refused(state, waiting, "bad_arguments", error.errors()[0]["msg"], "Give reason and summary as text."),)
    if state.spent.handoffs >= state.limits.handoffs:
        text = f"This conversation was handed over {state.spent.handoffs} times already."
        return (refused(state, waiting, "handoff_limit", text, "Answer the customer yourself or call ask_for_person."),)
    if state.left_at.get(target) == state.knowledge and state.fruitless_returns >= 1:
        text = f"{target} had this before and nothing new is known since."
        return (refused(state, waiting, "cycle", text, "Answer the customer yourself or call ask_for_person."),)
    handoff_id = f"{state.execution}-h{state.spent.handoffs + 1}"
    done = finished(
        state, waiting, "ok", {"transferred_to": target}, title=f"Handing over to {team[target].display_name}"
    )
    out = HandedOut(
        agent=state.agent,
        handoff_id=handoff_id,
        to=target,
        reason=wish.reason,
        summary=wish.summary,
        open_matter=wish.open_matter,
    )
    into = HandedIn(
        agent=target,
        handoff_id=handoff_id,
        source=state.agent,
        reason=wish.reason,
        summary=wish.summary,
        open_matter=wish.open_matter,
        results=_results(state),
    )
    matter = (MatterOpened(agent=target, matter=wish.open_matter),) if wish.open_matter else ()
    return (done, out, into, *matter)


def _results(state: State) -> tuple[tuple[str, str], ...]:
    """What the agent learnt of late, newest last, bounded: the target need not ask again."""
    learnt: list[tuple[str, str]] = []
    for line in state.window:
        if line.agent != state.agent:
            continue
        if line.kind == "handoff" and line.execution == state.execution:
            brought = json.loads(line.text)["results"]
            learnt += [(result["tool"], json.dumps(result["content"], ensure_ascii=False)) for result in brought]
        elif line.kind == "call" and line.outcome in ("ok", "pending", "in_doubt", "error"):
            learnt += [(line.tool, line.text)] if not line.tool.startswith(PREFIX) else []
    return tuple(result for result in learnt if len(result[1]) <= RESULT_CHARS_MOST)[-RESULTS_MOST:]

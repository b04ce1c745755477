"""May this call be performed? Everything that can be said without asking anyone: pure, before any effect."""

from __future__ import annotations

import json

from pydantic import BaseModel, ValidationError

from handoffs.agent import Team
from handoffs.events import CallFinished
from handoffs.grounding import untraceable_argument
from handoffs.refusals import finished, refused
from handoffs.session import IN_DOUBT
from handoffs.state import OpenCall, State
from handoffs.tool import Tool, digest_of


def fault_of(state: State, team: Team, waiting: OpenCall) -> CallFinished | None:
    """The result that answers the call at once: it is wrong, not grounded, or was done already. None: go on."""
    tool = team[state.agent].tool(waiting.call.name)
    if tool is None:
        known = ", ".join(tool.name for tool in team[state.agent].tools)
        text = f"You have no tool {waiting.call.name!r}."
        return refused(state, waiting, "unknown_tool", text, f"Use one of: {known}; or hand over.")
    try:
        arguments = tool.arguments.model_validate_json(waiting.call.arguments or "{}")
    except ValidationError as error:
        return refused(state, waiting, "bad_arguments", _explain(error), "Mend the arguments, or ask the customer.")
    if not tool.has_effect:
        return None
    return _ungrounded(state, waiting, tool, arguments) or _again(state, waiting, digest_of(tool, arguments))


def fits(tool: Tool, waiting: OpenCall) -> bool:
    """Whether the call's arguments are still what the tool takes; an upgrade may have changed that meanwhile."""
    try:
        tool.arguments.model_validate_json(waiting.call.arguments or "{}")
    except ValidationError:
        return False
    return True


def validated(team: Team, agent: str, waiting: OpenCall) -> tuple[Tool, BaseModel]:
    """The tool and its arguments, after ``fault_of`` found none."""
    tool = team[agent].tool(waiting.call.name)
    assert tool is not None
    return tool, tool.arguments.model_validate_json(waiting.call.arguments or "{}")


def key_of(state: State, waiting: OpenCall, digest: str) -> str:
    """The idempotency key of an effect: equal within an execution, new in a later one, stored for an approval."""
    return waiting.key or f"{state.conversation}/{state.execution}/{digest}"


def _ungrounded(state: State, waiting: OpenCall, tool: Tool, arguments: BaseModel) -> CallFinished | None:
    name = untraceable_argument(state, arguments.model_dump(), tool.grounded())
    if name is None:
        return None
    text = f"{name}={getattr(arguments, name)!r} was said by nobody and shown by no tool."
    return refused(state, waiting, "ungrounded", text, f"Look {name} up with a tool, or ask the customer for it.")


def _again(state: State, waiting: OpenCall, digest: str) -> CallFinished | None:
    """An equal effect is never done twice unasked: here it returns its record, later it needs a fresh yes."""
    if (before := state.done.get(digest)) is not None:
        return finished(state, waiting, "repeated", before.content, title=before.title, code="repeated")
    for number, pending in state.session.pending.items():
        if pending.arguments_hash == digest:
            content = {"pending": {"approval": number, "what": pending.what, "sentence": pending.sentence}}
            return finished(state, waiting, "repeated", content, code="already_pending")
    earlier = state.session.done.get(digest)
    if earlier is not None and earlier.warned == IN_DOUBT:
        text = "It is not certain whether the very same was done before; a person is checking."
        return refused(state, waiting, "in_doubt", text, "Do not try again. Tell the customer that it is checked.")
    told_last_time = earlier is not None and earlier.warned and earlier.warned == state.session.turn_before
    if earlier is None or earlier.execution == state.execution or told_last_time:
        return None
    message = "The very same was done earlier in this conversation."
    action = "Tell the customer. Only if they then say that they want it once more, call it again."
    content = {
        "refused": {
            "code": "already_done",
            "message": message,
            "suggested_action": action,
            "result": json.loads(earlier.content),
        }
    }
    return finished(state, waiting, "refused", content, code="already_done", digest=digest)


def _explain(error: ValidationError) -> str:
    faults = (f"{'.'.join(map(str, fault['loc'])) or 'arguments'}: {fault['msg']}" for fault in error.errors()[:3])
    return "; ".join(faults)

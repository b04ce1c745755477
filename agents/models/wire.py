"""Builds prompt parts in the form of OpenAI's chat completions, for probes, tests and evals."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from handoffs.model import ModelRequest, Part, ToolCall, ToolSpec


def system(text: str) -> Part:
    """What the runtime tells the model."""
    return _part({"role": "system", "content": text})


def user(text: str) -> Part:
    """What the customer said."""
    return _part({"role": "user", "content": text})


def assistant(text: str, *calls: ToolCall, name: str | None = None) -> Part:
    """What an agent said and called; ``name`` when it was another agent or an operator."""
    message: dict[str, object] = {"role": "assistant", "content": text or None}
    if name:
        message["name"] = name
    if calls:
        message["tool_calls"] = [_call(call) for call in calls]
    return _part(message)


def result(call_id: str, content: str) -> Part:
    """What a tool answered to the call of that id."""
    return _part({"role": "tool", "tool_call_id": call_id, "content": content})


def tools_part(specs: Sequence[ToolSpec]) -> Part | None:
    """The ``tools`` array, or None where no tool is offered (endpoints refuse an empty array)."""
    return _part([_tool(spec) for spec in specs]) if specs else None


def request_of(
    *messages: Part,
    tools: Sequence[ToolSpec] = (),
    agent: str = "billing",
    max_output_tokens: int = 1_000,
    deadline_s: float = 30.0,
    carry: str | None = None,
) -> ModelRequest:
    """A whole request around those messages."""
    return ModelRequest(
        agent=agent,
        messages=messages,
        tools=tuple(tools),
        tools_part=tools_part(tools),
        max_output_tokens=max_output_tokens,
        deadline_s=deadline_s,
        carry=carry,
    )


def _part(value: object) -> Part:
    return Part.of(orjson.dumps(value))


def _call(call: ToolCall) -> dict[str, object]:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def _tool(spec: ToolSpec) -> dict[str, object]:
    function = {"name": spec.name, "description": spec.description, "parameters": orjson.Fragment(spec.parameters)}
    return {"type": "function", "function": function}

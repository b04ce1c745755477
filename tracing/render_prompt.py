"""A prompt for a person, message by message; and for a program, byte for byte."""

from __future__ import annotations

import orjson
from pydantic import BaseModel, TypeAdapter
from rich.console import Console
from rich.text import Text

from tracing.prompt import Prompt
from tracing.sentences import printable


class _Function(BaseModel):
    name: str
    arguments: str = ""


class _Call(BaseModel):
    function: _Function
    id: str = ""


class _Message(BaseModel):
    role: str
    content: str | None = None
    name: str = ""
    tool_call_id: str = ""
    tool_calls: tuple[_Call, ...] = ()


_TOOLS = TypeAdapter(tuple[_Call, ...])


def show_prompt(prompt: Prompt, console: Console) -> None:
    """Print what the model saw: each message under its role, the tools it was offered, its own carried state."""
    for raw in prompt.messages:
        message = _Message.model_validate_json(raw)
        title = " ".join(filter(None, (message.role, message.name, message.tool_call_id)))
        calls = [f"calls {call.function.name} {call.function.arguments} as {call.id}" for call in message.tool_calls]
        _block(console, title, [*(message.content or "").splitlines(), *calls])
    if prompt.tools is not None:
        _block(console, "tools", [tool.function.name for tool in _TOOLS.validate_json(prompt.tools)])
    if prompt.carry is not None:
        _block(console, "carried by the model", prompt.carry.decode().splitlines())


def json_prompt(prompt: Prompt) -> bytes:
    """The request's parts as one JSON object, each byte for byte as it was sent."""
    return orjson.dumps(
        {
            "messages": [orjson.Fragment(raw) for raw in prompt.messages],
            "tools": None if prompt.tools is None else orjson.Fragment(prompt.tools),
            "max_output_tokens": prompt.max_output_tokens,
            "carry": None if prompt.carry is None else prompt.carry.decode(),
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


def _block(console: Console, title: str, lines: list[str]) -> None:
    console.print(Text(f"── {title}", style="bold cyan"))
    for line in lines:
        console.print(Text(printable(line)), soft_wrap=True)

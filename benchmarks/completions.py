"""Spells an answer in the form of OpenAI's chat completions, whole or as the chunks of a stream."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

import orjson

Body = Mapping[str, object]

_WORD = re.compile(r"\s*\S+\s*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Say:
    """A well-formed answer. *Shape*: ``calls`` are (tool, arguments as JSON text). *Units*: ``delay_s`` per piece."""

    text: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    usage: bool = True
    delay_s: float = 0.0


def whole(said: Say, body: Body, number: int) -> Body:
    """The one completion that answers a request without streaming."""
    message: dict[str, object] = {"role": "assistant", "content": said.text or None}
    if said.calls:
        message["tool_calls"] = _calls(said, number)
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(said)}
    completion = {**_base(body, number), "object": "chat.completion", "choices": [choice]}
    return {**completion, "usage": _usage(body)} if said.usage else completion


def chunks(said: Say, body: Body, number: int) -> list[Body]:
    """The chunks of a stream: text in words, calls whole, the finish, and the usage where it was asked for."""
    base = {**_base(body, number), "object": "chat.completion.chunk"}
    deltas: list[Body] = [{"role": "assistant", "content": "" if said.text else None}]
    deltas += [{"content": word} for word in _WORD.findall(said.text)]
    if said.calls:
        deltas.append({"tool_calls": _calls(said, number)})
    made: list[Body] = [{**base, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    nothing: Body = {}
    made.append({**base, "choices": [{"index": 0, "delta": nothing, "finish_reason": _finish(said)}]})
    options = body.get("stream_options")
    if said.usage and is_object(options) and options.get("include_usage"):
        made.append({**base, "choices": [], "usage": _usage(body)})
    return made


def events(*values: object, done: bool = True) -> tuple[bytes, ...]:
    """Those JSON values as server-sent events, one piece each."""
    sent = tuple(b"data: " + orjson.dumps(value) + b"\n\n" for value in values)
    return (*sent, b"data: [DONE]\n\n") if done else sent


def is_object(value: object) -> TypeGuard[Body]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def _base(body: Body, number: int) -> Body:
    return {"id": f"chatcmpl-{number}", "created": 1_700_000_000, "model": body.get("model", "scripted")}


def _calls(said: Say, number: int) -> list[Body]:
    return [
        {
            "index": index,
            "id": f"call_{number}_{index}",
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }
        for index, (name, arguments) in enumerate(said.calls)
    ]


def _finish(said: Say) -> str:
    return "tool_calls" if said.calls else "stop"


def _usage(body: Body) -> Body:
    tokens = len(orjson.dumps(body)) // 4
    return {"prompt_tokens": tokens, "completion_tokens": 30, "total_tokens": tokens + 30}

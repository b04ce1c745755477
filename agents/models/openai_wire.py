"""The wire form of OpenAI's chat completions: a request's body made of ready parts, an answer read as its bytes come.

No I/O. Reading is tolerant, because many servers speak this dialect loosely: no usage, no [DONE], calls whole or in
pieces and without index, nulls, comments, errors inside the stream, one JSON body where a stream was asked for.
*Source*: platform.openai.com/docs/api-reference/chat; WHATWG HTML, section 9.2 (server-sent events).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Literal, TypeGuard

import orjson

from handoffs.errors import ModelError, ModelOverloaded, ModelRefused, ModelTimeout
from handoffs.model import ModelRequest, ModelResponse, ToolCall, Usage

Object = Mapping[str, object]
LimitField = Literal["max_tokens", "max_completion_tokens"]
BYTES_PER_TOKEN = 4  # of English text, roughly; only where an endpoint reports no usage


def body_of(request: ModelRequest, *, model: bytes, limit_field: LimitField) -> bytes:
    """The whole body, joined from the stored parts; ``model`` is its name as JSON."""
    tools = b',"tools":' + request.tools_part.raw if request.tools_part is not None else b""
    return b'{"model":%b,"messages":[%b]%b,"%b":%d,"stream":true,"stream_options":{"include_usage":true}}' % (
        model,
        b",".join([part.raw for part in request.messages]),
        tools,
        limit_field.encode(),
        request.max_output_tokens,
    )


class Answer:
    """What has come of one answer so far: feed it bytes, take text, and at the end the response."""

    def __init__(self) -> None:
        self.finished = False
        self._rest: bytes = b""
        self._half_event: bytes = b""
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._calls: list[_Call] = []
        self._finish: str | None = None
        self._usage: Object | None = None
        self._is_stream: bool | None = None

    def feed(self, data: bytes) -> str:
        """Take in bytes as they come; answer the text that they completed.

        *Raises*: ModelOverloaded or ModelRefused for an error that the endpoint put into the stream.
        """
        data = self._rest + data
        if self._is_stream is None:
            data = data.lstrip()
            self._is_stream = None if not data else data[:1] not in b"{<"
        if not self._is_stream:
            self._rest = data
            return ""
        lines = data.split(b"\n")
        self._rest = lines.pop()
        return "".join([self._line(line) for line in lines])

    def end(self) -> str:
        """The bytes are over; answer the text of what had no line end.

        *Raises*: ModelTimeout when the answer is not whole, ModelRefused when this is no chat completion at all.
        """
        rest, self._rest = self._rest, b""
        if self._is_stream:
            text = self._line(rest)
        elif rest.startswith(b"{") and is_object(whole := _json(rest)):
            text = self._take(whole)
            self.finished = bool(whole.get("choices"))
        else:
            text = ""
            if rest and not rest.startswith(b"{"):
                raise ModelRefused(f"not a chat completion but {rest[:60]!r}: check OPENAI_BASE_URL (most end in /v1)")
        if self._finish is None and not self.finished:
            raise ModelTimeout("the stream broke off before the answer was finished")
        return text

    def response(self, model: str, *, body_bytes: int) -> ModelResponse:
        """The whole answer; tokens are estimated from ``body_bytes`` where the endpoint named none.

        *Raises*: ModelOverloaded or ModelRefused when the endpoint ended the answer with neither.
        """
        text = "".join(self._text)
        calls = tuple(call.made() for call in self._calls)
        if self._finish == "error":
            raise ModelOverloaded("the endpoint ended its answer with finish_reason 'error': try again")
        if self._finish == "content_filter" and not text and not calls:
            raise ModelRefused("the endpoint's content filter withheld the answer: another model may answer")
        reasoning = "".join(self._reasoning)
        written = len(text) + len(reasoning) + sum(len(call.name) + len(call.arguments) for call in calls)
        cut = self._finish in ("length", "max_tokens", "model_length")
        return ModelResponse(
            text=text,
            calls=calls,
            usage=_usage(self._usage, body_bytes // BYTES_PER_TOKEN, written // BYTES_PER_TOKEN),
            model=model,
            finish="length" if cut else "tool_calls" if calls else "stop",
            reasoning=reasoning,
        )

    def _line(self, line: bytes) -> str:
        if not line.startswith(b"data:"):
            if not line.strip():
                self._half_event = b""
            return ""  # a comment, an event's name or id, the blank line that ends an event
        data = line[5:].strip()
        if data == b"[DONE]":
            self.finished = True
            return ""
        event = _json(self._half_event + data)
        if event is None:  # one event may be spread over several data lines
            self._half_event += data + b"\n"
            return ""
        self._half_event = b""
        return self._take(event) if is_object(event) else ""

    def _take(self, event: Object) -> str:
        if trouble := event.get("error"):
            raise error_of(trouble)
        if event.get("object") == "error":
            raise error_of(event)
        if is_object(usage := event.get("usage")):
            self._usage = usage
        choices = event.get("choices")
        if not is_list(choices) or not choices or not is_object(choice := choices[0]):
            return ""
        if isinstance(finish := choice.get("finish_reason"), str) and finish:
            self._finish = finish
        delta = choice.get("delta") or choice.get("message")
        return self._delta(delta) if is_object(delta) else ""

    def _delta(self, delta: Object) -> str:
        if reasoning := _text_of(delta.get("reasoning_content") or delta.get("reasoning")):
            self._reasoning.append(reasoning)
        if is_list(pieces := delta.get("tool_calls")):
            for piece in pieces:
                if is_object(piece):
                    self._call_piece(piece, piece.get("function"))
        if is_object(legacy := delta.get("function_call")):
            self._call_piece({"index": 0}, legacy)
        text = _text_of(delta.get("content")) or _text_of(delta.get("refusal"))
        if text:
            self._text.append(text)
        return text

    def _call_piece(self, piece: Object, function: object) -> None:
        told: Object = function if is_object(function) else {}
        index, call_id, name = piece.get("index"), _text_of(piece.get("id")), _text_of(told.get("name"))
        call = self._call_for(index if isinstance(index, int) else None, call_id, name)
        call.id = call.id or call_id
        call.name = call.name or name
        arguments = told.get("arguments")
        call.arguments += arguments if isinstance(arguments, str) else _dumped(arguments)

    def _call_for(self, index: int | None, call_id: str, name: str) -> _Call:
        """The call that a piece belongs to; where servers leave out the index, a new id or name begins a new call."""
        if index is not None:
            known = next((call for call in reversed(self._calls) if call.index == index), None)
            fresh = known is None or bool(call_id and known.id and call_id != known.id)
        else:
            known = self._calls[-1] if self._calls else None
            same = known is not None and (known.id == call_id if call_id else not name)
            fresh = not same
        if known is None or fresh:
            known = _Call(index)
            self._calls.append(known)
        return known


class _Call:
    """A tool call that is still coming in."""

    def __init__(self, index: int | None) -> None:
        self.index = index
        self.id = ""
        self.name = ""
        self.arguments = ""

    def made(self) -> ToolCall:
        return ToolCall(id=self.id or f"call_{uuid.uuid4().hex[:12]}", name=self.name, arguments=self.arguments or "{}")


def error_of(trouble: object) -> ModelError:
    """The error that an endpoint put into its answer, as one of ours."""
    fields: Object = trouble if is_object(trouble) else {}
    code = str(fields.get("code", fields.get("status")))
    said = f"the endpoint gave up with an error: {_said(trouble)[:300]}"
    refused = code.isdigit() and 400 <= int(code) < 500 and code not in ("408", "429")
    return ModelRefused(said) if refused else ModelOverloaded(said)


def error_said(content: bytes) -> tuple[str, str]:
    """(what an error's body says, its code or ''), whatever form the body has."""
    whole = _json(content)
    trouble = whole.get("error", whole) if is_object(whole) else None
    if trouble is None:
        return content.decode(errors="replace"), ""
    return _said(trouble), str(trouble.get("code") or "") if is_object(trouble) else ""


def is_object(value: object) -> TypeGuard[Object]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[object]]:
    """Whether a JSON value is an array."""
    return isinstance(value, list)


def _json(data: bytes) -> object:
    try:
        value: object = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return value


def _text_of(value: object) -> str:
    if isinstance(value, str):
        return value
    if is_list(value):  # content as a list of parts
        return "".join([_text_of(part.get("text")) for part in value if is_object(part)])
    return ""


def _said(trouble: object) -> str:
    message = trouble.get("message", trouble.get("detail")) if is_object(trouble) else trouble
    return _text_of(message) or _dumped(trouble)


def _dumped(value: object) -> str:
    return "" if value is None else orjson.dumps(value).decode()


def _usage(told: Object | None, input_tokens: int, output_tokens: int) -> Usage:
    def count(fields: Object, *names: str) -> int:
        return next((value for name in names if isinstance(value := fields.get(name), int)), 0)

    if told is None or not count(told, "prompt_tokens"):
        return Usage(input_tokens=input_tokens + 1, output_tokens=output_tokens + 1, estimated=True)
    of_input, of_output = told.get("prompt_tokens_details"), told.get("completion_tokens_details")
    return Usage(
        input_tokens=count(told, "prompt_tokens"),
        output_tokens=count(told, "completion_tokens"),
        cached_tokens=count(of_input if is_object(of_input) else told, "cached_tokens", "prompt_cache_hit_tokens"),
        reasoning_tokens=count(of_output if is_object(of_output) else {}, "reasoning_tokens"),
    )

"""The model port: a request in, a stream of deltas out, ending in a response. Nothing rewrites a request after it."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a prompt, ready for the wire: the JSON of one chat message, or of the tool list.

    *Shape*: ``raw`` is UTF-8 JSON, for a message ``{"role":…,"content":…,["tool_calls":…|"tool_call_id":…]}`` in the
    form of OpenAI's chat completions; ``digest`` names it among the conversation's blobs.
    """

    raw: bytes
    digest: str

    @classmethod
    def of(cls, raw: bytes) -> Part:
        return cls(raw, hashlib.blake2b(raw, digest_size=12).hexdigest())


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolSpec:
    """What a model is told of one tool. ``parameters`` is the JSON schema as JSON text."""

    name: str
    description: str
    parameters: str
    effect: Literal["read", "write", "money", "handoff", "session"]
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelRequest:
    """Everything a model sees, exactly as it is stored and sent.

    ``messages`` are in order, the stable prefix first; ``tools_part`` is the wire form of ``tools`` (an OpenAI
    ``tools`` array). ``carry`` is what this model answered as ``carry`` before in this conversation (opaque; None at
    first). *Units*: ``deadline_s`` seconds from now.
    """

    agent: str
    messages: tuple[Part, ...]
    tools: tuple[ToolSpec, ...]
    tools_part: Part | None
    max_output_tokens: int
    deadline_s: float
    carry: str | None = None
    today: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolCall:
    """A model's wish to call a tool. ``arguments`` is JSON text as the model wrote it, not yet validated."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """Tokens of one call. ``estimated``: the endpoint reported none; cached and reasoning are parts, never added."""

    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    estimated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One option a model weighed, with its score in 0..1."""

    name: str
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class TextDelta:
    """A piece of the answer's text."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelResponse:
    """The end of every stream: the whole answer.

    ``candidates`` (best first, at most five) and ``rule`` say how a model that can tell came to its choice.
    """

    text: str
    calls: tuple[ToolCall, ...]
    usage: Usage
    model: str
    finish: Literal["stop", "tool_calls", "length", "stopped"]
    carry: str | None = None
    candidates: tuple[Candidate, ...] = ()
    rule: str = ""
    reasoning: str = field(default="", repr=False)

    @classmethod
    def stopped(cls, shown: str, input_tokens: int) -> ModelResponse:
        """What counts when the customer stopped the answer: the text that was shown."""
        usage = Usage(input_tokens=input_tokens, output_tokens=len(shown) // 4, estimated=True)
        return cls(text=shown, calls=(), usage=usage, model="", finish="stopped")


class Model(Protocol):
    """Anything that answers a request: an endpoint, the offline model, a script."""

    @property
    def name(self) -> str:
        """What the trace and the chat's footer call it."""
        ...

    def stream(self, request: ModelRequest) -> AsyncIterator[TextDelta | ModelResponse]:
        """Yield text as it comes, then exactly one response.

        *Raises*: ModelTimeout, ModelOverloaded, ModelRefused.
        """
        ...

"""A model that answers from a script: for tests, evals and tours. It shows what the runtime does around a model.

model = Scripted([call("get_invoice", invoice_id="V-10021"), say("It is paid.")])
model = Scripted(lambda request: say(f"{request.agent} here"))
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass

import orjson

from handoffs.errors import ModelError, ModelTimeout, UsageError
from handoffs.model import ModelRequest, ModelResponse, TextDelta, ToolCall, Usage

_PIECE = re.compile(r"\s*\S+\s*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One answer of the script: text first, then calls, or an end that is none.

    *Shape*: ``calls`` are (tool, arguments as JSON text).
    """

    text: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    carry: str | None = None
    error: ModelError | None = None
    hangs: bool = False


def say(text: str, *, carry: str | None = None) -> Step:
    """Answer with text."""
    return Step(text=text, carry=carry)


def call(tool: str, /, **arguments: object) -> Step:
    """Call one tool."""
    return Step(calls=((tool, orjson.dumps(arguments).decode()),))


def calls(*steps: Step, text: str = "") -> Step:
    """Make the calls of those steps in one answer, with ``text`` beside them."""
    return Step(text=text, calls=tuple(one for step in steps for one in step.calls))


def fail(error: ModelError, *, after: str = "") -> Step:
    """Raise ``error``, when ``after`` has been streamed."""
    return Step(text=after, error=error)


def hang() -> Step:
    """Never answer; times out when the request's deadline is over."""
    return Step(hangs=True)


class Scripted:
    """Answers each request with the next step, or with what a plain function makes of the request.

    Call ids depend on the request alone, so that a repeated run is the same run.
    *Raises*: UsageError when the script has run out.
    """

    def __init__(self, script: Iterable[Step] | Callable[[ModelRequest], Step], *, name: str = "scripted") -> None:
        self.requests: list[ModelRequest] = []
        self._name = name
        self._decide = script if callable(script) else _in_order(tuple(script))

    @property
    def name(self) -> str:
        """What the trace calls it."""
        return self._name

    async def stream(self, request: ModelRequest) -> AsyncIterator[TextDelta | ModelResponse]:
        """Yield the step's text in words, then its response."""
        self.requests.append(request)
        step = self._decide(request)
        if step.hangs:
            await asyncio.sleep(request.deadline_s)
            raise ModelTimeout(f"{self._name!r} hung for all of its {request.deadline_s:g} s: this is what it was told")
        for piece in _PIECE.findall(step.text):
            yield TextDelta(text=piece)
        if step.error is not None:
            raise step.error
        yield self._response(request, step)

    def _response(self, request: ModelRequest, step: Step) -> ModelResponse:
        prefix = _fingerprint(request)
        return ModelResponse(
            text=step.text,
            calls=tuple(
                ToolCall(id=f"call_{prefix}_{index}", name=tool, arguments=arguments)
                for index, (tool, arguments) in enumerate(step.calls)
            ),
            usage=Usage(
                input_tokens=sum(len(part.raw) for part in request.messages) // 4,
                output_tokens=len(step.text) // 4 + sum(len(arguments) // 4 for _, arguments in step.calls) + 1,
                estimated=True,
            ),
            model=self._name,
            finish="tool_calls" if step.calls else "stop",
            carry=step.carry,
            rule="script",
        )


def _in_order(steps: tuple[Step, ...]) -> Callable[[ModelRequest], Step]:
    left = iter(steps)

    def decide(request: ModelRequest) -> Step:
        step = next(left, None)
        if step is None:
            last = request.messages[-1].raw.decode() if request.messages else ""
            raise UsageError(
                f"the script of {len(steps)} steps has run out, and {request.agent!r} asks once more, "
                f"after {last[:200]!r}: add a step"
            )
        return step

    return decide


def _fingerprint(request: ModelRequest) -> str:
    digest = hashlib.blake2b(request.agent.encode(), digest_size=6)
    for part in request.messages:
        digest.update(part.digest.encode())
    return digest.hexdigest()

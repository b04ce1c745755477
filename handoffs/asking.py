"""Asking the model: the exact request, a draft while it streams, a decision at the end, or one failed attempt."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Coroutine, Mapping
from typing import NamedTuple

from handoffs.budgets import seconds_left
from handoffs.errors import ModelError, ModelOverloaded, ModelRefused
from handoffs.events import AnyEvent, AttemptFailed, Call, Decided, PromptRef, Scored
from handoffs.model import ModelRequest, ModelResponse, TextDelta, ToolCall
from handoffs.prompt import Named, Prompt, build, name_prompt
from handoffs.runtime import Runtime
from handoffs.state import State
from handoffs.tool import Scope
from handoffs.transfer import first_only

ATTEMPTS_MOST = 3
BACKOFF_S = 0.5
log = logging.getLogger(__name__)


class StopButton:
    """The customer's stop: remembered, and felt at once by whatever the model is writing."""

    def __init__(self) -> None:
        self.pressed = False
        self._writing: asyncio.Task[ModelResponse] | None = None

    def press(self) -> None:
        """Stop what is being written now; nothing new begins."""
        self.pressed = True
        if self._writing is not None:
            self._writing.cancel()

    async def guard(self, work: Coroutine[None, None, ModelResponse]) -> ModelResponse | None:
        """The response, or None when the customer pressed stop first."""
        if self.pressed:
            work.close()
            return None
        self._writing = asyncio.create_task(work)
        try:
            return await self._writing
        except asyncio.CancelledError:
            if not self.pressed or not self._writing.cancelled():
                self._writing.cancel()
                raise
            return None
        finally:
            self._writing = None


class Asked(NamedTuple):
    """Whose question this is: the fence of its worker, how the last prompt was named, and the customer's stop."""

    scope: Scope
    fence: int
    named: Named | None
    stop: StopButton


class Draft:
    """The text so far, published in pieces at least ``every_s`` apart."""

    def __init__(self, state: State, runtime: Runtime, asked: Asked) -> None:
        self.text = ""
        self._state, self._runtime, self._asked = state, runtime, asked
        self._due = 0.0
        self.shown = ""  # what a customer can have seen

    async def add(self, text: str) -> None:
        """Take in one delta; publish when a piece is due."""
        now = self._runtime.clock.monotonic()
        if not self.text:
            self._due = now + self._runtime.draft_every_s
        self.text += text
        if now >= self._due:
            self._due = now + self._runtime.draft_every_s
            await self._publish(self.text)

    async def settle(self, text: str) -> None:
        """The text that counts is ``text``; a draft that shows another is withdrawn."""
        if self.shown and not text:
            await self._publish(None)

    async def _publish(self, text: str | None) -> None:
        self.shown = text or ""
        await self._runtime.signals.draft(
            self._asked.scope.tenant,
            self._state.conversation.partition("/")[2],
            execution=self._state.execution,
            number=self._state.number,
            fence=self._asked.fence,
            agent=self._state.agent,
            text=text,
        )


async def ask(
    state: State, runtime: Runtime, asked: Asked, wait_s: float
) -> tuple[tuple[AnyEvent, ...], Mapping[str, bytes], Named | None]:
    """Ask once. A failed attempt is an event too; the next one is another action."""
    if wait_s:
        await runtime.clock.sleep(wait_s)
    prompt = build(state, runtime.team, runtime.packer, runtime.clock.now().date().isoformat())
    request = _request(state, runtime, prompt)
    draft = Draft(state, runtime, asked)
    started = runtime.clock.monotonic()
    try:
        response = await asked.stop.guard(_consume(request, runtime, draft))
    except ModelError as error:
        await draft.settle("")
        return (_failed(state, runtime, error, runtime.clock.monotonic() - started),), {}, asked.named
    except (ArithmeticError, LookupError, OSError, TypeError, ValueError) as fault:
        log.exception("model %s broke", runtime.model.name)
        await draft.settle("")
        error = ModelError(f"{runtime.model.name} broke: {type(fault).__name__}")
        return (_failed(state, runtime, error, runtime.clock.monotonic() - started),), {}, asked.named
    dur_ms = round((runtime.clock.monotonic() - started) * 1000)
    named = asked.named
    ref, blobs = name_prompt(prompt, request.carry, request.max_output_tokens, named)
    if response is None:  # stopped: what was shown is what counts
        response = ModelResponse.stopped(draft.shown, prompt.tokens)
    decided = _decided(state, prompt, ref, response, dur_ms)
    await draft.settle(decided.text)
    digests = tuple(part.digest for part in prompt.messages)
    chain = named.chain + 1 if named is not None and ref.base is not None else 0
    return (decided,), blobs, Named(f"{state.execution}/{state.number}", digests, chain)


def _request(state: State, runtime: Runtime, prompt: Prompt) -> ModelRequest:
    return ModelRequest(
        agent=state.agent,
        messages=prompt.messages,
        tools=prompt.tools,
        tools_part=prompt.tools_part,
        max_output_tokens=min(runtime.max_output_tokens, state.limits.output_tokens - state.spent.output_tokens),
        deadline_s=seconds_left(state),
        carry=state.session.carry,
        today=runtime.clock.now().date().isoformat(),
    )


async def _consume(request: ModelRequest, runtime: Runtime, draft: Draft) -> ModelResponse:
    response: ModelResponse | None = None
    async for piece in runtime.model.stream(request):
        if isinstance(piece, TextDelta):
            await draft.add(piece.text)
        else:
            response = piece  # the last piece; the stream is read to its end, so that it closes now and not later
    if response is not None:
        return response
    raise ModelError(f"model {runtime.model.name!r} ended its stream without a response")


def _failed(state: State, runtime: Runtime, error: ModelError, took_s: float) -> AttemptFailed:
    asked_for = error.retry_after_s if isinstance(error, ModelOverloaded) else None
    jittered = BACKOFF_S * 2**state.failed_attempts * random.uniform(0.75, 1.25)
    wait_s = round(asked_for if asked_for is not None else jittered, 3)
    spent = state.failed_attempts + 1 >= ATTEMPTS_MOST
    final = spent or isinstance(error, ModelRefused) or wait_s >= seconds_left(state) - took_s
    return AttemptFailed(
        agent=state.agent,
        what="model",
        error=str(error)[:500],
        wait_s=0.0 if final else wait_s,
        final=final,
        dur_ms=round(took_s * 1000),
    )


def _decided(state: State, prompt: Prompt, ref: PromptRef, response: ModelResponse, dur_ms: int) -> Decided:
    kept, dropped = first_only(response.calls)
    return Decided(
        agent=state.agent,
        prompt=ref,
        options=tuple(tool.name for tool in prompt.tools),
        text=response.text,
        calls=_named_apart(state, kept),
        dropped=tuple(Call(id=c.id, name=c.name, arguments=c.arguments) for c in dropped),
        model=response.model,
        finish=response.finish,
        input_tokens=response.usage.input_tokens,
        output_tokens=response.usage.output_tokens,
        cached_tokens=response.usage.cached_tokens,
        reasoning_tokens=response.usage.reasoning_tokens,
        estimated=response.usage.estimated,
        candidates=tuple(Scored(name=c.name, score=round(c.score, 4)) for c in response.candidates),
        rule=response.rule,
        reason=response.reasoning[:2000],
        evicted=prompt.evicted,
        carry=response.carry,
        dur_ms=dur_ms,
        stopped=response.finish == "stopped",
    )


def _named_apart(state: State, calls: tuple[ToolCall, ...]) -> tuple[Call, ...]:
    """The calls under ids that the conversation has not had: some endpoints count from call_0 in every response."""
    taken = {line.call_id for line in state.window if line.kind == "call"}
    named: list[Call] = []
    for place, call in enumerate(calls):
        call_id = f"{call.id}~{state.number}.{place}" if call.id in taken else call.id
        taken.add(call.id)
        named.append(Call(id=call_id, name=call.name, arguments=call.arguments))
    return tuple(named)

"""Calling tools: with a deadline, retries where they are safe, and doubt where nobody can know."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import NamedTuple

from pydantic import BaseModel

from handoffs.budgets import seconds_left
from handoffs.checks import key_of, validated
from handoffs.errors import NeedsPerson, Unavailable
from handoffs.escalation import number_for
from handoffs.events import AnyEvent, ApprovalRequested, AttemptFailed, CallCleared, CallFinished, Outcome
from handoffs.refusals import finished, in_doubt, title_of
from handoffs.runtime import Runtime
from handoffs.state import OpenCall, State
from handoffs.tool import ApprovalNeed, Scope, Tool, ToolError, arguments_hash

BACKOFF_S = 0.2
log = logging.getLogger(__name__)


class Failure(NamedTuple):
    """Why an attempt brought no result; ``known`` when it is certain that nothing happened."""

    text: str
    known: bool


async def read_together(waiting: tuple[OpenCall, ...], state: State, runtime: Runtime, scope: Scope) -> tuple[AnyEvent, ...]:
    """Perform reads at the same time; results come in the order of the calls."""
    results = await asyncio.gather(*(act(one, state, runtime, scope) for one in waiting))
    return tuple(event for events in results for event in events)


async def act(waiting: OpenCall, state: State, runtime: Runtime, scope: Scope) -> tuple[AnyEvent, ...]:
    """Perform one call: its failed attempts and its result."""
    tool, arguments = validated(runtime.team, state.agent, waiting)
    title = title_of(runtime.team, state.agent, waiting)
    failures: list[AnyEvent] = []
    started = runtime.clock.monotonic()
    runtime.reach(f"before effect {tool.name}" if tool.has_effect else f"before read {tool.name}")
    for attempt in range(tool.retries + 1):
        outcome = await _attempt(tool, arguments, waiting, state, runtime, scope)
        if isinstance(outcome, BaseModel):
            runtime.reach(f"after effect {tool.name}" if tool.has_effect else f"after read {tool.name}")
            result = _result(state, waiting, tool, title, outcome, runtime.clock.monotonic() - started)
            return (*failures, result)
        again = attempt < tool.retries and (not tool.has_effect or tool.honours_key)
        wait_s = BACKOFF_S * 2**attempt if again else 0.0
        failures.append(
            AttemptFailed(agent=state.agent, what=tool.name, error=outcome.text, wait_s=wait_s, final=not again)
        )
        if not again:
            break
        await runtime.clock.sleep(wait_s)
    if tool.has_effect and not outcome.known:
        return (*failures, in_doubt(state, waiting, title, tool.effect))
    error = ToolError(code="unavailable", message=outcome.text, suggested_action="Say so; offer to try later.")
    return (*failures, _result(state, waiting, tool, title, error, runtime.clock.monotonic() - started))


async def _attempt(
    tool: Tool, arguments: BaseModel, waiting: OpenCall, state: State, runtime: Runtime, scope: Scope
) -> BaseModel | Failure:
    limit_s = max(min(tool.timeout_s, seconds_left(state)), 0.05)
    conversation = state.conversation.partition("/")[2]
    key = key_of(state, waiting) if tool.has_effect else None
    try:
        async with asyncio.timeout(limit_s):
            return await runtime.tools.call(
                tool, arguments, scope=scope, conversation=conversation, key=key, now=runtime.clock.now()
            )
    except TimeoutError:
        return Failure(f"{tool.name} did not answer within {limit_s:.0f} s", known=False)
    except Unavailable as error:
        return Failure(str(error), known=True)
    except NeedsPerson as error:
        return Failure(str(error), known=False)
    except Exception as error:  # a fault in a tool must not take the conversation down with it
        log.exception("tool %s failed", tool.name)
        return Failure(f"{tool.name} failed: {type(error).__name__}", known=False)


def _result(
    state: State, waiting: OpenCall, tool: Tool, title: str, result: BaseModel, took_s: float
) -> CallFinished:
    wrong = isinstance(result, ToolError)
    outcome: Outcome = "error" if wrong else "ok"
    content = json.dumps({"error": result.model_dump()}, ensure_ascii=False) if wrong else result.model_dump_json()
    code = result.code if isinstance(result, ToolError) else ""
    if state.approved is not None:
        content, code = _approval_content(state.approved, json.loads(content)), "approved"
    return finished(
        state,
        waiting,
        outcome,
        content,
        title=title,
        code=code,
        effect=tool.effect,
        dur_ms=round(took_s * 1000),
        cost_cents=tool.cost_cents,
    )


def _approval_content(request: ApprovalRequested, result: object) -> str:
    note = {"number": request.number, "status": "approved", "what": request.what, "sentence": request.sentence}
    return json.dumps({"approval": {**note, "reason": "", "result": result}}, ensure_ascii=False)


async def screen(waiting: OpenCall, state: State, runtime: Runtime, scope: Scope) -> tuple[AnyEvent, ...]:
    """Ask the approval rule: cleared, parked until a person decides, or (after a yes) checked again."""
    tool, arguments = validated(runtime.team, state.agent, waiting)
    conversation = state.conversation.partition("/")[2]
    try:
        need = await runtime.tools.approval(
            tool, arguments, scope=scope, conversation=conversation, now=runtime.clock.now()
        )
    except Unavailable as error:
        text = ToolError(code="unavailable", message=str(error), suggested_action="Say so; offer to try later.")
        return (_result(state, waiting, tool, title_of(runtime.team, state.agent, waiting), text, 0.0),)
    if state.approved is not None:
        return (_verified(state, waiting, tool, need, state.approved),)
    if need is None:
        return (CallCleared(agent=state.agent, call_id=waiting.call.id),)
    return _park(waiting, state, runtime, tool, need)


def _verified(
    state: State, waiting: OpenCall, tool: Tool, need: ApprovalNeed | None, request: ApprovalRequested
) -> AnyEvent:
    """The facts that the yes rests on still hold, or the agent replans with what changed."""
    if need is None or need.facts == request.facts:
        return CallCleared(agent=state.agent, call_id=waiting.call.id)
    changed = {key: value for key, value in need.facts.items() if request.facts.get(key) != value}
    error = {"error": {"code": "facts_changed", "message": f"Since the request this changed: {changed}"}}
    content = _approval_content(request, error)
    return finished(state, waiting, "error", content, title=tool.title, code="approved", effect=tool.effect)


def _park(
    waiting: OpenCall, state: State, runtime: Runtime, tool: Tool, need: ApprovalNeed
) -> tuple[AnyEvent, ...]:
    number = number_for("A", state.conversation, state.execution, waiting.call.id)
    title = title_of(runtime.team, state.agent, waiting)
    request = ApprovalRequested(
        agent=state.agent,
        number=number,
        call_id=waiting.call.id,
        tool=tool.name,
        title=title,
        arguments=waiting.call.arguments,
        arguments_hash=arguments_hash(waiting.call.arguments),
        key=key_of(state, waiting),
        what=need.what,
        sentence=need.sentence,
        amount_cents=need.amount_cents,
        facts=need.facts,
    )
    content = {"pending": {"approval": number, "what": need.what, "sentence": need.sentence}}
    return (request, finished(state, waiting, "pending", content, title=title, effect=tool.effect))

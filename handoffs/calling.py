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
from handoffs.escalation import escalated, number_for
from handoffs.events import AnyEvent, ApprovalRequested, AttemptFailed, CallCleared, CallFinished, Outcome
from handoffs.refusals import finished, in_doubt, title_of
from handoffs.runtime import Runtime
from handoffs.state import OpenCall, State, approved_call_id
from handoffs.tool import ApprovalNeed, Scope, Tool, ToolError, digest_of

BACKOFF_S = 0.2
log = logging.getLogger(__name__)


class Work(NamedTuple):
    """One call to be performed, validated."""

    tool: Tool
    arguments: BaseModel
    waiting: OpenCall
    state: State
    runtime: Runtime
    scope: Scope

    @property
    def digest(self) -> str:
        """Names what is to be done; nothing for a read, which may be done as often as one likes."""
        return digest_of(self.tool, self.arguments) if self.tool.has_effect else ""

    @property
    def approved(self) -> ApprovalRequested | None:
        """The request that a person said yes to, if this is its call."""
        request = self.state.approved
        return request if request and approved_call_id(request) == self.waiting.call.id else None

    @property
    def title(self) -> str:
        """The call in plain language."""
        return title_of(self.runtime.team, self.state.agent, self.waiting)


def _work(waiting: OpenCall, state: State, runtime: Runtime, scope: Scope) -> Work:
    tool, arguments = validated(runtime.team, state.agent, waiting)
    return Work(tool, arguments, waiting, state, runtime, scope)


class Failure(NamedTuple):
    """Why an attempt brought no result; ``known`` when it is certain that nothing happened."""

    text: str
    known: bool


async def read_together(
    waiting: tuple[OpenCall, ...], state: State, runtime: Runtime, scope: Scope
) -> tuple[AnyEvent, ...]:
    """Perform reads at the same time; results come in the order of the calls."""
    results = await asyncio.gather(*(act(one, state, runtime, scope) for one in waiting))
    return tuple(event for events in results for event in events)


async def act(waiting: OpenCall, state: State, runtime: Runtime, scope: Scope) -> tuple[AnyEvent, ...]:
    """Perform one call: its failed attempts and its result."""
    work = _work(waiting, state, runtime, scope)
    tool, what = work.tool, "effect" if work.tool.has_effect else "read"
    failures: list[AnyEvent] = []
    known = True  # that nothing happened: one attempt of which nobody knows is enough to doubt
    started = runtime.clock.monotonic()
    runtime.reach(f"before {what} {tool.name}")
    for attempt in range(tool.retries + 1):
        outcome = await _attempt(work)
        took_ms = round((runtime.clock.monotonic() - started) * 1000)
        if isinstance(outcome, BaseModel):
            runtime.reach(f"after {what} {tool.name}")
            return (*failures, _result(work, outcome, took_ms))
        known = known and outcome.known
        again = attempt < tool.retries and (not tool.has_effect or tool.honours_key)
        wait_s = BACKOFF_S * 2**attempt if again else 0.0
        failures.append(
            AttemptFailed(agent=state.agent, what=tool.name, error=outcome.text, wait_s=wait_s, final=not again)
        )
        if again:
            await runtime.clock.sleep(wait_s)
            continue
        if tool.has_effect and not known:
            return (*failures, in_doubt(state, waiting, work.title, tool.effect))
        return (*failures, _result(work, _away(outcome.text), took_ms))
    raise AssertionError("a tool is attempted at least once")


def _away(text: str) -> ToolError:
    return ToolError(code="unavailable", message=text, suggested_action="Say so; offer to try later.")


async def _attempt(work: Work) -> BaseModel | Failure:
    tool, state = work.tool, work.state
    limit_s = max(min(tool.timeout_s, seconds_left(state)), 0.05)
    try:
        async with asyncio.timeout(limit_s):
            return await work.runtime.tools.call(
                tool,
                work.arguments,
                scope=work.scope,
                conversation=state.conversation.partition("/")[2],
                key=key_of(state, work.waiting, work.digest) if tool.has_effect else None,
                now=work.runtime.clock.now(),
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


def _result(work: Work, result: BaseModel, took_ms: int) -> CallFinished:
    wrong = isinstance(result, ToolError)
    outcome: Outcome = "error" if wrong else "ok"
    content = json.dumps({"error": result.model_dump()}, ensure_ascii=False) if wrong else result.model_dump_json()
    code = result.code if isinstance(result, ToolError) else ""
    if work.approved is not None:
        content, code = _approval_content(work.approved, json.loads(content)), "approved"
    return finished(
        work.state,
        work.waiting,
        outcome,
        content,
        title=work.title,
        code=code,
        effect=work.tool.effect,
        digest=work.digest,
        dur_ms=took_ms,
        cost_cents=work.tool.cost_cents,
    )


def _approval_content(request: ApprovalRequested, result: object) -> str:
    note = {"number": request.number, "status": "approved", "what": request.what, "sentence": request.sentence}
    return json.dumps({"approval": {**note, "reason": "", "result": result}}, ensure_ascii=False)


async def screen(waiting: OpenCall, state: State, runtime: Runtime, scope: Scope) -> tuple[AnyEvent, ...]:
    """Ask the approval rule: cleared, parked until a person decides, or (after a yes) checked again."""
    work = _work(waiting, state, runtime, scope)
    try:
        async with asyncio.timeout(work.tool.timeout_s):
            need = await runtime.tools.approval(
                work.tool,
                work.arguments,
                scope=scope,
                conversation=state.conversation.partition("/")[2],
                now=runtime.clock.now(),
            )
    except Unavailable as error:
        return _unscreened(work, str(error))
    except Exception as error:  # a fault in a rule must not take the conversation down with it
        log.exception("the approval rule of %s failed", work.tool.name)
        return _unscreened(work, f"the approval rule of {work.tool.name} failed: {type(error).__name__}")
    if work.approved is not None:
        return (_verified(work, need, work.approved),)
    if need is None:
        return (CallCleared(agent=state.agent, call_id=waiting.call.id),)
    return _park(work, need)


def _unscreened(work: Work, why: str) -> tuple[AnyEvent, ...]:
    """It is not known whether a person must decide, so nothing is done; a yes that was given goes to a person."""
    result = _result(work, _away(why), 0)
    if work.approved is None:
        return (result,)
    reason = f"approved as {work.approved.number}, but could not be checked again: {why}"
    return (result, escalated(work.state, cause="failures", reason=reason))


def _verified(work: Work, need: ApprovalNeed | None, request: ApprovalRequested) -> AnyEvent:
    """The facts that the yes rests on still hold, or the agent replans with what changed."""
    if need is None or need.facts == request.facts:
        return CallCleared(agent=work.state.agent, call_id=work.waiting.call.id)
    changed = {key: value for key, value in need.facts.items() if request.facts.get(key) != value}
    error = {"error": {"code": "facts_changed", "message": f"Since the request this changed: {changed}"}}
    content = _approval_content(request, error)
    return finished(
        work.state, work.waiting, "error", content, title=work.title, code="approved", effect=work.tool.effect
    )


def _park(work: Work, need: ApprovalNeed) -> tuple[AnyEvent, ...]:
    state, waiting = work.state, work.waiting
    number = number_for("A", state.conversation, state.execution, state.number, waiting.call.id)
    request = ApprovalRequested(
        agent=state.agent,
        number=number,
        call_id=waiting.call.id,
        tool=work.tool.name,
        title=work.title,
        arguments=waiting.call.arguments,
        arguments_hash=work.digest,
        key=key_of(state, waiting, work.digest),
        what=need.what,
        sentence=need.sentence,
        amount_cents=need.amount_cents,
        facts=need.facts,
    )
    content = {"pending": {"approval": number, "what": need.what, "sentence": need.sentence}}
    return (request, finished(state, waiting, "pending", content, title=work.title, effect=work.tool.effect))

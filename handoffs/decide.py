"""What to do next. ``decide`` is pure: no clock, no I/O, no randomness; the same state gives the same action."""

from __future__ import annotations

from dataclasses import dataclass

from handoffs.agent import Team
from handoffs.budgets import spent_budget
from handoffs.checks import fault_of, fits, key_of, validated
from handoffs.endings import answered, ended, gave_up, stopped
from handoffs.escalation import escalated
from handoffs.events import AnyEvent, ApprovalRequested, ApprovalSettled, CallIntended, CustomerSaid
from handoffs.refusals import cancelled, in_doubt, title_of
from handoffs.session_tools import is_session_tool, perform_here
from handoffs.state import OpenCall, State, approved_call_id
from handoffs.tool import Tool, digest_of
from handoffs.transfer import hand_over, is_transfer


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """Nothing outside is needed: these events join the next commit. ``take`` inbox items are used up by them."""

    events: tuple[AnyEvent, ...]
    take: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """Find out who answers first."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Recall:
    """Ask long-term memory what it knows of this."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """Ask the model of the agent in control, after a back-off. *Units*: seconds."""

    wait_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Screen:
    """Ask the tool's approval rule whether this call needs a person."""

    waiting: OpenCall


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """Perform reads, together."""

    waiting: tuple[OpenCall, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """Perform one effect whose intent is recorded."""

    waiting: OpenCall


@dataclass(frozen=True, slots=True)
class Stop:
    """The execution has ended."""


Action = Record | Route | Recall | Ask | Screen | Read | Act | Stop


def decide(state: State, team: Team, *, fence: int, inbox: tuple[AnyEvent, ...], stopping: bool) -> Action:
    """The next action. ``inbox`` is what waits to be taken in; ``stopping`` that the customer pressed stop."""
    if state.status is not None:
        return Stop()
    intended = next((waiting for waiting in state.open if waiting.status == "intended"), None)
    if intended is not None:
        return _resume_effect(state, team, intended, fence)
    if state.in_doubt and "in_doubt" not in state.escalations:
        return Record(events=(escalated(state, cause="in_doubt", reason="an effect is in doubt"),))
    if state.approved is not None:  # a person's yes is carried out, whatever becomes of the turn around it
        return _act_on_approval(state, team, state.approved)
    if (budget := spent_budget(state)) is not None:
        return Record(events=(budget,))
    if state.gave_up:
        return Record(events=gave_up(state))
    if stopping or state.stopped:
        return Record(events=stopped(state))
    if state.answer is not None:
        return Record(events=answered(state, team[state.agent]))
    if state.open:
        return _answer_calls(state, team)
    if inbox and _may_take_in(state, inbox[0]):
        return Record(events=inbox[:1] if is_news(state, inbox[0]) else (), take=1)
    if not state.heard:  # nothing that came was news
        return Record(events=(ended(state),))
    if state.agent not in team:  # nobody yet, or one who has left the team since
        return Route(text=state.last_customer_text)
    if state.recall_due:
        return Recall(text=state.question)
    if not state.asked:
        return Ask(wait_s=state.wait_s)
    return Record(events=(ended(state),))


def _may_take_in(state: State, item: AnyEvent) -> bool:
    """Messages join each other; a person's decision waits until the customer is answered, and the reverse."""
    if state.superseded or state.asked or not state.heard:
        return True
    return state.heard == "customer" and isinstance(item, CustomerSaid)


def is_news(state: State, item: AnyEvent) -> bool:
    """A decision on what is no longer pending is dropped: decided once, whatever the double clicks."""
    return not isinstance(item, ApprovalSettled) or item.request.number in state.session.pending


def _resume_effect(state: State, team: Team, waiting: OpenCall, fence: int) -> Action:
    """An intent of this life is acted on; one of an earlier life only if its tool honours the key."""
    tool = _tool(state, team, waiting)
    if tool is not None and (waiting.fence == fence or tool.honours_key):
        return Act(waiting=waiting)
    title = title_of(team, state.agent, waiting)
    return Record(events=(in_doubt(state, waiting, title, tool.effect if tool else "write"),))


def _answer_calls(state: State, team: Team) -> Action:
    """Approvals are requested first, then ordinary tools run in order, then the handoff."""
    ordinary = [w for w in state.open if not is_transfer(w.call)]
    for waiting in ordinary:
        if waiting.status == "new" and not is_session_tool(waiting.call.name, state):
            fault = fault_of(state, team, waiting)
            if fault is not None:
                return Record(events=(fault,))
            tool = _tool(state, team, waiting)
            if tool is not None and tool.approval is not None:
                return Screen(waiting=waiting)
    if not ordinary:
        return _hand_over(state, team)
    return _next_ordinary(state, team, ordinary)


def _next_ordinary(state: State, team: Team, ordinary: list[OpenCall]) -> Action:
    first = ordinary[0]
    if is_session_tool(first.call.name, state):
        return Record(events=perform_here(state, first))
    reads: list[OpenCall] = []
    for waiting in ordinary:
        tool = _tool(state, team, waiting)
        if tool is None or tool.has_effect:
            break
        reads.append(waiting)
    if reads:
        return Read(waiting=tuple(reads[: max(state.limits.tool_calls - state.spent.tool_calls, 1)]))
    fault = fault_of(state, team, first)  # once more: an equal call of this response may be done by now
    return Record(events=(fault,)) if fault is not None else _intend(state, team, first)


def _hand_over(state: State, team: Team) -> Action:
    waiting = state.open[0]
    reachable = waiting.call.name.removeprefix("transfer_to_") in team[state.agent].hands_to
    if not reachable or state.cycle_refused:
        fault = fault_of(state, team, waiting)
        return Record(events=(fault or cancelled(state, waiting, "This handoff is not open to you now."),))
    return Record(events=hand_over(state, team, waiting))


def _act_on_approval(state: State, team: Team, request: ApprovalRequested) -> Action:
    """A person said yes: the facts are checked again where the tool asks for it, then the stored key is used."""
    waiting = next(waiting for waiting in state.open if waiting.call.id == approved_call_id(request))
    tool = _tool(state, team, waiting)
    if tool is None or not fits(tool, waiting):
        reason = f"approved as {request.number}, but the action is not offered any more in that form"
        gone = cancelled(state, waiting, "This action is no longer offered in that form.")
        return Record(events=(gone, escalated(state, cause="failures", reason=reason)))
    if waiting.status == "new" and tool.approval is not None and tool.on_approval == "reverify":
        return Screen(waiting=waiting)
    return _intend(state, team, waiting)


def _intend(state: State, team: Team, waiting: OpenCall) -> Action:
    tool, arguments = validated(team, state.agent, waiting)
    digest = digest_of(tool, arguments)
    intent = CallIntended(
        agent=state.agent,
        call_id=waiting.call.id,
        tool=tool.name,
        arguments=waiting.call.arguments,
        key=key_of(state, waiting, digest),
        digest=digest,
        effect=tool.effect,
    )
    return Record(events=(intent,))


def _tool(state: State, team: Team, waiting: OpenCall) -> Tool | None:
    return team[state.agent].tool(waiting.call.name) if state.agent in team else None

"""What one event changes. Pure: ``fold`` of an execution's events is the whole truth of a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, assert_never

from handoffs.events import (
    AnyEvent,
    ApprovalRequested,
    ApprovalSettled,
    AttemptFailed,
    BudgetSpent,
    CallCleared,
    CallFinished,
    CallIntended,
    CustomerSaid,
    Decided,
    DoubtSettled,
    Ended,
    Escalated,
    HandedIn,
    HandedOut,
    Hinted,
    MatterClosed,
    MatterOpened,
    PreferenceSet,
    Recalled,
    Routed,
    Said,
    Stopped,
    TurnStarted,
)
from handoffs.guards import promises_transfer
from handoffs.session import DONE_MOST, IN_DOUBT, MATTERS_MOST, PREFERENCES_MOST, Done, Pending, Session, newest
from handoffs.state import NOT_KNOWLEDGE, OpenCall, Spent, State, approved_call_id
from handoffs.transfer import is_transfer
from handoffs.values import Call
from handoffs.window import line_of


def apply(state: State, event: AnyEvent, fence: int) -> State:
    """The state after the event, which a worker of that fence recorded."""
    line = line_of(event, state.execution)
    state = replace(state, number=state.number + 1, window=(*state.window, line) if line else state.window)
    return _apply(state, event, fence)


def _apply(state: State, event: AnyEvent, fence: int) -> State:
    match event:
        case TurnStarted():
            pinned = replace(state, team=event.team, limits=event.limits, recalls=event.recalls, at=event.at)
            return replace(pinned, session=_next_turn(state))
        case CustomerSaid():
            session = replace(state.session, name=event.customer_name or state.session.name)
            agent = state.session.agent or state.agent
            heard = replace(_heard(state, "customer"), recall_due=state.recalls)
            return replace(heard, session=session, agent=agent, hints=())
        case Routed():
            return _in_control(state, event.agent)
        case Decided():
            return _decided(state, event)
        case AttemptFailed():
            return _attempt_failed(state, event)
        case CallCleared():
            return replace(state, open=tuple(_cleared(waiting, event.call_id) for waiting in state.open))
        case CallIntended():
            return _intended(state, event, fence)
        case CallFinished():
            return _finished(state, event)
        case PreferenceSet():
            preferences = {k: v for k, v in state.session.preferences.items() if k != event.key}
            preferences = newest({**preferences, event.key: event.value}, PREFERENCES_MOST)
            heard = newest({**state.session.heard, event.key: state.at}, PREFERENCES_MOST)
            return replace(state, session=replace(state.session, preferences=preferences, heard=heard))
        case Recalled():
            return _recalled(state, event)
        case ApprovalRequested():
            return _requested(state, event)
        case ApprovalSettled():
            return _settled(state, event)
        case HandedOut():
            return replace(state, left_at={**state.left_at, event.agent: state.knowledge})
        case HandedIn():
            back = state.left_at.get(event.agent) == state.knowledge
            state = replace(state, fruitless_returns=state.fruitless_returns + back, asked=False)
            state = replace(state, spent=replace(state.spent, handoffs=state.spent.handoffs + 1))
            return _in_control(state, event.agent)
        case Hinted():
            return replace(state, hints=(*state.hints, event), answer=None, asked=False)
        case Said():
            return replace(state, said=state.said or not event.interim, answer=None)
        case MatterOpened() | MatterClosed():
            return _matters(state, event)
        case Escalated():
            by_customer = event.cause == "customer"
            asked = {"person": event.number, "person_turn": state.execution} if by_customer else {}
            session = replace(state.session, **asked)
            return replace(state, session=session, escalations={**state.escalations, event.cause: event.number})
        case DoubtSettled():
            return _doubt_settled(state, event)
        case BudgetSpent():
            return replace(state, spent_budget=event.what, gave_up=state.gave_up or "budget")
        case Stopped():
            return replace(state, stopped=True)
        case Ended():
            return replace(state, status=event.status)
        case _:
            assert_never(event)


def fold(state: State, events: Iterable[tuple[AnyEvent, int]]) -> State:
    """Apply (event, fence) pairs in order."""
    for event, fence in events:
        state = apply(state, event, fence)
    return state


def _learnt(state: State) -> State:
    return replace(state, knowledge=state.knowledge + 1, fruitless_returns=0, cycle_refused=False)


def _next_turn(state: State) -> Session:
    """Who was last; the same again when a resumed execution is folded over its own session."""
    if state.session.turn == state.execution:
        return state.session
    return replace(state.session, turn=state.execution, turn_before=state.session.turn)


def _heard(state: State, who: Literal["customer", "person"]) -> State:
    """A person spoke: there is something to answer, and what was stopped or given up before begins anew."""
    if state.stopped or state.gave_up:
        state = replace(state, stopped=False, gave_up="", spent_budget="", spent=Spent())
    state = replace(state, failed_attempts=0, wait_s=0.0, corrections=0)
    return replace(_learnt(state), heard=who, asked=False, said=False)


def _recalled(state: State, event: Recalled) -> State:
    """What memory could not tell of preferences stays as it was known."""
    session = state.session
    if event.preferences or not event.error:
        session = replace(session, known=event.preferences, known_heard=event.heard)
    return replace(state, recall_due=False, recalled=event.memories, session=session)


def _in_control(state: State, agent: str) -> State:
    return replace(state, agent=agent, session=replace(state.session, agent=agent), hints=())


def _decided(state: State, event: Decided) -> State:
    spent = replace(
        state.spent,
        input_tokens=state.spent.input_tokens + event.input_tokens,
        output_tokens=state.spent.output_tokens + event.output_tokens,
        ms=state.spent.ms + event.dur_ms,
    )
    group = state.number - 1
    return replace(
        state,
        spent=spent,
        session=replace(state.session, carry=event.carry or state.session.carry),
        open=tuple(OpenCall(call=call, group=group) for call in event.calls),
        answer=event if _is_for_the_customer(event) else None,
        asked=True,
        superseded=False,
        said=False,
        stopped=state.stopped or event.stopped,
        failed_attempts=0,
        wait_s=0.0,
    )


def _is_for_the_customer(event: Decided) -> bool:
    """Text beside calls is shown too, but not "I'll transfer you" beside a handoff, which has its own notice."""
    if not event.calls:
        return True
    return bool(event.text.strip()) and not (is_transfer(event.calls[-1]) and promises_transfer(event.text))


def _attempt_failed(state: State, event: AttemptFailed) -> State:
    spent = replace(state.spent, ms=state.spent.ms + event.dur_ms + round(event.wait_s * 1000))
    if event.what != "model":
        return replace(state, spent=spent)
    gave_up = "model" if event.final else state.gave_up
    return replace(state, spent=spent, failed_attempts=state.failed_attempts + 1, wait_s=event.wait_s, gave_up=gave_up)


def _cleared(waiting: OpenCall, call_id: str) -> OpenCall:
    return replace(waiting, status="cleared") if waiting.call.id == call_id else waiting


def _intended(state: State, event: CallIntended, fence: int) -> State:
    marked = (
        replace(waiting, status="intended", key=event.key, digest=event.digest, fence=fence)
        if waiting.call.id == event.call_id
        else waiting
        for waiting in state.open
    )
    return replace(state, open=tuple(marked))


def _finished(state: State, event: CallFinished) -> State:
    knows = event.outcome in ("ok", "error", "in_doubt") and not event.tool.startswith(NOT_KNOWLEDGE)
    state = _learnt(state) if knows else state
    spent = replace(
        state.spent,
        tool_calls=state.spent.tool_calls + (event.outcome != "cancelled"),
        ms=state.spent.ms + event.dur_ms,
    )
    wrong = event.code in ("unknown_tool", "bad_arguments", "ungrounded")
    return replace(
        state,
        spent=spent,
        open=tuple(o for o in state.open if o.call.id != event.call_id),
        asked=False,
        corrections=state.corrections + wrong,
        parked=state.parked + (event.outcome == "pending"),
        in_doubt=state.in_doubt or event.outcome == "in_doubt",
        superseded=state.superseded or event.outcome == "superseded",
        cycle_refused=state.cycle_refused or event.code == "cycle",
        approved=None if _settles(event, state.approved) else state.approved,
        gave_up="corrections" if state.corrections + wrong > 2 else state.gave_up,
        done=_done_here(state, event),
        session=replace(state.session, done=_done_ever(state, event)),
    )


def _settles(event: CallFinished, approved: ApprovalRequested | None) -> bool:
    return approved is not None and event.call_id == approved_call_id(approved)


def _done_here(state: State, event: CallFinished) -> dict[str, CallFinished]:
    if event.effect not in ("write", "money") or event.outcome != "ok":
        return state.done
    return {**state.done, event.digest: event}


def _done_ever(state: State, event: CallFinished) -> dict[str, Done]:
    key, earlier = event.digest, state.session.done
    if event.code == "already_done" and key in earlier:
        return {**earlier, key: replace(earlier[key], warned=state.execution)}
    if event.outcome == "in_doubt" and key:
        return newest({**earlier, key: Done(content="{}", execution=state.execution, warned=IN_DOUBT)}, DONE_MOST)
    if event.effect in ("write", "money") and event.outcome == "ok":
        rest = {k: v for k, v in earlier.items() if k != key}
        return newest({**rest, key: Done(content=event.content, execution=state.execution)}, DONE_MOST)
    return earlier


def _requested(state: State, event: ApprovalRequested) -> State:
    pending = Pending(
        what=event.what,
        sentence=event.sentence,
        tool=event.tool,
        arguments_hash=event.arguments_hash,
        execution=state.execution,
    )
    return replace(state, session=replace(state.session, pending={**state.session.pending, event.number: pending}))


def _settled(state: State, event: ApprovalSettled) -> State:
    number = event.request.number
    rest = {n: p for n, p in state.session.pending.items() if n != number}
    session = replace(state.session, pending=rest)
    state = replace(_heard(state, "person"), session=session, agent=event.request.agent)
    if event.verdict != "approved":
        return state
    call = Call(id=approved_call_id(event.request), name=event.request.tool, arguments=event.request.arguments)
    waiting = OpenCall(call=call, group=state.number - 1, key=event.request.key)
    return replace(state, approved=event.request, open=(*state.open, waiting))


def _doubt_settled(state: State, event: DoubtSettled) -> State:
    done = {k: v for k, v in state.session.done.items() if k != event.digest}
    if event.happened:  # of no execution: an equal wish needs a fresh yes in this one too
        done = newest({**done, event.digest: Done(content="{}", execution="")}, DONE_MOST)
    session = replace(state.session, done=done)
    return replace(_heard(state, "person"), session=session)


def _matters(state: State, event: MatterOpened | MatterClosed) -> State:
    rest = tuple(matter for matter in state.session.open_matters if matter != event.matter)
    matters = (*rest, event.matter)[-MATTERS_MOST:] if isinstance(event, MatterOpened) else rest
    return replace(state, session=replace(state.session, open_matters=matters))

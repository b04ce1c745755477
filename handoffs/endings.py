"""How a turn closes: an answer that passed its guards, a hint to try again, a stop, or giving up honestly."""

from __future__ import annotations

from handoffs.agent import Agent
from handoffs.escalation import escalated
from handoffs.events import AnyEvent, Ended, Hinted, Said, Stopped
from handoffs.grounding import untraceable_in_answer
from handoffs.guards import HONEST, output_fault
from handoffs.refusals import cancelled, in_doubt
from handoffs.state import State

GAVE_UP = {
    "model": "I can't answer right now: my language model is not reachable. Nothing was changed.",
    "budget": "This is taking me too long, so I stop here rather than go in circles.",
    "corrections": "I could not carry this out properly, so I leave it untouched.",
}


def answered(state: State, agent: Agent) -> tuple[AnyEvent, ...]:
    """The answer as said, or a hint (once per fault), or something honest in its place."""
    answer = state.answer
    assert answer is not None
    if answer.calls:
        if (found := untraceable_in_answer(state, answer.text, agent.instructions)) is not None:
            why = f"What you said beside your calls holds {found!r}, which nothing shows; it was not passed on."
            return (Hinted(agent=state.agent, code="ungrounded_interim", message=why, held=answer.text),)
        return (Said(agent=state.agent, text=answer.text, interim=True),)
    fault = output_fault(state, agent, answer.text)
    if fault is None:
        return (Said(agent=state.agent, text=answer.text, rule=answer.rule),)
    if fault.code not in {hint.code for hint in state.hints}:
        return (Hinted(agent=state.agent, code=fault.code, message=fault.message, held=answer.text),)
    if fault.code == "says_transfer":
        return (Said(agent=state.agent, text=answer.text),)
    return (Said(agent=state.agent, text=HONEST, rule=f"withheld:{fault.code}"),)


def ended(state: State) -> Ended:
    """The end: parked when all that is left is a person's decision."""
    if state.parked:
        return Ended(agent=state.agent, status="waiting_human", why="an approval is pending")
    return Ended(agent=state.agent, status="completed")


def stopped(state: State) -> tuple[AnyEvent, ...]:
    """The customer pressed stop: what was shown is what is committed; nothing new begins."""
    left = tuple(cancelled(state, waiting, "The customer pressed stop.") for waiting in state.open)
    shown = state.answer.text if state.answer else ""
    said = () if state.said else (Said(agent=state.agent, text=shown or "Stopped, as you asked.", stopped=True),)
    return (*left, Stopped(agent=state.agent), *said, ended(state))


def gave_up(state: State) -> tuple[AnyEvent, ...]:
    """No way on: open calls are cancelled, a person gets the package, the customer an honest sentence."""
    left = tuple(cancelled(state, waiting, "There is no budget left for this.") for waiting in state.open)
    cause = "budget" if state.gave_up == "budget" else "failures"
    package = escalated(state, cause=cause, reason=f"gave up: {state.spent_budget or state.gave_up}")
    text = f"{GAVE_UP[state.gave_up]} A colleague will look at it; your number is {package.number}."
    said = Said(agent=state.agent, text=text, rule=f"gave_up:{state.gave_up}")
    status = "failed" if state.gave_up == "model" else "completed"
    return (*left, package, said, Ended(agent=state.agent, status=status, why=package.reason))


def lost(state: State) -> tuple[AnyEvent, ...]:
    """Workers died over this execution again and again: it is failed and a person gets it."""
    left = tuple(cancelled(state, w, "The work on this broke off.") for w in state.open if w.status != "intended")
    doubts = tuple(in_doubt(state, w, w.call.name, "write") for w in state.open if w.status == "intended")
    package = escalated(state, cause="recoveries", reason="the work on this broke off repeatedly")
    text = f"Something went wrong on our side while I worked on this. A colleague will look at it: {package.number}."
    said = Said(agent=state.agent, text=text, rule="lost")
    return (*left, *doubts, package, said, Ended(agent=state.agent, status="failed", why=package.reason))

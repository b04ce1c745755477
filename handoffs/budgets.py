"""Budgets of an execution, checked before each action. A spent one ends in an honest answer, never in silence."""

from __future__ import annotations

from handoffs.events import BudgetSpent
from handoffs.state import State


def spent_budget(state: State) -> BudgetSpent | None:
    """The first budget that is used up and not yet said so."""
    if state.spent_budget or not (state.open or not state.asked):
        return None
    limits, spent = state.limits, state.spent
    for what, used, limit in (
        ("tool calls", spent.tool_calls, limits.tool_calls),
        ("seconds", spent.ms / 1000, limits.seconds),
        ("output tokens", spent.output_tokens, limits.output_tokens),
        ("input tokens", spent.input_tokens, limits.input_tokens),
    ):
        if used >= limit:
            return BudgetSpent(agent=state.agent, what=what, used=used, limit=limit)
    return None


def seconds_left(state: State) -> float:
    """What the execution may still spend on work; waiting for a person does not count."""
    return max(state.limits.seconds - state.spent.ms / 1000, 0.0)

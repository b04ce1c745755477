"""What a record cost, by a price table that is passed in: ``tracing.prices.Prices``, or its twin for tests."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple, Protocol

from tracing.archive.facts import Facts
from tracing.cost import PERFORMED


class PriceTable(Protocol):
    """Prices of a day; None: nobody knows. *Units*: ms since 1970; amounts in the table's currency."""

    def amount(self, tokens: Facts, at_ms: int) -> float | None:
        """What a decision cost that was made then."""
        ...

    def of_call(self, tool: str, at_ms: int) -> Decimal | None:
        """What one call of a tool cost then, where the table names it."""
        ...


class FlatPrice:
    """Every decision costs the same; None: nobody knows what. Shipped for tests."""

    def __init__(self, decision: float | None = None) -> None:
        self._decision = decision

    def amount(self, tokens: Facts, at_ms: int) -> float | None:
        return self._decision

    def of_call(self, tool: str, at_ms: int) -> Decimal | None:
        return None


class Cost(NamedTuple):
    """``amount`` None: it costs nothing, or (``unpriced`` 1) nobody knows how much."""

    amount: float | None
    unpriced: int


def cost_of(facts: Facts, at_ms: int, prices: PriceTable) -> Cost:
    """What the record cost: a decision by its tokens, a performed call by the table, else by what its tool declares."""
    if facts.kind == "decided":
        amount = prices.amount(facts, at_ms)
        return Cost(amount, int(amount is None))
    if facts.kind == "call_finished" and facts.outcome in PERFORMED:
        named = prices.of_call(facts.tool, at_ms)
        return Cost(float(named) if named is not None else facts.cost_cents / 100 or None, 0)
    return Cost(None, 0)

"""What conversations cost: every charge of a trace, and bills of them by execution, agent, tenant, day or model.

A failed attempt at a model is not charged: its provider told no tokens. A model without a price is counted apart and
named, never taken for free.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, Literal

from handoffs.events import CallFinished, Decided
from tracing.prices import Prices
from tracing.record import TraceRecord

By = Literal["execution", "agent", "tenant", "day", "model"]
PERFORMED: Final = ("ok", "error", "failed", "in_doubt")  # outcomes of calls that reached their tool
NO_MODEL: Final = "(unnamed)"  # an answer that the customer stopped before its model said who it is


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """One decision of a model, or one call of a tool that costs. ``amount`` None: it has no known price.

    *Shape*: ``day`` an ISO date in UTC; ``what`` the model, or ``tool <name>``. *Units*: tokens; ``amount`` in the
    currency of the prices; cached and reasoning tokens are parts of input and output. ``estimated`` 1: by us.
    """

    tenant: str
    conversation: str
    execution: str
    agent: str
    day: str
    what: str
    amount: Decimal | None
    decisions: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    estimated: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Bill:
    """A sum of charges. ``unpriced`` decisions of the models ``without_price`` are not in ``amount``."""

    amount: Decimal
    decisions: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int
    estimated: int
    unpriced: int
    without_price: tuple[str, ...]


def charges(records: Iterable[TraceRecord], prices: Prices) -> Iterator[Charge]:
    """Every charge of a joined trace, in its order."""
    for record in records:
        match record.event:
            case Decided():
                yield _decision(record, record.event, prices)
            case CallFinished(outcome=outcome) if outcome in PERFORMED:
                amount = prices.of_call(record.event.tool, record.at_ms)
                amount = Decimal(record.event.cost_cents) / 100 if amount is None else amount
                if amount:
                    yield _charge(record, record.event.agent, f"tool {record.event.tool}", amount)
            case _:
                pass


class Ledger:
    """Charges entered one by one and summed by what was asked for; as large as its answer."""

    def __init__(self, by: By) -> None:
        self._key = KEYS[by]
        self._sums: defaultdict[str, _Sum] = defaultdict(_Sum)

    def enter(self, found: Iterable[Charge]) -> None:
        """Add charges to their bills."""
        for charge in found:
            self._sums[self._key(charge)].add(charge)

    def bills(self) -> Mapping[str, Bill]:
        """The bill of each, in the order of the names."""
        return {name: self._sums[name].bill() for name in sorted(self._sums)}

    def total(self) -> Bill:
        """The bill of all."""
        whole = _Sum()
        for each in self._sums.values():
            whole.merge(each)
        return whole.bill()


@dataclass(slots=True)
class _Sum:
    amount: Decimal = Decimal(0)
    numbers: list[int] = field(default_factory=lambda: [0] * len(_NUMBERS))
    unpriced: int = 0
    without_price: set[str] = field(default_factory=set[str])

    def add(self, charge: Charge) -> None:
        self.numbers = [held + getattr(charge, name) for held, name in zip(self.numbers, _NUMBERS, strict=True)]
        if charge.amount is None:
            self.unpriced += 1
            self.without_price.add(charge.what)
        else:
            self.amount += charge.amount

    def merge(self, other: _Sum) -> None:
        self.numbers = [mine + theirs for mine, theirs in zip(self.numbers, other.numbers, strict=True)]
        self.amount += other.amount
        self.unpriced += other.unpriced
        self.without_price |= other.without_price

    def bill(self) -> Bill:
        numbers = dict(zip(_NUMBERS, self.numbers, strict=True))
        without = tuple(sorted(self.without_price))
        return Bill(amount=self.amount, unpriced=self.unpriced, without_price=without, **numbers)


_NUMBERS: Final = (
    "decisions", "input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens", "estimated",
)  # fmt: skip
KEYS: Final[Mapping[By, Callable[[Charge], str]]] = {
    "execution": lambda charge: f"{charge.tenant}/{charge.conversation}/{charge.execution}",
    "agent": lambda charge: charge.agent,
    "tenant": lambda charge: charge.tenant,
    "day": lambda charge: charge.day,
    "model": lambda charge: charge.what,
}


def _decision(record: TraceRecord, event: Decided, prices: Prices) -> Charge:
    return _charge(
        record,
        event.agent,
        event.model or NO_MODEL,
        prices.of_tokens(event, record.at_ms),
        decisions=1,
        input_tokens=event.input_tokens,
        cached_tokens=event.cached_tokens,
        output_tokens=event.output_tokens,
        reasoning_tokens=event.reasoning_tokens,
        estimated=int(event.estimated),
    )


def _charge(record: TraceRecord, agent: str, what: str, amount: Decimal | None, **numbers: int) -> Charge:
    return Charge(
        tenant=record.tenant,
        conversation=record.conversation,
        execution=record.execution,
        agent=agent,
        day=f"{datetime.fromtimestamp(record.at_ms / 1000, UTC):%Y-%m-%d}",
        what=what,
        amount=amount,
        **numbers,
    )

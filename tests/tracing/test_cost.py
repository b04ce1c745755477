"""Bills: every charge once, sums by anything that add up to the whole, what has no price named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from handoffs.events import CallFinished, Decided
from tracing.cost import By, Ledger, charges
from tracing.prices import ModelPrice, Prices, ToolPrice
from tracing.record import TraceRecord

Records = tuple[TraceRecord, ...]
DAY = date(2020, 1, 1)
SCRIPTED = ModelPrice(name="scripted", since=DAY, input=Decimal(1), cached=Decimal("0.5"), output=Decimal(4))
PRICES = Prices("USD", [SCRIPTED])


def ledger(records: Records, by: By, prices: Prices = PRICES) -> Ledger:
    found = Ledger(by)
    found.enter(charges(records, prices))
    return found


def test_a_conversation_by_agent(records: Records) -> None:
    bills = ledger(records, "agent").bills()
    each = Decimal("0.000358")  # 310 × 1.00 + 12 × 4.00 millionths
    assert {agent: bill.decisions for agent, bill in bills.items()} == {"billing": 4, "sales": 1, "support": 1}
    assert {agent: bill.amount for agent, bill in bills.items()} == {
        "billing": 4 * each, "sales": each, "support": each,
    }  # fmt: skip
    assert (bills["billing"].input_tokens, bills["billing"].output_tokens) == (1_240, 48)


def test_by_execution_tenant_and_day(records: Records) -> None:
    assert {name: bill.decisions for name, bill in ledger(records, "execution").bills().items()} == {
        "volta/c-1/x000001": 3,
        "volta/c-1/x000002": 3,
    }
    assert list(ledger(records, "tenant").bills()) == ["volta"]
    assert list(ledger(records, "day").bills()) == ["2026-11-18"]


def test_a_model_without_a_price_is_named_and_not_taken_for_free(records: Records) -> None:
    other = replace(records[3], event=records[3].event.model_copy(update={"model": "mystery-1"}))
    total = ledger((*records[:3], other, *records[4:]), "model").total()
    assert total.without_price == ("mystery-1",)
    assert (total.decisions, total.unpriced) == (6, 1)
    assert total.amount == 5 * Decimal("0.000358")


def test_a_performed_call_costs_what_its_tool_declares_or_what_the_table_says(
    placed: Callable[..., TraceRecord],
) -> None:
    def call(outcome: str, seq: int) -> TraceRecord:
        event = CallFinished.model_validate(
            {"agent": "billing", "call_id": "c", "tool": "check_credit", "title": "", "arguments": "{}",
             "outcome": outcome, "content": "{}", "cost_cents": 20},
        )  # fmt: skip
        return placed(event, seq=seq)

    calls = (call("ok", 1), call("refused", 2), call("error", 3), call("repeated", 4))
    declared = ledger(calls, "model").bills()
    assert {name: (bill.amount, bill.decisions) for name, bill in declared.items()} == {
        "tool check_credit": (Decimal("0.40"), 0)
    }
    table = Prices("USD", tools=[ToolPrice(name="check_credit", since=DAY, call=Decimal("0.35"))])
    assert ledger(calls, "agent", table).bills()["billing"].amount == Decimal("0.70")


DECISIONS = st.fixed_dictionaries(
    {
        "agent": st.sampled_from(["billing", "support"]),
        "model": st.sampled_from(["scripted", "mystery-1", ""]),
        "input_tokens": st.integers(0, 10**6),
        "cached_tokens": st.integers(0, 10**6),
        "output_tokens": st.integers(0, 10**6),
        "estimated": st.booleans(),
    }
)


@given(drawn=st.lists(DECISIONS, max_size=12), days=st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_whatever_it_is_summed_by_the_parts_are_the_whole(
    drawn: list[dict[str, object]],
    days: list[int],
    make_decision: Callable[..., Decided],
    placed: Callable[..., TraceRecord],
) -> None:
    found = tuple(
        placed(make_decision(**one), seq=seq, execution=f"x{seq % 3}", at_ms=1_795_000_000_000 + day * 86_400_000)
        for seq, (one, day) in enumerate(zip(drawn, days, strict=False), start=1)
    )
    for by in get_args(By):
        summed = ledger(found, by)
        total, parts = summed.total(), summed.bills().values()
        assert total == ledger(found, "tenant").total()
        for number in ("amount", "decisions", "input_tokens", "output_tokens", "unpriced", "estimated"):
            assert sum(getattr(part, number) for part in parts) == getattr(total, number) >= 0
        assert {name for part in parts for name in part.without_price} == set(total.without_price)

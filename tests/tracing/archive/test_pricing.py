"""What a record cost, as the list of conversations sums it up: the same as the bills say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from handoffs.events import encode
from tracing.archive.facts import facts_of
from tracing.archive.listing import Wanted
from tracing.archive.pricing import cost_of
from tracing.cost import charges
from tracing.prices import ModelPrice, Prices, ToolPrice

PRICES = Prices(
    "USD",
    models=[
        ModelPrice(name="scripted", since=date(2026, 1, 1), input=Decimal(2), cached=Decimal(1), output=Decimal(8))
    ],
    tools=[ToolPrice(name="list_payments", since=date(2026, 1, 1), call=Decimal("0.05"))],
)


def of(event: object, record, prices: Prices = PRICES):
    return cost_of(facts_of(encode(event)), record.at_ms, prices)


def test_a_decision_costs_its_tokens_and_cached_ones_are_a_part(records, make_decision):
    event = make_decision("billing", input_tokens=1_000_000, cached_tokens=250_000, output_tokens=100_000)
    assert of(event, records[0]) == (pytest.approx(0.75 * 2 + 0.25 * 1 + 0.1 * 8), 0)


def test_a_model_without_a_price_is_counted_and_never_free(records, make_decision):
    assert of(make_decision("billing"), records[0], Prices("USD")) == (None, 1)


def test_a_call_costs_what_the_table_says_or_its_tool_declares_if_it_was_performed(records):
    call = next(record.event for record in records if record.event.kind == "call_finished")
    declared = call.model_copy(update={"tool": "send_fax", "cost_cents": 7})
    assert of(call, records[0]) == (0.05, 0)
    assert of(declared, records[0]) == (0.07, 0)
    assert of(declared.model_copy(update={"outcome": "refused"}), records[0]) == (None, 0)


async def test_the_list_and_the_bills_agree(talk, records):
    await talk.tell("c1", 0, 1)
    await talk.mover(prices=PRICES).move_all()
    (one,) = (await talk.archive.conversations(Wanted(tenant=talk.tenant))).conversations
    billed = sum(charge.amount or 0 for charge in charges(records, PRICES))
    assert one.cost == pytest.approx(float(billed))
    assert one.cost > 0

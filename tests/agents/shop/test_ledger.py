"""What the shop owes for an order, as a pure question; and books that balance after anything a customer does."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop import after_sale, changes, refunds, selling
from agents.shop.ledger import Money, options
from agents.shop.order_facts import OrderFacts
from agents.shop.order_schema import LineTable, OrderTable, PaymentTable, RefundTable, ReturnRow, ShipmentRow
from agents.shop.store import Attempt, Shop
from handoffs.tool import Scope

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def facts(
    *, paid_cents: int, scanned: int | None = None, arrived: bool = False, listed_cents: int = 8_000
) -> OrderFacts:
    """An order of 80.00, shipped, scanned so many days ago, its return arrived or not."""
    return OrderFacts(
        order=OrderTable(id="V-1", status="shipped", captured_cents=paid_cents, refunded_cents=0),
        lines=[LineTable(product="Thing", quantity=1, unit_price_cents=8_000, listed_cents=listed_cents)],
        shipment=ShipmentRow(last_scan_on=TODAY - timedelta(days=scanned)) if scanned is not None else None,
        returned=ReturnRow(refund_cents=8_000, received_on=TODAY) if arrived else None,
        replacement=None,
        today=TODAY,
    )


def paid(times: int, *refunded_for: str) -> Money:
    """So many payments of 80.00 for the order itself, and refunds for these reasons."""
    payments = [PaymentTable(amount_cents=8_000, purpose="order", method="Visa") for _ in range(times)]
    return Money(payments=payments, refunds=[RefundTable(reason=reason) for reason in refunded_for])


def owed(order: OrderFacts, money: Money) -> dict[str, int]:
    return {option.reason: option.amount_cents for option in options(order, money)}


def test_an_order_paid_once_and_on_its_way_owes_nothing() -> None:
    assert owed(facts(paid_cents=8_000, scanned=6), paid(1)) == {}


def test_each_payment_too_many_is_owed_until_it_is_refunded() -> None:
    assert owed(facts(paid_cents=24_000), paid(3)) == {"duplicate_charge": 8_000}
    assert owed(facts(paid_cents=24_000), paid(3, "duplicate_charge")) == {"duplicate_charge": 8_000}
    assert owed(facts(paid_cents=24_000), paid(3, "duplicate_charge", "duplicate_charge")) == {}


def test_a_parcel_is_lost_after_seven_days_without_a_scan_and_owed_without_the_duplicate() -> None:
    assert owed(facts(paid_cents=8_000, scanned=7), paid(1)) == {"lost_parcel": 8_000}
    assert owed(facts(paid_cents=16_000, scanned=7), paid(2)) == {"duplicate_charge": 8_000, "lost_parcel": 8_000}


def test_a_return_is_owed_when_it_has_arrived_and_once() -> None:
    assert owed(facts(paid_cents=8_000, arrived=True), paid(1)) == {"returned_item": 8_000}
    assert owed(facts(paid_cents=8_000, arrived=True), paid(1, "returned_item")) == {}


def test_what_was_charged_above_the_listed_price_is_owed_once() -> None:
    assert owed(facts(paid_cents=8_000, listed_cents=7_500), paid(1)) == {"price_error": 500}
    assert owed(facts(paid_cents=8_000, listed_cents=7_500), paid(1, "price_error")) == {}


STEPS = st.sampled_from(
    ["cancel", "one", "three", "express", "standard", "refund", "return", "replace", "buy", "again"]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(STEPS, st.sampled_from(["V-10040", "V-10041", "V-10042"])), max_size=8))
def test_the_books_balance_whatever_a_customer_does(filled: Path, tmp_path: Path, steps: list[tuple[str, str]]) -> None:
    path = shutil.copy(filled, tmp_path / "books.db")
    asyncio.run(_live_through(f"sqlite+aiosqlite:///{path}", steps))


async def _live_through(url: str, steps: list[tuple[str, str]]) -> None:
    shop = await Shop.open(url)
    for number, (step, order_id) in enumerate(steps):
        await _do(shop, step, order_id, number)
    assert await shop.read(_unbalanced) == []
    await shop.close()


async def _do(shop: Shop, step: str, order_id: str, number: int) -> object:
    key = "k-0" if step == "again" else f"k-{number}-{step}"
    by = Attempt(scope=Scope(tenant="volta", customer="chloe"), key=key, conversation="c", now=NOW)
    match step:
        case "cancel":
            return await changes.cancel_order(shop, by, order_id)
        case "one" | "three":
            return await changes.change_quantity(shop, by, order_id, None, 1 if step == "one" else 3)
        case "express" | "standard":
            return await changes.change_delivery(shop, by, order_id, step)
        case "refund":
            return await refunds.refund(shop, by, order_id, 7_900, "lost_parcel")
        case "return":
            return await after_sale.request_return(shop, by, order_id, "other")
        case "replace":
            return await after_sale.send_replacement(shop, by, order_id, "faulty")
        case _:
            return await selling.place_order(shop, by, "usb hub", 1, "standard")


async def _unbalanced(session: AsyncSession) -> list[str]:
    """Orders whose sums are not those of their payments and refunds, or that gave back more than they took."""
    taken = select(func.coalesce(func.sum(PaymentTable.amount_cents), 0)).where(
        PaymentTable.tenant == OrderTable.tenant, PaymentTable.order_id == OrderTable.id
    )
    given_back = select(func.coalesce(func.sum(RefundTable.amount_cents), 0)).where(
        RefundTable.tenant == OrderTable.tenant, RefundTable.order_id == OrderTable.id
    )
    wrong = select(OrderTable.id).where(
        (OrderTable.captured_cents != taken.scalar_subquery())
        | (OrderTable.refunded_cents != given_back.scalar_subquery())
        | (OrderTable.refunded_cents > OrderTable.captured_cents)
    )
    return list(await session.scalars(wrong))

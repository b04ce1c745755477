"""The demo world holds what DEMO.md promises, exactly and on any day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from agents.shop import account, catalogue, invoices, orders, payments, refunds
from agents.shop.demo import world
from agents.shop.people import CUSTOMERS
from agents.shop.results.account import Account
from agents.shop.results.billing import InvoiceDetails, PaymentList, RefundList, RefundOptions
from agents.shop.results.orders import OrderList, OrderRow
from agents.shop.results.sales import ProductList, ProductRow
from agents.shop.store import Shop
from handoffs.tool import Scope, ToolError

ScopeOf = Callable[[str], Scope]
DAY = timedelta(days=1)


async def order(shop: Shop, scope: Scope, order_id: str, today: date) -> OrderRow:
    row = await orders.track_order(shop, scope, order_id, today=today)
    assert isinstance(row, OrderRow)
    return row


async def test_anna_paid_twice_for_her_last_order_only(shop: Shop, scope: ScopeOf, today: date) -> None:
    listed = await orders.list_orders(shop, scope("anna"), "any", 5, today=today)
    paid = await payments.list_payments(shop, scope("anna"), None)
    assert isinstance(listed, OrderList)
    assert isinstance(paid, PaymentList)
    assert (listed.orders[0].order_id, listed.orders[0].delivered_on) == ("V-10021", today - 6 * DAY)
    assert [(twice.order_id, twice.product, twice.amount_cents, twice.times) for twice in paid.duplicates] == [
        ("V-10021", "Pebble M2", 5_900, 2)
    ]


async def test_bens_parcel_is_lost_and_worth_249(shop: Shop, scope: ScopeOf, today: date) -> None:
    row = await order(shop, scope("ben"), "V-10034", today)
    owed = await refunds.refund_options(shop, scope("ben"), "V-10034", today=today)
    assert (row.status, row.days_since_scan, row.shipped_on) == ("lost", 8, today - 12 * DAY)
    assert isinstance(owed, RefundOptions)
    assert [(option.reason, option.amount_cents, option.needs_person) for option in owed.options] == [
        ("lost_parcel", 24_900, True)
    ]


async def test_chloe_has_one_order_of_each_kind(shop: Shop, scope: ScopeOf, today: date) -> None:
    lite, hub, monitor = [
        await order(shop, scope("chloe"), order_id, today) for order_id in ("V-10040", "V-10041", "V-10042")
    ]
    assert (lite.status, lite.can_cancel, lite.cancel_fee_cents, lite.can_change) == ("processing", True, 0, True)
    assert (hub.status, hub.expected_on, hub.cancel_fee_cents, hub.can_change) == ("shipped", today + DAY, 1_500, False)
    assert (monitor.status, monitor.delivered_on, monitor.can_return) == ("delivered", today - 3 * DAY, True)
    assert [row.total_cents for row in (lite, hub, monitor)] == [7_900, 3_900, 32_900]


async def test_dev_is_locked_out_and_his_invoice_has_an_old_address(shop: Shop, scope: ScopeOf) -> None:
    held = await account.get_account(shop, scope("dev"))
    bill = await invoices.get_invoice(shop, scope("dev"), "V-INV-2051")
    assert isinstance(held, Account)
    assert isinstance(bill, InvoiceDetails)
    assert held.locked
    assert (bill.order_id, bill.total_cents) == ("V-10051", 12_900)
    assert bill.address != held.address


async def test_farids_refund_is_on_its_way(shop: Shop, scope: ScopeOf, today: date) -> None:
    made = await refunds.track_refunds(shop, scope("farid"), None)
    assert isinstance(made, RefundList)
    (refund,) = made.refunds
    assert (refund.refund_id, refund.order_id, refund.amount_cents) == ("V-REF-301", "V-10060", 8_900)
    assert (refund.issued_on, refund.expected_from, refund.expected_by) == (
        today - 3 * DAY,
        date(2026, 11, 24),
        date(2026, 11, 26),
    )


async def test_ella_has_no_orders_and_no_newsletter(shop: Shop, scope: ScopeOf, today: date) -> None:
    listed = await orders.list_orders(shop, scope("ella"), "any", 5, today=today)
    held = await account.get_account(shop, scope("ella"))
    assert isinstance(listed, OrderList)
    assert isinstance(held, Account)
    assert (listed.orders, held.newsletter) == ([], False)


async def test_gina_paid_once(shop: Shop, scope: ScopeOf) -> None:
    paid = await payments.list_payments(shop, scope("gina"), "L-10021")
    assert isinstance(paid, PaymentList)
    assert [row.amount_cents for row in paid.payments] == [5_900]
    assert paid.duplicates == []


@pytest.mark.parametrize("person", CUSTOMERS, ids=lambda person: person.customer)
async def test_everyone_has_an_address_and_a_card(shop: Shop, scope: ScopeOf, person: object) -> None:
    known = next(other for other in CUSTOMERS if other is person)
    held = await account.get_account(shop, scope(known.customer))
    assert isinstance(held, Account)
    assert (held.name, held.email, held.address) == (known.name, known.email, known.address)
    assert [method.label for method in held.payment_methods if method.default] == [known.cards[0]]


async def test_a_foreign_order_and_an_unknown_one_look_the_same(shop: Shop, scope: ScopeOf, today: date) -> None:
    answers = {
        order_id: await orders.track_order(shop, scope("anna"), order_id, today=today)
        for order_id in ("L-10021", "V-10034", "V-99999")
    }
    for order_id, answer in answers.items():
        assert isinstance(answer, ToolError)
        assert (answer.code, answer.message) == ("not_found", f"No order {order_id} on this account.")


async def test_the_catalogue_keeps_the_promises_of_the_tours(shop: Shop, scope: ScopeOf) -> None:
    def names(answer: ProductList | ToolError) -> list[str]:
        assert isinstance(answer, ProductList)
        return [row.product for row in answer.products]

    async def found(**wish: object) -> list[str]:
        return names(await catalogue.search(shop, scope("ella"), catalogue.Wish(**wish)))

    assert (await found(category="headphones", sort="battery"))[0] == "Cove Lite"
    assert await found(category="headphones", max_price_cents=10_000) == ["Cove Lite"]
    assert set(await found(category="headphones", max_price_cents=15_000)) == {"Cove Lite", "Breeze 2"}
    assert await found(noise_cancelling=True) == ["Aria 700"]
    assert (await found(category="mouse", sort="battery"))[0] == "Pebble M2"
    assert (await found(query="27 inch monitor"))[0] == "27-inch monitor"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("the cove ones", "Cove Lite"),
        ("pebbel mouse", "Pebble M2"),
        ("aria700", "Aria 700"),
        ("usb hub", "USB-C hub"),
        ("27 inch screen", "27-inch monitor"),
        ("slate 16", "Slate 16"),
    ],
)
async def test_a_product_is_known_by_what_people_type(shop: Shop, scope: ScopeOf, typed: str, meant: str) -> None:
    row = await catalogue.get_product(shop, scope("ella"), typed)
    assert isinstance(row, ProductRow)
    assert row.product == meant


@pytest.mark.parametrize(
    ("typed", "code", "named"),
    [("slate", "which_product", "Slate 14; Slate 16"), ("Aria 900", "not_found", "Aria 700"), ("?", "not_found", "?")],
)
async def test_a_product_is_never_guessed(shop: Shop, scope: ScopeOf, typed: str, code: str, named: str) -> None:
    answer = await catalogue.get_product(shop, scope("ella"), typed)
    assert isinstance(answer, ToolError)
    assert answer.code == code
    assert named in answer.message


def test_the_same_day_gives_the_same_world(today: date) -> None:
    assert [row.values() for row in world(today)] == [row.values() for row in world(today)]


def test_the_world_has_its_size(today: date) -> None:
    counted = Counter(row.__tablename__ for row in world(today))
    assert (counted["customers"], counted["orders"], counted["tenants"]) == (200, 1_000, 2)
    assert counted["products"] >= 80
    assert counted["refunds"] > 50

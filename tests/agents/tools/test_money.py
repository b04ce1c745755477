"""Refunds and orders through the tools: who gets what back, what needs a person, what is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import pytest
from pydantic import BaseModel

from agents.shop.results.billing import PaymentMethodChanged, Refunded, RefundOptions
from agents.shop.results.orders import Cancelled, OrderChanged, ReplacementSent, ReturnRequested
from agents.shop.results.sales import OrderPlaced, ProductRow, Quote
from handoffs.tool import ApprovalNeed, ToolError

LOST = {"order_id": "V-10034", "amount_cents": 24_900, "reason": "lost_parcel"}


class Desk(Protocol):
    need: Callable[..., Awaitable[ApprovalNeed | None]]

    def __call__(self, customer: str, name: str, **arguments: object) -> Awaitable[BaseModel]: ...


async def test_a_small_refund_needs_nobody(desk: Desk) -> None:
    arguments = {"order_id": "V-10021", "amount_cents": 5_900, "reason": "duplicate_charge"}
    assert await desk.need("anna", "refund_payment", **arguments) is None
    done = await desk("anna", "refund_payment", **arguments)
    assert isinstance(done, Refunded)
    assert (done.amount_cents, done.method) == (5_900, "Visa ending 4242")


async def test_a_refund_over_100_needs_a_person_who_sees_the_facts(desk: Desk) -> None:
    need = await desk.need("ben", "refund_payment", **LOST)
    assert need is not None
    assert (need.what, need.amount_cents) == ("refund", 24_900)
    assert need.sentence == "Refund 249.00 for order V-10034 (Aria 700), lost parcel."
    assert need.facts["refunded"] == "0.00"


async def test_nobody_is_asked_for_what_would_be_refused_anyway(desk: Desk) -> None:
    await desk("ben", "send_replacement", order_id="V-10034", reason="lost")
    assert await desk.need("ben", "refund_payment", **LOST) is None
    assert (
        await desk.need("farid", "refund_payment", order_id="V-10060", amount_cents=8_900, reason="price_error") is None
    )
    assert await desk.need("ella", "place_order", product="Slate 16") is None


async def test_a_lost_parcel_is_replaced_or_refunded_never_both(desk: Desk) -> None:
    sent = await desk("ben", "send_replacement", order_id="V-10034", reason="lost")
    assert isinstance(sent, ReplacementSent)
    refused = await desk("ben", "refund_payment", **LOST)
    assert isinstance(refused, ToolError)
    assert sent.replacement_order_id in refused.message
    again = await desk("ben", "send_replacement", order_id="V-10034", reason="lost")
    assert isinstance(again, ToolError)
    assert again.code == "already_replaced"


async def test_an_approved_refund_rules_out_the_replacement(desk: Desk) -> None:
    assert isinstance(await desk("ben", "refund_payment", **LOST), Refunded)
    refused = await desk("ben", "send_replacement", order_id="V-10034", reason="lost")
    assert isinstance(refused, ToolError)
    assert refused.code == "already_refunded"


@pytest.mark.parametrize(
    ("customer", "order_id", "because"),
    [
        ("farid", "V-10060", "Refund V-REF-301 of 89.00 was already issued"),
        ("gina", "L-10021", "can be returned until"),
        ("chloe", "V-10040", "can be cancelled free of charge"),
        ("dev", "V-10051", "the time for a return is over"),
    ],
)
async def test_where_nothing_is_owed_the_reason_is_given(
    desk: Desk, customer: str, order_id: str, because: str
) -> None:
    owed = await desk(customer, "refund_options", order_id=order_id)
    assert isinstance(owed, RefundOptions)
    assert owed.options == []
    assert owed.none_because is not None
    assert because in owed.none_because


async def test_the_rest_of_a_duplicate_is_not_refunded_while_the_mouse_is_kept(desk: Desk) -> None:
    await desk("anna", "refund_payment", order_id="V-10021", amount_cents=5_900, reason="duplicate_charge")
    for reason in ("duplicate_charge", "returned_item", "lost_parcel", "price_error"):
        refused = await desk("anna", "refund_payment", order_id="V-10021", amount_cents=5_900, reason=reason)
        assert isinstance(refused, ToolError)
        assert "can be returned until" in refused.message
    returned = await desk("anna", "request_return", order_id="V-10021", reason="faulty")
    assert isinstance(returned, ReturnRequested)
    early = await desk("anna", "refund_payment", order_id="V-10021", amount_cents=5_900, reason="returned_item")
    assert isinstance(early, ToolError)


@pytest.mark.parametrize(("order_id", "fee_cents", "back_cents"), [("V-10040", 0, 7_900), ("V-10041", 1_500, 2_400)])
async def test_cancelling_is_free_until_shipping(desk: Desk, order_id: str, fee_cents: int, back_cents: int) -> None:
    done = await desk("chloe", "cancel_order", order_id=order_id)
    assert isinstance(done, Cancelled)
    assert (done.fee_cents, done.refunded_cents) == (fee_cents, back_cents)
    again = await desk("chloe", "cancel_order", order_id=order_id)
    assert isinstance(again, ToolError)
    assert again.code == "already_cancelled"


async def test_an_order_over_1000_needs_a_person_however_it_comes_about(desk: Desk) -> None:
    laptop = await desk.need("ella", "place_order", product="slate 14")
    raised = await desk.need("chloe", "change_order_quantity", order_id="V-10040", quantity=20)
    assert laptop is not None
    assert raised is not None
    assert (laptop.what, laptop.facts["product"], laptop.amount_cents) == ("order", "Slate 14", 129_900)
    assert (raised.what, raised.amount_cents) == ("order", 158_000)
    assert await desk.need("ella", "place_order", product="Pebble M2") is None
    assert await desk.need("chloe", "change_order_quantity", order_id="V-10040", quantity=2) is None


async def test_a_changed_quantity_is_paid_and_paid_back(desk: Desk) -> None:
    more = await desk("chloe", "change_order_quantity", order_id="V-10040", quantity=3)
    less = await desk("chloe", "change_order_quantity", order_id="V-10040", quantity=1)
    assert isinstance(more, OrderChanged)
    assert isinstance(less, OrderChanged)
    assert (more.total_cents, less.total_cents) == (23_700, 7_900)
    gone = await desk("chloe", "cancel_order", order_id="V-10040")
    assert isinstance(gone, Cancelled)
    assert gone.refunded_cents == 7_900


async def test_an_order_takes_from_the_shelf_and_is_paid_with_the_default(desk: Desk) -> None:
    before = await desk("ella", "get_product", product="usb hub")
    placed = await desk("ella", "place_order", product="usb hub", quantity=1, delivery="express")
    after = await desk("ella", "get_product", product="usb hub")
    assert isinstance(before, ProductRow)
    assert isinstance(after, ProductRow)
    assert isinstance(placed, OrderPlaced)
    assert after.stock == before.stock - 1
    assert (placed.total_cents, placed.delivery_cents) == (4_890, 990)
    gone = await desk("ella", "cancel_order", order_id=placed.order_id)
    assert isinstance(gone, Cancelled)
    assert gone.refunded_cents == 4_890


async def test_what_is_out_of_stock_is_not_sold(desk: Desk) -> None:
    refused = await desk("ella", "place_order", product="Slate 16")
    assert isinstance(refused, ToolError)
    assert refused.code == "out_of_stock"


async def test_a_quote_is_goods_only_and_buys_nothing(desk: Desk) -> None:
    quote = await desk("ella", "make_quote", product="breeze 2", quantity=2)
    assert isinstance(quote, Quote)
    assert (quote.product, quote.total_cents) == ("Breeze 2", 25_800)


async def test_another_card_on_file_can_pay_but_no_foreign_one(desk: Desk) -> None:
    changed = await desk("anna", "change_payment_method", method_id="V-CARD-102")
    foreign = await desk("anna", "change_payment_method", method_id="V-CARD-103")
    assert isinstance(changed, PaymentMethodChanged)
    assert changed.label == "Mastercard ending 5100"
    assert isinstance(foreign, ToolError)
    assert foreign.code == "not_found"

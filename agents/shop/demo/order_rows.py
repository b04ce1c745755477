"""One demo order as rows: order, line, invoice, payments, shipment, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from agents.shop.demo.items import Item
from agents.shop.order_schema import (
    InvoiceTable,
    LineTable,
    OrderTable,
    PaymentTable,
    RefundTable,
    ReturnRow,
    ShipmentRow,
)
from agents.shop.policy import RETURN_DAYS, expected_on
from agents.shop.results.orders import Delivery
from agents.shop.schema import Row

INVOICE_OFFSET: Final = 8_000
Status = Literal["processing", "shipped", "delivered", "cancelled"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Buyer:
    """Who ordered, where it goes, and what pays."""

    tenant: str
    prefix: str
    customer: str
    address: str
    method: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """One order and its story so far; days that have not come are None."""

    number: int
    item: Item
    quantity: int = 1
    placed_on: date
    status: Status
    delivery: Delivery = "standard"
    delivery_cents: int = 0
    expected_on: date | None = None
    shipped_on: date | None = None
    last_scan_on: date | None = None
    delivered_on: date | None = None
    times_paid: int = 1
    invoice_address: str | None = None
    returned_on: date | None = None
    refunded_on: date | None = None
    refund_number: int = 0
    paid_out: bool = False


def order_rows(buyer: Buyer, past: Past) -> list[Row]:
    """All rows of one order."""
    goods_cents = past.item.price_cents * past.quantity
    rows = [_order(buyer, past, goods_cents), _line(buyer, past), _invoice(buyer, past, goods_cents)]
    rows += [_payment(buyer, past, goods_cents, time) for time in range(past.times_paid)]
    if past.shipped_on:
        rows.append(_shipment(buyer, past, past.shipped_on))
    if past.returned_on:
        rows.append(_return(buyer, past, past.returned_on, goods_cents))
    if past.refunded_on:
        rows.append(_refund(buyer, past, past.refunded_on, goods_cents))
    return rows


def _id(buyer: Buyer, past: Past) -> str:
    return f"{buyer.prefix}-{past.number}"


def _order(buyer: Buyer, past: Past, goods_cents: int) -> Row:
    return OrderTable(
        tenant=buyer.tenant,
        id=_id(buyer, past),
        customer=buyer.customer,
        placed_on=past.placed_on,
        status=past.status,
        delivery=past.delivery,
        delivery_cents=past.delivery_cents,
        expected_on=past.expected_on or expected_on(past.delivery, past.shipped_on or past.placed_on),
        address=buyer.address,
        total_cents=goods_cents,
        captured_cents=(goods_cents + past.delivery_cents) * past.times_paid,
        refunded_cents=goods_cents if past.refunded_on else 0,
    )


def _line(buyer: Buyer, past: Past) -> Row:
    return LineTable(
        tenant=buyer.tenant,
        order_id=_id(buyer, past),
        number=1,
        product=past.item.name,
        category=past.item.category,
        quantity=past.quantity,
        unit_price_cents=past.item.price_cents,
        listed_cents=past.item.price_cents,
    )


def _invoice(buyer: Buyer, past: Past, goods_cents: int) -> Row:
    return InvoiceTable(
        tenant=buyer.tenant,
        id=f"{buyer.prefix}-INV-{past.number - INVOICE_OFFSET}",
        order_id=_id(buyer, past),
        customer=buyer.customer,
        issued_on=past.placed_on,
        total_cents=goods_cents + past.delivery_cents,
        address=past.invoice_address or buyer.address,
    )


def _payment(buyer: Buyer, past: Past, goods_cents: int, time: int) -> Row:
    return PaymentTable(
        tenant=buyer.tenant,
        id=f"{buyer.prefix}-PAY-{past.number}-{time + 1}",
        order_id=_id(buyer, past),
        customer=buyer.customer,
        amount_cents=goods_cents + past.delivery_cents,
        captured_on=past.placed_on,
        method=buyer.method,
    )


def _shipment(buyer: Buyer, past: Past, shipped_on: date) -> Row:
    return ShipmentRow(
        tenant=buyer.tenant,
        order_id=_id(buyer, past),
        carrier="Swift Parcel",
        tracking=f"SP{past.number}{shipped_on:%d%m}",
        shipped_on=shipped_on,
        last_scan_on=past.delivered_on or past.last_scan_on or shipped_on,
        delivered_on=past.delivered_on,
    )


def _return(buyer: Buyer, past: Past, returned_on: date, goods_cents: int) -> Row:
    return ReturnRow(
        tenant=buyer.tenant,
        id=f"{buyer.prefix}-RET-{past.number}",
        order_id=_id(buyer, past),
        reason="changed_mind",
        refund_cents=goods_cents,
        requested_on=returned_on - timedelta(days=4),
        send_back_until=returned_on + timedelta(days=RETURN_DAYS // 2 - 4),
        received_on=returned_on,
    )


def _refund(buyer: Buyer, past: Past, refunded_on: date, goods_cents: int) -> Row:
    return RefundTable(
        tenant=buyer.tenant,
        id=f"{buyer.prefix}-REF-{past.refund_number}",
        order_id=_id(buyer, past),
        customer=buyer.customer,
        amount_cents=goods_cents,
        reason="returned_item" if past.returned_on else "cancelled",
        issued_on=refunded_on,
        status="paid_out" if past.paid_out else "issued",
        method=buyer.method,
    )

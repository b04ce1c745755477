"""Answers about orders, their changes, returns and replacements."""

from datetime import date
from typing import Literal

from agents.shop.results.base import Result

OrderStatus = Literal["processing", "shipped", "delivered", "cancelled", "lost"]
OrderFilter = Literal["any", "open", "delivered", "cancelled"]
Delivery = Literal["standard", "express"]
ReturnReason = Literal["faulty", "not_as_described", "changed_mind", "wrong_item", "other"]
ReplacementReason = Literal["lost", "faulty"]


class LineRow(Result):
    """One article of an order; ``category`` is what its customer may call it ("the headphones")."""

    product: str
    category: str
    quantity: int
    unit_price_cents: int


class OrderRow(Result):
    """One order as its customer may see it; ``total_cents`` is the goods, ``can_*`` says what is possible today."""

    order_id: str
    placed_on: date
    status: OrderStatus
    items: list[LineRow]
    total_cents: int
    delivery: Delivery
    delivery_cents: int
    expected_on: date | None
    shipped_on: date | None
    delivered_on: date | None
    last_scan_on: date | None
    days_since_scan: int | None
    can_cancel: bool
    cancel_fee_cents: int
    can_change: bool
    can_return: bool
    return_until: date | None
    return_requested: bool
    replacement_order_id: str | None
    refunded_cents: int
    delivery_address: str


class OrderList(Result):
    """Orders, newest first."""

    orders: list[OrderRow]


class Cancelled(Result):
    """An order that will not be sent; ``refunded_cents`` is already without the fee."""

    order_id: str
    refunded_cents: int
    fee_cents: int
    status: Literal["cancelled"] = "cancelled"


class OrderChanged(Result):
    """A line of an order has another quantity; ``total_cents`` is the order's new total."""

    order_id: str
    product: str
    quantity: int
    total_cents: int


class DeliveryChanged(Result):
    """An order goes another way; ``fee_cents`` is what that delivery costs."""

    order_id: str
    delivery: Delivery
    fee_cents: int
    expected_on: date


class AddressChanged(Result):
    """A new address: of one order, or of the account where ``order_id`` is None."""

    order_id: str | None
    address: str


class ReturnRequested(Result):
    """A return label was mailed; the money follows when the item has arrived."""

    return_id: str
    order_id: str
    refund_cents: int
    send_back_until: date


class ReplacementSent(Result):
    """A new order, free of charge, replaces a lost or faulty one."""

    order_id: str
    replacement_order_id: str
    expected_on: date

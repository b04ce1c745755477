"""The tables of an order: what was bought, sent, paid, billed, and what came back."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agents.shop.schema import Row, part_of


class OrderTable(Row):
    """``total_cents`` is the goods; captured and refunded are sums over payments and refunds."""

    __tablename__ = "orders"
    __table_args__ = (
        part_of("customers", "customer"),
        CheckConstraint("refunded_cents <= captured_cents", name="never_refund_more_than_paid"),
        Index("orders_of_customer", "tenant", "customer", "placed_on"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    customer: Mapped[str]
    placed_on: Mapped[date]
    status: Mapped[str]
    delivery: Mapped[str]
    delivery_cents: Mapped[int] = mapped_column(default=0)
    expected_on: Mapped[date]
    address: Mapped[str]
    total_cents: Mapped[int]
    captured_cents: Mapped[int]
    refunded_cents: Mapped[int] = mapped_column(default=0)
    replaces: Mapped[str | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__: ClassVar = {"version_id_col": version}


class LineTable(Row):
    """``listed_cents`` is the catalogue price on the day of the order; paying more is a price error."""

    __tablename__ = "order_lines"
    __table_args__ = (part_of("orders", "order_id"),)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    product: Mapped[str]
    category: Mapped[str]
    quantity: Mapped[int]
    unit_price_cents: Mapped[int]
    listed_cents: Mapped[int]


class ShipmentRow(Row):
    """The parcel of an order and when it was last seen."""

    __tablename__ = "shipments"
    __table_args__ = (part_of("orders", "order_id"),)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    carrier: Mapped[str]
    tracking: Mapped[str]
    shipped_on: Mapped[date]
    last_scan_on: Mapped[date]
    delivered_on: Mapped[date | None] = mapped_column(default=None)


class InvoiceTable(Row):
    """The invoice of an order, with the address printed on it."""

    __tablename__ = "invoices"
    __table_args__ = (part_of("orders", "order_id"), Index("invoices_of_order", "tenant", "order_id"))
    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str]
    customer: Mapped[str] = mapped_column(index=True)
    issued_on: Mapped[date]
    total_cents: Mapped[int]
    address: Mapped[str]
    status: Mapped[str] = mapped_column(default="issued")


class PaymentTable(Row):
    """``purpose`` "order" pays the order itself: more than one of those is a duplicate charge."""

    __tablename__ = "payments"
    __table_args__ = (part_of("orders", "order_id"), Index("payments_of_order", "tenant", "order_id"))
    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str]
    customer: Mapped[str] = mapped_column(index=True)
    amount_cents: Mapped[int]
    captured_on: Mapped[date]
    method: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="order")


class RefundTable(Row):
    """Money given back for an order."""

    __tablename__ = "refunds"
    __table_args__ = (part_of("orders", "order_id"), Index("refunds_of_order", "tenant", "order_id"))
    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str]
    customer: Mapped[str] = mapped_column(index=True)
    amount_cents: Mapped[int]
    reason: Mapped[str]
    issued_on: Mapped[date]
    status: Mapped[str] = mapped_column(default="issued")
    method: Mapped[str]


class ReturnRow(Row):
    """A return; one per order."""

    __tablename__ = "returns"
    __table_args__ = (part_of("orders", "order_id"), UniqueConstraint("tenant", "order_id"))
    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str]
    reason: Mapped[str]
    refund_cents: Mapped[int]
    requested_on: Mapped[date]
    send_back_until: Mapped[date]
    received_on: Mapped[date | None] = mapped_column(default=None)


class ReplacementRow(Row):
    """The order that replaces another; one per order."""

    __tablename__ = "replacements"
    __table_args__ = (part_of("orders", "order_id"),)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    replacement_order_id: Mapped[str]
    reason: Mapped[str]
    sent_on: Mapped[date]

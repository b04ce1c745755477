"""Answers about payments, invoices and refunds."""

from datetime import date
from typing import Literal

from agents.shop.results.base import Result
from agents.shop.results.orders import LineRow

RefundReason = Literal["duplicate_charge", "lost_parcel", "returned_item", "price_error"]
RefundStatus = Literal["issued", "paid_out"]


class PaymentRow(Result):
    """One amount captured from the customer."""

    payment_id: str
    order_id: str
    amount_cents: int
    captured_on: date
    method: str
    status: Literal["captured"] = "captured"


class Duplicate(Result):
    """An order that was paid ``times`` times and not yet refunded for it."""

    order_id: str
    product: str
    amount_cents: int
    payment_ids: list[str]
    times: int


class PaymentList(Result):
    """Payments, newest first, and which of them are one too many."""

    payments: list[PaymentRow]
    duplicates: list[Duplicate]


class InvoiceRow(Result):
    """One invoice, with the address printed on it."""

    invoice_id: str
    order_id: str
    issued_on: date
    total_cents: int
    address: str
    status: Literal["issued", "corrected"]


class InvoiceList(Result):
    """Invoices, newest first."""

    invoices: list[InvoiceRow]


class InvoiceDetails(InvoiceRow):
    """An invoice with its lines."""

    lines: list[LineRow]


class InvoiceSent(Result):
    """The invoice was mailed again."""

    invoice_id: str
    sent_to: str


class InvoiceCorrected(Result):
    """The invoice now carries this address."""

    invoice_id: str
    address: str


class RefundRow(Result):
    """One refund and the days on which the bank should book it."""

    refund_id: str
    order_id: str
    amount_cents: int
    issued_on: date
    status: RefundStatus
    expected_from: date
    expected_by: date
    working_days_min: int
    working_days_max: int


class RefundList(Result):
    """Refunds, newest first."""

    refunds: list[RefundRow]


class RefundOption(Result):
    """A refund that the shop would make today, and whether a person must approve it."""

    reason: RefundReason
    amount_cents: int
    needs_person: bool


class RefundOptions(Result):
    """What may be refunded for one order; ``none_because`` says why nothing may."""

    order_id: str
    paid_cents: int
    refunded_cents: int
    options: list[RefundOption]
    none_because: str | None
    method: str


class Refunded(Result):
    """Money on its way back to the payment method it came from."""

    refund_id: str
    order_id: str
    amount_cents: int
    method: str
    working_days_min: int
    working_days_max: int


class CancellationFee(Result):
    """What cancelling costs, for one order or in general."""

    order_id: str | None
    fee_cents: int
    because: str


class RefundPolicy(Result):
    """The shop's rules on returns and refunds."""

    return_days: int
    working_days_min: int
    working_days_max: int
    text: str


class Method(Result):
    """A payment method on file; ``label`` is safe to show."""

    method_id: str
    kind: str
    label: str
    default: bool


class PaymentMethods(Result):
    """The payment methods on file."""

    methods: list[Method]


class PaymentMethodChanged(Result):
    """The method that pays from now on."""

    method_id: str
    label: str

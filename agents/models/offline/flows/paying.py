"""Payments, payment methods and invoices."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.models.offline import asking, wording
from agents.models.offline.flows.refunding import charged_twice
from agents.models.offline.resolve import all_orders, orders_meant, thing
from agents.models.offline.slots import address, invoice_ids, words
from agents.models.offline.state import Task, Thing
from agents.models.offline.talk import Ended, Talk
from agents.shop.results.billing import (
    InvoiceCorrected,
    InvoiceDetails,
    InvoiceList,
    InvoiceRow,
    InvoiceSent,
    Method,
    PaymentList,
    PaymentMethodChanged,
    PaymentMethods,
)

_SHOWN_MOST = 5
_WRONG = re.compile(r"\b(?:charged|too much|wrong|instead|mistake|error|incorrect|more than|overcharged)\b", re.I)


def payments(talk: Talk, task: Task) -> str:
    """The latest payments, or those of one order."""
    talk.stay_with("list_payments")
    found = talk.must(PaymentList, "list_payments")
    if found.duplicates and _WRONG.search(task.text):
        return charged_twice(talk, task)
    named = orders_meant(talk, task.text, all_orders(talk)).orders
    meant = {order.order_id for order in named}
    if len(named) == 1:
        talk.show(thing(named[0]))
    rows = [p for p in found.payments if not meant or p.order_id in meant][:_SHOWN_MOST]
    if not rows:
        return "I see no payments on your account."
    lines = [
        f"{wording.money(p.amount_cents)} for order {p.order_id} on {wording.day(p.captured_on)}, {p.method}"
        for p in rows
    ]
    hint = (
        " One order was charged twice; say the word and I look at a refund." if found.duplicates and not meant else ""
    )
    return f"These are the latest payments:\n\n{wording.bullets(lines)}\n\nAll of them were captured.{hint}"


def methods(talk: Talk, task: Task) -> str:
    """The payment methods on file."""
    talk.stay_with("list_payment_methods")
    rows = talk.must(PaymentMethods, "list_payment_methods").methods
    if not rows:
        return "There is no payment method on your account."
    lines = [f"{row.label}{' (used by default)' if row.default else ''}" for row in rows]
    return f"These payment methods are on your account:\n\n{wording.bullets(lines)}"


def change_method(talk: Talk, task: Task) -> str:
    """Choose which of the methods on file pays by default."""
    talk.stay_with("change_payment_method")
    rows = talk.must(PaymentMethods, "list_payment_methods").methods
    others = [row for row in rows if not row.default]
    chosen = _method(task, rows) or (others[0] if len(others) == 1 else None)
    if not others:
        return (
            "There is only one payment method on your account, so there is none to change to. A new one is "
            "added in your account's settings."
        )
    if chosen is None:
        options = [Thing(kind="method", id=row.method_id, words=row.label) for row in others]
        question = f"Which one should pay from now on?\n\n{wording.numbered([row.label for row in others])}"
        raise asking.ask(task, question, about="which payment method to use", slot="method_id", options=options)
    if chosen.default:
        return f"{chosen.label} is your default payment method already."
    task = task.with_slots(method_id=chosen.method_id)
    asking.confirm(
        task,
        f"I would make **{chosen.label}** the method that pays from now on. Shall I do that?",
        "the change of payment method",
    )
    done = talk.act(
        PaymentMethodChanged, "change_payment_method", f"made {chosen.label} your default", method_id=chosen.method_id
    )
    return f"Done: **{done.label}** pays from now on."


def _method(task: Task, rows: Sequence[Method]) -> Method | None:
    if known := task.slots.get("method_id"):
        return next((row for row in rows if row.method_id == known), None)
    said = set(words(task.text))
    hits = [row for row in rows if said & (set(words(row.label)) - {"ending", "card"})]
    return hits[0] if len(hits) == 1 else None


def find_invoice(talk: Talk, task: Task) -> str:
    """Show an invoice or all of them; sending one stays an offer."""
    talk.stay_with("list_invoices")
    row = _invoice(talk, task, ask=False)
    if row is None:
        rows = talk.must(InvoiceList, "list_invoices").invoices[:_SHOWN_MOST]
        if not rows:
            return "There are no invoices on your account."
        things = [_thing(row) for row in rows]
        talk.show(*things)
        lines = wording.numbered([_line(row) for row in rows])
        raise asking.ask(
            Task(matter="send_invoice", text=""),
            f"These are your invoices:\n\n{lines}\n\nShall I mail you one of them?",
            about="which invoice to mail",
            slot="invoice_id",
            options=things,
        )
    detail = talk.must(InvoiceDetails, "get_invoice", invoice_id=row.invoice_id)
    items = wording.joined([f"{line.quantity} x {line.product}" for line in detail.lines])
    raise asking.offer(
        f"Invoice **{detail.invoice_id}** for order {detail.order_id} is from {wording.day(detail.issued_on)}: "
        f"{items}, "
        f"{wording.money(detail.total_cents)}, made out to {detail.address}. Shall I mail it to you?",
        "send_invoice",
        f"mailing invoice {detail.invoice_id}",
        invoice_id=detail.invoice_id,
    )


def send_invoice(talk: Talk, task: Task) -> str:
    """Mail an invoice again to the customer's own address; asked for plainly, that needs no second yes."""
    talk.stay_with("resend_invoice")
    row = _invoice(talk, task, ask=True)
    assert row is not None
    said = f"mailed invoice {row.invoice_id}"
    done = talk.act(InvoiceSent, "resend_invoice", said, invoice_id=row.invoice_id)
    return f"Invoice **{done.invoice_id}** is on its way again to {done.sent_to}."


def correct_invoice(talk: Talk, task: Task) -> str:
    """Put another address on an invoice: the account's, or one that the customer gives."""
    talk.stay_with("correct_invoice")
    row = _invoice(talk, task, ask=True)
    assert row is not None
    task = task.with_slots(invoice_id=row.invoice_id)
    wanted = str(task.slots.get("address") or address(task.text) or "account")
    task = task.with_slots(address=wanted)
    to = "the address on your account" if wanted == "account" else f"**{wanted}**"
    question = talk.vary(
        f"Invoice **{row.invoice_id}** (order {row.order_id}, {wording.money(row.total_cents)}) shows "
        f"{row.address}. I would put {to} on "
        "it, or another one that you tell me. Shall I correct it?",
        f"Then I would put {to} on invoice **{row.invoice_id}** (order {row.order_id}, "
        f"{wording.money(row.total_cents)}). Is that right, "
        "shall I correct it now?",
    )
    asking.confirm(task, question, f"the correction of invoice {row.invoice_id}")
    done = talk.act(
        InvoiceCorrected,
        "correct_invoice",
        f"corrected invoice {row.invoice_id}",
        invoice_id=row.invoice_id,
        address=wanted,
    )
    return (
        f"Done: invoice **{done.invoice_id}** now shows {done.address}. "
        "If you would like it by mail again, just say so."
    )


def _invoice(talk: Talk, task: Task, *, ask: bool) -> InvoiceRow | None:
    """The invoice that is meant: by number, by order, by "it", or the only one."""
    rows = talk.must(InvoiceList, "list_invoices").invoices
    named = {str(task.slots.get("invoice_id") or ""), *invoice_ids(task.text)} - {""}
    found = [row for row in rows if row.invoice_id in named]
    if named and not found:
        raise Ended(
            f"There is no invoice {next(iter(named))} on this account. Please check the number, or ask me for the list."
        )
    if not found:
        found = _by_context(talk, task, rows) or (rows if len(rows) == 1 else [])
    if len(found) == 1:
        talk.show(_thing(found[0]))
        return found[0]
    if not rows:
        raise Ended("There are no invoices on your account.")
    if not ask:
        return None
    shown = (found or rows)[:_SHOWN_MOST]
    question = f"Which invoice do you mean?\n\n{wording.numbered([_line(row) for row in shown])}"
    raise asking.ask(
        task, question, about="which invoice you mean", slot="invoice_id", options=[_thing(row) for row in shown]
    )


def _by_context(talk: Talk, task: Task, rows: Sequence[InvoiceRow]) -> list[InvoiceRow]:
    orders = orders_meant(talk, task.text, all_orders(talk))
    ids = {order.order_id for order in orders.orders}
    if of_order := [row for row in rows if row.order_id in ids]:
        return of_order
    focus = talk.state.focus
    return [row for row in rows if focus is not None and row.invoice_id == focus.id]


def _thing(row: InvoiceRow) -> Thing:
    return Thing(kind="invoice", id=row.invoice_id, words=f"{row.invoice_id} {row.order_id}")


def _line(row: InvoiceRow) -> str:
    return (
        f"**{row.invoice_id}** for order {row.order_id}, {wording.money(row.total_cents)}, {wording.day(row.issued_on)}"
    )

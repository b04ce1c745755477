"""Money back: what was charged twice, what is lost, what came back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.models.offline import asking, wording
from agents.models.offline.flows.refund_words import patience, refund_line, with_a_person
from agents.models.offline.flows.tracking import lost_choice
from agents.models.offline.resolve import all_orders, choose_order, orders_meant, thing, unknown_order
from agents.models.offline.slots import amounts_cents
from agents.models.offline.state import Pending, Task
from agents.models.offline.talk import Ended, Talk
from agents.shop.results.billing import (
    Duplicate,
    PaymentList,
    Refunded,
    RefundList,
    RefundOption,
    RefundOptions,
)
from agents.shop.results.orders import OrderRow

_ALL = re.compile(r"\b(?:all of it|all my money|both|everything|the whole|whole amount|118|full amount)\b", re.I)
_PRONOUN = re.compile(r"\b(?:it|that|this|them)\b", re.I)
_WHY = {
    "duplicate_charge": "Order **{order}** ({goods}) was charged twice.",
    "lost_parcel": "The parcel of order **{order}** ({goods}) is lost.",
    "returned_item": "What you sent back of order **{order}** ({goods}) has arrived.",
    "price_error": "Order **{order}** ({goods}) was charged at a wrong price.",
}


def charged_twice(talk: Talk, task: Task) -> str:
    """Look for a double payment, and offer to refund exactly that."""
    talk.stay_with("refund_payment")
    payments = talk.must(PaymentList, "list_payments")
    orders = all_orders(talk)
    meant = orders_meant(talk, task.text, orders)
    if meant.unknown and not meant.orders:
        raise unknown_order(talk, task, meant.unknown[0], [], "look at")
    wanted = {order.order_id for order in meant.orders} if meant.how in ("number", "product") else set[str]()
    twice = [found for found in payments.duplicates if not wanted or found.order_id in wanted]
    if len(twice) == 1:
        return _refund(talk, task.with_slots(order_id=twice[0].order_id), orders, _twice(talk, twice[0], payments))
    if twice:
        held = [order for order in orders if order.order_id in {found.order_id for found in twice}]
        raise choose_order(
            talk,
            task.model_copy(update={"matter": "refund_me"}),
            held,
            "Several orders were charged twice. Which one is it?",
            "refund",
        )
    return _paid_once(talk, meant.orders, payments)


def _twice(talk: Talk, found: Duplicate, payments: PaymentList) -> str:
    days = sorted({p.captured_on for p in payments.payments if p.payment_id in found.payment_ids})
    amount = wording.money(found.amount_cents)
    times = "twice" if found.times == 2 else f"{found.times} times"
    on = f" (on {wording.joined([wording.day(when) for when in days])})" if days else ""
    return (
        f"You're right: {amount} for order **{found.order_id}** ({found.product}) was charged {times}{on}. "
        "One payment is too much."
    )


def _paid_once(talk: Talk, meant: Sequence[OrderRow], payments: PaymentList) -> str:
    refunds = talk.must(RefundList, "track_refunds").refunds
    ids = [order.order_id for order in meant]
    if made := next((r for r in refunds if not ids or r.order_id in ids), None):
        return f"I see no open double charge. {refund_line(talk, made)}"
    if not ids:
        return "I checked all payments on your account: nothing was charged twice, each order was paid once."
    talk.show(*[thing(order) for order in meant])
    paid = [p for p in payments.payments if p.order_id in ids]
    lines = [f"{wording.money(p.amount_cents)} on {wording.day(p.captured_on)} by {p.method}" for p in paid]
    return (
        f"Order **{ids[0]}** was paid once: {wording.joined(lines) or 'there is no payment at all'}. Nothing "
        "was charged twice."
    )


def refund(talk: Talk, task: Task) -> str:
    """Refund what the shop owes for one order, after a yes to that very amount."""
    talk.stay_with("refund_payment")
    if not task.slots.get("order_id") and not task.confirmed:
        task = _with_order(talk, task)
    return _refund(talk, task, all_orders(talk), "")


def _with_order(talk: Talk, task: Task) -> Task:
    """The task with the order it is about: named, or the one that money is due for."""
    orders = all_orders(talk)
    meant = orders_meant(talk, task.text, orders)
    unknown = meant.unknown[:1] or (
        [talk.state.unknown_id] if talk.state.unknown_id and _PRONOUN.search(task.text) else []
    )
    if unknown and not meant.orders:
        raise unknown_order(talk, task, unknown[0], [], "refund")
    if len(meant.orders) == 1:
        return task.with_slots(order_id=meant.orders[0].order_id)
    due = meant.orders or _due(talk, orders)
    if len(due) == 1:
        return task.with_slots(order_id=due[0].order_id)
    if not orders:
        raise Ended("There are no orders on your account, so there is nothing to refund.")
    raise choose_order(talk, task, due or orders, "Which order would you like money back for?", "refund")


def _due(talk: Talk, orders: Sequence[OrderRow]) -> list[OrderRow]:
    """The orders that something is wrong with: charged twice or lost; a running refund is told instead."""
    twice = {found.order_id for found in talk.must(PaymentList, "list_payments").duplicates}
    due = [order for order in orders if order.order_id in twice or order.status == "lost"]
    if not due and (running := talk.must(RefundList, "track_refunds").refunds):
        raise Ended(f"I can't refund that a second time. {refund_line(talk, running[0])}")
    return due


def _refund(talk: Talk, task: Task, orders: Sequence[OrderRow], why: str) -> str:
    order_id = str(task.slots["order_id"])
    order = next((order for order in orders if order.order_id == order_id), None)
    if order is None:
        raise unknown_order(talk, task, order_id, [], "refund")
    if not task.confirmed:
        _already(talk, order)
    options = talk.must(RefundOptions, "refund_options", order_id=order_id)
    if not options.options:
        raise _no_refund(talk, order, options)
    option = _wanted(task, options.options)
    task = task.model_copy(update={"matter": "refund_me"}).with_slots(
        reason=option.reason, amount_cents=option.amount_cents
    )
    if not task.confirmed:
        raise Ended(_question(talk, task, order, (options.method, option), why), _refund_pending(task, order, option))
    said = f"refunded {wording.money(option.amount_cents)} for {order_id}"
    if option.needs_person:
        said = f"asked a colleague to approve the refund of {wording.money(option.amount_cents)} for {order_id}"
    done = talk.act(
        Refunded, "refund_payment", said, order_id=order_id, amount_cents=option.amount_cents, reason=option.reason
    )
    return (
        f"Done: **{wording.money(done.amount_cents)}** for order {done.order_id} goes back to {done.method} "
        f"(refund {done.refund_id}). "
        f"The bank needs {done.working_days_min} to {done.working_days_max} working days."
    )


def _already(talk: Talk, order: OrderRow) -> None:
    """An equal refund that waits or was made in this conversation is told, never asked for twice."""
    waiting = next((w for w in talk.facts.pending_approvals if order.order_id in w.sentence), None)
    deed = talk.state.deed("refund_payment", order_id=order.order_id)
    if waiting is not None or (deed is not None and deed.waiting and talk.facts.pending_approvals):
        raise Ended(with_a_person(talk, waiting.number if waiting else talk.facts.pending_approvals[0].number))


def _no_refund(talk: Talk, order: OrderRow, options: RefundOptions) -> Ended:
    made = talk.must(RefundList, "track_refunds", order_id=order.order_id).refunds
    if made:
        said = talk.vary(
            f"This was already refunded, so I can't pay it a second time. {refund_line(talk, made[0])}",
            patience(talk, made[0]),
        )
        return Ended(said)
    if order.can_cancel:
        return asking.offer(
            f"**{order.order_id}** ({wording.goods(order)}) is {wording.STATUS[order.status]}. To get your money "
            "back it can be "
            "cancelled. Would you like that?",
            "cancel_order",
            f"cancelling {order.order_id}",
            order_id=order.order_id,
        )
    if order.can_return and order.return_until:
        return asking.offer(
            f"For **{order.order_id}** ({wording.goods(order)}) nothing is open to refund as it stands: it was "
            "delivered and paid once. "
            f"You can return it until {wording.day(order.return_until)}, and the money follows when it has "
            "arrived. Would you like that?",
            "return_item",
            f"a return of {order.order_id}",
            order_id=order.order_id,
        )
    return Ended(f"I can't refund {wording.named(order)}. {options.none_because or ''}".strip())


def _wanted(task: Task, options: Sequence[RefundOption]) -> RefundOption:
    return next((option for option in options if option.reason == task.slots.get("reason")), options[0])


def _question(talk: Talk, task: Task, order: OrderRow, to: tuple[str, RefundOption], why: str) -> str:
    """The confirmation: why, how much, for which order, to which payment method."""
    method, option = to
    amount = wording.money(option.amount_cents)
    because = why or _WHY[option.reason].format(order=order.order_id, goods=wording.goods(order))
    rest = ""
    if option.reason == "duplicate_charge" and _ALL.search(task.text):
        rest = " The other payment is for the item itself: to get that back too, the item has to be returned first."
    other = [cents for cents in amounts_cents(task.text) if cents > option.amount_cents]
    if other and not rest:
        rest = f" More than {amount} is not due."
    person = " The refund is above 100.00, so a colleague has to approve it first." if option.needs_person else ""
    instead = " (Or I can send a free replacement instead.)" if option.reason == "lost_parcel" else ""
    ask = talk.vary(
        f"Shall I refund **{amount}** for {order.order_id} to {method}?",
        f"Do you want me to refund **{amount}** for {order.order_id} to {method}?",
    )
    return f"{because}{rest}{person} {ask}{instead}"


def _refund_pending(task: Task, order: OrderRow, option: RefundOption) -> Pending:
    about = f"the refund of {wording.money(option.amount_cents)} for {order.order_id}"
    options = lost_choice(order).options if option.reason == "lost_parcel" else ()
    return Pending(asking="confirm", task=task, about=about, options=options)

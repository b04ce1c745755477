"""Changing an order that exists: cancel it, its quantity, its delivery, its address."""

from __future__ import annotations

import re

from agents.models.offline import asking, wording
from agents.models.offline.patterns import any_of
from agents.models.offline.resolve import all_orders, orders_meant, pick_order, thing
from agents.models.offline.slots import address, quantity
from agents.models.offline.state import Pending, Task
from agents.models.offline.talk import Ended, Talk, Trouble
from agents.shop.results.account import HelpArticles
from agents.shop.results.billing import CancellationFee
from agents.shop.results.orders import AddressChanged, Cancelled, DeliveryChanged, OrderChanged, OrderRow

_EXPRESS_PRICE = re.compile(r"express[^.]*?(\d+\.\d{2})", re.I)
_WHICH = any_of(r"\b(?:which|what|any|all)\b[^?]*\b(?:orders?|ones?|of (?:them|mine))\b", r"\bmy orders\b")
_FREE = any_of(r"\b(?:free|no (?:fee|cost|charge)|without (?:a )?(?:fee|cost|charge))\b")
_UNDER_WAY = ("processing", "shipped", "lost")


def cancel(talk: Talk, task: Task) -> str:
    """Cancel an order after a yes that knew the fee; a delivered one is offered as a return."""
    talk.stay_with("cancel_order")
    order = pick_order(talk, task, verb="cancel", fits=lambda o: o.can_cancel)
    task = task.with_slots(order_id=order.order_id)
    if not order.can_cancel:
        raise _cannot_cancel(talk, order)
    fee = order.cancel_fee_cents
    back = wording.money(order.total_cents - fee)
    cost = (
        f"It has been shipped, so cancelling costs a fee of **{wording.money(fee)}** and you get {back} back"
        if fee
        else (f"It has not been shipped, so that is free of charge and you get {back} back")
    )
    asking.confirm(
        task, f"You want to cancel {wording.named(order)}. {cost}. Shall I cancel it?", f"cancelling {order.order_id}"
    )
    said = f"cancelled {order.order_id} ({wording.goods(order)})"
    done = talk.act(Cancelled, "cancel_order", said, order_id=order.order_id)
    fee_said = f", less the fee of {wording.money(done.fee_cents)}" if done.fee_cents else ""
    return (
        f"Done: order **{done.order_id}** ({wording.goods(order)}) is cancelled. "
        f"{wording.money(done.refunded_cents)} goes back "
        f"to the way you paid{fee_said}."
    )


def _cannot_cancel(talk: Talk, order: OrderRow) -> Ended:
    if order.status == "cancelled":
        return Ended(
            f"Order **{order.order_id}** ({wording.goods(order)}) is cancelled already, there is nothing left to do."
        )
    if order.status == "lost":
        return Ended(
            f"Order **{order.order_id}** ({wording.goods(order)}) can't be cancelled any more: it was shipped "
            "and seems to be lost. "
            "I can send a replacement free of charge, or start a refund. Which do you prefer?",
            Pending(
                asking="offer",
                task=Task(matter="track_order", slots={"order_id": order.order_id}),
                about=f"the lost parcel {order.order_id}",
            ),
        )
    when = f" {wording.ago(order.delivered_on, talk.today)}" if order.delivered_on else ""
    said = f"Order **{order.order_id}** ({wording.goods(order)}) was already delivered{when}, so it can't be cancelled."
    if not order.can_return or order.return_until is None:
        return Ended(said)
    return asking.offer(
        f"{said} You can return it until {wording.day(order.return_until)} instead. Would you like that?",
        "return_item",
        f"a return of {order.order_id}",
        order_id=order.order_id,
    )


def fee(talk: Talk, task: Task) -> str:
    """What cancelling costs, for each order that is named; with several, which one to cancel stays open."""
    orders = all_orders(talk)
    meant = orders_meant(talk, task.text, orders).orders
    if not meant and _WHICH.search(task.text):
        meant = [o for o in orders if o.can_cancel and not (_FREE.search(task.text) and o.cancel_fee_cents)]
    if not meant:
        rule = talk.must(CancellationFee, "cancellation_fee")
        return f"{rule.because} Tell me which order if you would like to cancel one."
    costs = [(order, _cost(talk, order)) for order in meant]
    talk.show(*[thing(order) for order, _ in costs])
    told = [f"**{order.order_id}** ({wording.goods(order)}): {cost}" for order, cost in costs]
    if len(told) == 1:
        if not meant[0].can_cancel:
            return f"{told[0]}."
        raise asking.offer(
            f"Cancelling {told[0]}. Would you like to cancel it?",
            "cancel_order",
            "cancelling it",
            order_id=meant[0].order_id,
        )
    question = "Which one would you like to cancel, if any?"
    raise asking.ask(
        Task(matter="cancel_order", text=""),
        f"This is what cancelling costs today:\n\n{wording.numbered(told)}\n\n{question}",
        about="which order to cancel",
        slot="order_id",
        options=[thing(order) for order in meant],
    )


def _cost(talk: Talk, order: OrderRow) -> str:
    found = talk.learn(CancellationFee, "cancellation_fee", order_id=order.order_id)
    if isinstance(found, Trouble):
        return found.message
    if not order.can_cancel:
        return f"can't be cancelled, it is {wording.STATUS[order.status]}"
    return (
        f"costs {wording.money(found.fee_cents)}, because it is shipped already"
        if found.fee_cents
        else "free of charge"
    )


def change_quantity(talk: Talk, task: Task) -> str:
    """Change how many pieces an order holds."""
    talk.stay_with("change_order_quantity")
    order = pick_order(talk, task, verb="change", fits=lambda o: o.can_change)
    task = task.with_slots(order_id=order.order_id)
    _only_while_processing(order, "the quantity")
    wanted = task.slots.get("quantity") or quantity(task.text)
    if not isinstance(wanted, int) or wanted < 1:
        raise asking.ask(
            task,
            f"How many pieces should {wording.named(order)} hold?",
            about=f"the quantity of {order.order_id}",
            slot="quantity",
        )
    task = task.with_slots(quantity=wanted)
    line = order.items[0]
    if line.quantity == wanted and len(order.items) == 1:
        return f"Order **{order.order_id}** already holds {wanted} x {line.product}, so there is nothing to change."
    goods_cents = wanted * line.unit_price_cents
    asking.confirm(
        task,
        f"I would change order {order.order_id} from {line.quantity} to **{wanted}** x {line.product}; the goods "
        "then cost "
        f"{wording.money(goods_cents)}. Shall I do that?",
        f"changing {order.order_id} to {wanted} pieces",
    )
    said = f"changed {order.order_id} to {wanted} x {line.product}"
    done = talk.act(OrderChanged, "change_order_quantity", said, order_id=order.order_id, quantity=wanted)
    return (
        f"Done: order **{done.order_id}** now holds {done.quantity} x {done.product}, together "
        f"{wording.money(done.total_cents)}."
    )


def change_delivery(talk: Talk, task: Task) -> str:
    """Switch an order between express and standard."""
    talk.stay_with("change_delivery_option")
    order = pick_order(talk, task, verb="change", fits=lambda o: o.can_change)
    task = task.with_slots(order_id=order.order_id)
    _only_while_processing(order, "the delivery")
    wanted = str(
        task.slots.get("delivery")
        or ("standard" if re.search(r"\bto (?:the )?standard|\bstandard\b", task.text, re.I) else "express")
    )
    task = task.with_slots(delivery=wanted)
    if order.delivery == wanted:
        return f"Order **{order.order_id}** ({wording.goods(order)}) already goes by {wanted}."
    price = _delivery_price(talk, wanted)
    asking.confirm(
        task,
        f"I would send {wording.named(order)} by **{wanted}** delivery{price}. Shall I change it?",
        f"{wanted} delivery for {order.order_id}",
    )
    said = f"switched {order.order_id} to {wanted} delivery"
    done = talk.act(DeliveryChanged, "change_delivery_option", said, order_id=order.order_id, delivery=wanted)
    return (
        f"Done: order **{done.order_id}** goes by {done.delivery}, for {wording.money(done.fee_cents)}, and "
        "should arrive "
        f"{wording.due(done.expected_on, talk.today)}."
    )


def _delivery_price(talk: Talk, wanted: str) -> str:
    """What the other delivery costs, as the help pages say it."""
    if wanted != "express":
        return ", and what express cost comes back"
    articles = talk.must(HelpArticles, "search_help", query="express delivery cost").articles
    price = next((found[1] for article in articles if (found := _EXPRESS_PRICE.search(article.body))), "")
    return f", which is {price} and arrives the next day" if price else ", which arrives the next day"


def change_address(talk: Talk, task: Task) -> str:
    """Send one order elsewhere; the account stays as it is."""
    talk.stay_with("change_order_address")
    wanted = task.slots.get("address") or address(task.text)
    if not any(order.status in _UNDER_WAY for order in all_orders(talk)):
        raise _account_instead(wanted)
    order = pick_order(talk, task, verb="send elsewhere", fits=lambda o: o.can_change)
    task = task.with_slots(order_id=order.order_id)
    _only_while_processing(order, "the address")
    if not isinstance(wanted, str):
        question = f"Where should {wording.named(order)} go? Please give me street, number, postcode and town."
        raise asking.ask(task, question, about=f"the new address for {order.order_id}", slot="address")
    task = task.with_slots(address=wanted)
    asking.confirm(
        task,
        f"I would send {wording.named(order)} to **{wanted}**; your account keeps its address. Shall I do that?",
        f"the new address for {order.order_id}",
    )
    said = f"changed the address of {order.order_id}"
    done = talk.act(AddressChanged, "change_order_address", said, order_id=order.order_id, address=wanted)
    return f"Done: order **{order.order_id}** goes to {done.address}. The address on your account is unchanged."


def _account_instead(wanted: object) -> Ended:
    """No order is under way: what remains is the address on the account."""
    slots = {"address": wanted} if isinstance(wanted, str) else {}
    return asking.offer(
        "None of your orders is under way, so there is no delivery to redirect. Would you like to change the "
        "address on your account?",
        "account_address",
        "the address on your account",
        **slots,
    )


def change_account_address(talk: Talk, task: Task) -> str:
    """Change the address on the account, for all future orders."""
    talk.stay_with("change_account_address")
    wanted = task.slots.get("address") or address(task.text)
    if not isinstance(wanted, str):
        question = "What is the new address for your account? Please give me street, number, postcode and town."
        raise asking.ask(task, question, about="the new address for your account", slot="address")
    task = task.with_slots(address=wanted)
    asking.confirm(
        task,
        f"I would change the address on your account to **{wanted}**, for all future orders. Shall I do that?",
        "the new address for your account",
    )
    done = talk.act(AddressChanged, "change_account_address", "changed the address on your account", address=wanted)
    return f"Done: your account now has the address {done.address}. Orders already placed keep theirs."


def _only_while_processing(order: OrderRow, what: str) -> None:
    if not order.can_change:
        state = wording.STATUS[order.status]
        raise Ended(
            f"I can't change {what} of **{order.order_id}** ({wording.goods(order)}) any more: the order is {state}."
        )

"""Sending things back, and getting new ones: returns, replacements, faults."""

from __future__ import annotations

from agents.models.offline import asking, wording
from agents.models.offline.flows.help import cited
from agents.models.offline.flows.tracking import lost_choice, missed
from agents.models.offline.patterns import any_of
from agents.models.offline.resolve import all_orders, orders_meant, pick_order, thing
from agents.models.offline.slots import category_in, order_ids
from agents.models.offline.state import Pending, Task, Thing
from agents.models.offline.talk import Ended, Talk
from agents.shop.results.billing import RefundPolicy
from agents.shop.results.orders import OrderRow, ReplacementSent, ReturnRequested

_ANOTHER_KIND = any_of(
    r"\b(?:bigger|smaller|larger|better|different|cheaper|lighter|another (?:model|colou?r|size|kind))\b",
    r"\b(?:other (?:model|colou?r|size))\b",
)
_MONEY_BACK = any_of(r"\b(?:refund\w*|money back|reimburs\w*|pa(?:y|id) back|repay\w*)\b")
_REASONS = (
    (
        "faulty",
        any_of(
            r"\b(?:broken|broke|defect\w*|faulty|fault|dead pixels?|damaged|cracked|scratch\w*|rattl\w*|crackl\w*)\b",
            r"\b(?:flicker\w*|not work\w*|doesn'?t|won'?t|stopped)\b",
        ),
    ),
    ("wrong_item", any_of(r"\bwrong (?:item|article|product|one|colou?r|size|thing)\b")),
    ("not_as_described", any_of(r"\bnot (?:as|like|what)\b", r"\bdescri")),
    (
        "changed_mind",
        any_of(
            r"\b(?:don'?t (?:like|need|want)|changed my mind|no longer|too (?:big|small|heavy|loud))\b",
            r"\b(?:cheaper|expected)\b",
        ),
    ),
)


def start_return(talk: Talk, task: Task) -> str:
    """Start the return of a delivered order; the money follows when it has arrived."""
    talk.stay_with("request_return")
    order = pick_order(
        talk,
        task,
        verb="return",
        fits=lambda o: o.can_return or (o.return_requested and o.status == "delivered"),
        none="I see no delivered order on your account that is still inside the 30 days for a return.",
    )
    task = task.with_slots(order_id=order.order_id, reason=task.slots.get("reason") or reason_in(task.text))
    if not order.can_return or order.return_until is None:
        raise _cannot_return(talk, order)
    reason = str(task.slots["reason"])
    why = f" as {reason.replace('_', ' ')}" if reason != "other" else ""
    asking.confirm(
        task,
        f"Yes, {wording.goods(order)} ({order.order_id}) can be returned until "
        f"{wording.day(order.return_until)}, that is 30 days from "
        f"delivery. I would register the return of {wording.named(order)}{why}; you get a label by mail, and the "
        "money follows "
        "once the parcel has arrived. Shall I start the return?",
        f"the return of {order.order_id}",
    )
    said = f"started the return of {order.order_id} ({wording.goods(order)})"
    done = talk.act(ReturnRequested, "request_return", said, order_id=order.order_id, reason=reason)
    return (
        f"Done: return **{done.return_id}** for order {done.order_id} is registered and the label is in your "
        "mail. Please send it "
        f"back by {wording.day(done.send_back_until)}. When it has arrived, {wording.money(done.refund_cents)} "
        "goes back to the way "
        "you paid, which takes 5 to 7 working days."
    )


def reason_in(text: str) -> str:
    """Why something comes back, in the words of the shop."""
    return next((reason for reason, words in _REASONS if words.search(text)), "other")


def _cannot_return(talk: Talk, order: OrderRow) -> Ended:
    if order.return_requested:
        return Ended(
            f"A return for **{order.order_id}** ({wording.goods(order)}) is already registered; the label is in "
            "your mail."
        )
    if order.status == "lost":
        return missed(talk, order)
    if order.status in ("processing", "shipped"):
        return asking.offer(
            f"**{order.order_id}** ({wording.goods(order)}) is {wording.STATUS[order.status]}, so it can't be "
            "returned yet. It can be "
            "cancelled instead. Would you like that?",
            "cancel_order",
            f"cancelling {order.order_id}",
            order_id=order.order_id,
        )
    return Ended(
        f"**{order.order_id}** ({wording.goods(order)}) can't be returned any more: the 30 days after delivery "
        "are over."
    )


def replace(talk: Talk, task: Task) -> str:
    """Send the articles again, free of charge, for a lost parcel or a faulty item."""
    talk.stay_with("send_replacement")
    order = pick_order(talk, task, verb="replace", fits=lambda o: o.status in ("lost", "delivered"))
    if order.replacement_order_id:
        return (
            f"Order **{order.order_id}** was already replaced; the new one is order **{order.replacement_order_id}**."
        )
    if order.status not in ("lost", "delivered"):
        return (
            f"**{order.order_id}** ({wording.goods(order)}) is {wording.STATUS[order.status]}; a replacement "
            "is for lost or faulty items."
        )
    if (deed := talk.state.deed("refund_payment", order_id=order.order_id)) is not None:
        return f"For {order.order_id} I have {deed.said}; an order gets either the money or a replacement, not both."
    if order.status == "delivered" and _ANOTHER_KIND.search(task.text) and order.can_return:
        raise asking.offer(
            f"A replacement is the same item again. For another model, {wording.goods(order)} ({order.order_id}) "
            "goes back and you order "
            "the new one. Would you like to start the return?",
            "return_item",
            f"a return of {order.order_id}",
            order_id=order.order_id,
        )
    reason = "lost" if order.status == "lost" else "faulty"
    task = task.with_slots(order_id=order.order_id, reason=reason)
    asking.confirm(
        task,
        f"I would send you **{wording.goods(order)}** again as a free replacement for order {order.order_id} "
        f"({reason}, "
        f"worth {wording.money(order.total_cents)}), to {order.delivery_address}. Shall I send it?",
        f"the replacement for {order.order_id}",
        lost_choice(order).options if reason == "lost" else (),
    )
    said = f"sent a replacement for {order.order_id}"
    done = talk.act(ReplacementSent, "send_replacement", said, order_id=order.order_id, reason=reason)
    return (
        f"Done: your replacement is order **{done.replacement_order_id}**, free of charge. It should arrive "
        f"{wording.due(done.expected_on, talk.today)}."
    )


def faulty(talk: Talk, task: Task) -> str:
    """A delivered item has a fault: a new one or a return, as the customer likes."""
    talk.stay_with("send_replacement")
    order = pick_order(talk, task, verb="look at", fits=lambda o: o.status == "delivered")
    if order.status != "delivered":
        return (
            f"**{order.order_id}** ({wording.goods(order)}) is {wording.STATUS[order.status]}; once it is "
            "there I can help with faults."
        )
    slots = {"order_id": order.order_id, "reason": "faulty"}
    if not order.can_return:
        return replace(talk, Task(matter="replacement", text=task.text, slots=dict(slots)))
    raise Ended(
        f"I'm sorry about that. For {wording.named(order)} I can send a **replacement** free of charge, or start "
        "a **return** and you "
        "get your money back when it has arrived. Which do you prefer?",
        Pending(
            asking="choose",
            task=Task(matter="replacement", slots=dict(slots)),
            about=f"a replacement or a return for {order.order_id}",
            slot="matter",
            options=(
                Thing(kind="matter", id="replacement", words="replacement replace new one another exchange swap again"),
                Thing(kind="matter", id="return_item", words="return back refund money send"),
            ),
        ),
    )


def return_window(talk: Talk, task: Task) -> str:
    """How long things can be returned; for an order that is meant, its own last day."""
    if order := _meant_for_return(talk, task):
        talk.show(thing(order))
        last = wording.day(order.return_until) if order.return_until else ""
        raise asking.offer(
            f"**{wording.goods(order)}** ({order.order_id}) can be returned until {last}, that is 30 days from "
            "delivery. You get a label by mail. Would you like to start the return?",
            "return_item",
            f"a return of {order.order_id}",
            order_id=order.order_id,
        )
    return _rule(talk, about_money=bool(_MONEY_BACK.search(task.text)))


def _rule(talk: Talk, *, about_money: bool) -> str:
    """The rule with the page it comes from; without help pages the tool that holds it is asked."""
    if about_money:
        talk.stay_with("refund_policy")
    query = "refund policy" if about_money else "returning an item within 30 days of delivery"
    return cited(talk, query) or talk.must(RefundPolicy, "refund_policy").text


def _meant_for_return(talk: Talk, task: Task) -> OrderRow | None:
    """The one order that a question on returns is about, if it can be returned."""
    points = talk.state.focus is not None or category_in(task.text) or order_ids(task.text)
    orders = all_orders(talk) if points and "request_return" in talk.tools else []
    meant = orders_meant(talk, task.text, orders).orders
    return meant[0] if len(meant) == 1 and meant[0].can_return else None

"""Where an order is; what can be done about a lost one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.models.offline import wording
from agents.models.offline.resolve import LISTED_MOST, all_orders, choose_order, orders_meant, thing, unknown_order
from agents.models.offline.state import Pending, Task, Thing
from agents.models.offline.talk import Ended, Talk
from agents.shop.results.orders import OrderRow

_PRICE = re.compile(r"\b(?:how much|price|cost|paid|pay)\b", re.I)
_ABSENT = re.compile(r"\b(?:not|n't|never|no|lost|missing|still|where)\b", re.I)


def track(talk: Talk, task: Task) -> str:
    """Say where the order is that is meant; of several open ones, all, and ask which."""
    talk.stay_with("track_order")
    orders = all_orders(talk)
    known = [order for order in orders if order.order_id == task.slots.get("order_id")]
    meant = orders_meant(talk, task.text, orders)
    if not known and meant.unknown and not meant.orders:
        raise unknown_order(talk, task, meant.unknown[0], _under_way(orders), "track")
    found = known or meant.orders or _candidates(task, orders)
    if not found:
        raise Ended("I see no orders on your account yet, so there is nothing on its way.")
    if len(found) == 1:
        price = f" It cost {wording.money(found[0].total_cents)}." if _PRICE.search(task.text) else ""
        return _one(talk, found[0]) + price
    if meant.how == "number":
        talk.show(*[thing(order) for order in found])
        return wording.bullets([_whereabouts(talk, order) for order in found])
    lines = "Here is where your orders are. Which one do you want to know more about?"
    raise choose_order(talk, task.model_copy(update={"act": "question"}), found, lines, "look at")


def _under_way(orders: Sequence[OrderRow]) -> list[OrderRow]:
    return [order for order in orders if order.status in ("processing", "shipped", "lost")]


def _candidates(task: Task, orders: Sequence[OrderRow]) -> list[OrderRow]:
    """Open orders; a parcel that is missed is first looked for among the lost ones."""
    lost = [order for order in orders if order.status == "lost"]
    if _ABSENT.search(task.text) and len(lost) == 1:
        return lost
    return _under_way(orders) or list(orders[:1])


def list_orders(talk: Talk, task: Task) -> str:
    """The latest orders."""
    orders = all_orders(talk)[:LISTED_MOST]
    if not orders:
        return "There are no orders on your account yet."
    talk.show(*[thing(order) for order in orders])
    return (
        "These are your latest "
        f"orders:\n\n{wording.numbered([wording.order_line(order, talk.today) for order in orders])}"
    )


def _one(talk: Talk, order: OrderRow) -> str:
    talk.show(thing(order))
    if order.status == "lost":
        raise missed(talk, order)
    return _whereabouts(talk, order)


def _whereabouts(talk: Talk, order: OrderRow) -> str:
    name = f"**{order.order_id}** ({wording.goods(order)})"
    by_when = f" It should arrive {wording.due(order.expected_on, talk.today)}." if order.expected_on else ""
    match order.status:
        case "processing":
            return f"Your order {name} is being prepared and has not been shipped yet.{by_when}"
        case "shipped":
            scan = f" It was last scanned {wording.ago(order.last_scan_on, talk.today)}." if order.last_scan_on else ""
            return f"Your order {name} is on its way.{by_when}{scan}"
        case "delivered":
            when = f" {wording.ago(order.delivered_on, talk.today)}" if order.delivered_on else ""
            hint = " If you can't find it, neighbours or the place you agreed with the carrier are worth a look."
            return f"Your order {name} was delivered{when}.{hint}"
        case "cancelled":
            return f"Your order {name} was cancelled."
        case "lost":
            return f"Your order {name} seems to be lost: there was no scan for {order.days_since_scan} days."


def missed(talk: Talk, order: OrderRow) -> Ended:
    """Tell that a parcel is lost, and leave the choice between a new one and the money open."""
    if order.replacement_order_id:
        return Ended(
            f"That parcel was lost, and its replacement is on the way as order **{order.replacement_order_id}**."
        )
    if (deed := talk.state.deed("refund_payment", order_id=order.order_id)) is not None:
        wait = " It still waits for a colleague's approval." if deed.waiting else ""
        return Ended(f"That parcel is lost; {deed.said}.{wait}")
    sent = f"It was shipped {wording.ago(order.shipped_on, talk.today)}, and " if order.shipped_on else ""
    return Ended(
        f"Your parcel with **{wording.goods(order)}** ({order.order_id}) seems to be lost. {sent}"
        f"it has not been scanned for {order.days_since_scan} days.\n\nI can send you a **replacement** free of "
        "charge, or have the "
        f"**refund** of {wording.money(order.total_cents)} started. Which do you prefer?",
        lost_choice(order),
    )


def lost_choice(order: OrderRow) -> Pending:
    """The open question: a replacement or the money."""
    return Pending(
        asking="choose",
        task=Task(matter="replacement", slots={"order_id": order.order_id, "reason": "lost"}),
        about=f"a replacement or a refund for {order.order_id}",
        slot="matter",
        options=(
            Thing(kind="matter", id="replacement", words="replacement replace new one again another send resend ship"),
            Thing(kind="matter", id="refund_me", words="refund money back reimburse cash reimbursement repay"),
        ),
    )


def what_if_lost(talk: Talk, task: Task) -> str:
    """What happens with a parcel that never arrives; starts nothing."""
    lost = next((o for o in all_orders(talk) if o.status == "lost"), None)
    about = f" For {lost.order_id} that is the case already." if lost else " Yours are not at that point."
    return (
        "A parcel without a scan for 7 days counts as lost. Then you choose: we send a replacement free of "
        "charge, or you get "
        f"a refund of what you paid (above 100.00 a colleague approves it first).{about} Nothing starts before "
        "you say so."
    )

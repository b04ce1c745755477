"""Where the money is: with a person, on its way, or not asked for. Nothing is paid here."""

from __future__ import annotations

import re

from agents.models.offline import wording
from agents.models.offline.flows.refund_words import patience, refund_line, with_a_person
from agents.models.offline.flows.refunding import charged_twice, refund
from agents.models.offline.resolve import all_orders
from agents.models.offline.slots import REFUND_ID
from agents.models.offline.state import Task, Thing
from agents.models.offline.talk import Ended, Talk
from agents.shop.results.billing import PaymentList, RefundList, RefundPolicy, RefundRow

_HOW_LONG = re.compile(r"\bhow (?:long|many days|soon|fast)\b|\b(?:normally|usually|typically|take)\b", re.I)


def where_is_refund(talk: Talk, task: Task) -> str:
    """Where the money is: with a person, on its way, or not asked for; nothing is paid here."""
    talk.stay_with("track_refunds")
    if deed := talk.state.done[-1:]:
        _after(talk, deed[0].tool, deed[0].said)
    pending = [waiting for waiting in talk.facts.pending_approvals if "refund" in waiting.what]
    if pending:
        return with_a_person(talk, pending[0].number)
    refunds = talk.must(RefundList, "track_refunds").refunds
    meant = REFUND_ID.search(task.text)
    wanted = [r for r in refunds if (meant and r.refund_id.endswith(meant[2])) or r.order_id in task.text.upper()]
    if not refunds and _HOW_LONG.search(task.text):
        return _how_long(talk)
    if not refunds:
        return _none_running(talk, task)
    shown = (wanted or refunds)[:1] if len(refunds) == 1 or wanted else refunds[:3]
    talk.show(*[_of_order(r) for r in shown])
    if len(shown) == 1:
        return talk.vary(refund_line(talk, shown[0]), patience(talk, shown[0]))
    return f"These refunds are on their way:\n\n{wording.bullets([refund_line(talk, r) for r in shown])}"


def _how_long(talk: Talk) -> str:
    policy = talk.must(RefundPolicy, "refund_policy")
    return f"Once a refund is made, the bank needs {policy.working_days_min} to {policy.working_days_max} working days."


def _of_order(refund: RefundRow) -> Thing:
    return Thing(kind="order", id=refund.order_id)


def more_on_refund(talk: Talk, task: Task) -> str:
    """A further word on a refund: its facts again, or that there is none."""
    known = talk.facts.pending_approvals or talk.state.done or talk.must(RefundList, "track_refunds").refunds
    if known or _HOW_LONG.search(task.text):
        return where_is_refund(talk, task)
    return talk.vary(
        "There is no refund to tell of. If something is wrong with an order or a payment, tell me which one.",
        "More than that I can't see. A person can look at it if you like: just ask for one.",
    )


def after_deed(talk: Talk, task: Task) -> str:
    """What happens now, after what was done last."""
    deed = talk.state.done[-1]
    _after(talk, deed.tool, deed.said)
    return where_is_refund(talk, task)


def _after(talk: Talk, tool: str, said: str) -> None:
    """After a return or a cancelling, the money is explained by that."""
    if tool == "request_return":
        raise Ended(
            f"I have {said}. You don't have to do anything but send it back: once it has arrived, the refund is "
            "started for you "
            "(above 100.00 a colleague approves it), and the bank then needs 5 to 7 working days."
        )
    if tool == "cancel_order":
        raise Ended(
            f"I have {said}; the money goes back the way you paid by itself. The bank needs 5 to 7 working days."
        )


def _none_running(talk: Talk, task: Task) -> str:
    twice = talk.must(PaymentList, "list_payments").duplicates
    if twice:
        return charged_twice(talk, task)
    if any(order.status == "lost" for order in all_orders(talk)):
        return refund(talk, task)
    return (
        "I see no refund on your account so far. If you expect one, tell me for which order and I will look "
        "at what can be done."
    )

"""Corrections: another value for a slot that is known, another remedy, or the same command once more."""

from __future__ import annotations

import re

from agents.models.offline import slots
from agents.models.offline.answering import Reply, alike
from agents.models.offline.flows.buying import subscribes
from agents.models.offline.flows.returning import reason_in
from agents.models.offline.hearing import LEAVE
from agents.models.offline.patterns import any_of, one_of
from agents.models.offline.picking import picked
from agents.models.offline.replies import ordinal
from agents.models.offline.resolve import all_orders, orders_meant
from agents.models.offline.slots import allowed
from agents.models.offline.state import Task, Value

_FEW_WORDS = 6
_CORRECTS = any_of(
    r"\b(?:sorry|typo|i meant?|instead|rather|actually|make (?:it|that)|correction|no,|not that|other one|wrong)\b",
    r"\bchange (?:it|that) to\b",
)
_OWN_ADDRESS = any_of(
    r"\bthe (?:one|address) (?:in|on|of) (?:my |the )?(?:account|profile|file)\b",
    r"\bmy (?:account|current|profile)(?:'s)? (?:address|one)\b",
)
_ONE_ORDER = any_of(
    r"\b(?:only|just|for) (?:for )?(?:the|this|that|my) (?:[\w-]+ )?(?:order|parcel|delivery|package)\b",
    r"\bnot (?:for )?(?:the|my) account\b",
)
_POINTS = any_of(r"\bother\b", r"\b(?:first|second|third|last) (?:one|order)\b")
_NAMES_PRODUCT = any_of(
    r"\b(?:the|a|an|meant?|rather|instead|take)\s+"
    r"((?:[A-Za-z][\w-]*|\d+)(?:\s+(?:\w*\d\w*|lite|mini|max|pro|one))?)\b"
)
_HEDGED = any_of(
    r"\?",
    r"\b(?:if|unless|when|maybe|perhaps|might|should i|would it|could i|can i|another|other|also|too|as well)\b",
)
_MONEY_BACK = ("refund_me", "duplicate_charge", "refund_options")
_VERBS = {
    "cancel_order": "cancel",
    "refund_me": "refund|reimburse|pay|give|send",
    "return_item": "return|start|send",
    "replacement": "send|replace|ship",
    "change_order": "change|do",
    "change_delivery": "change|switch|do|upgrade",
    "order_address": "change|send|do",
    "account_address": "change|do",
    "unlock_account": "unlock",
    "reset_password": "reset|send|mail",
    "close_account": "close|delete",
    "correct_invoice": "correct|fix|change|do",
    "quote": "quote|make|write|send",
    "place_order": "order|buy|place|take",
    "newsletter": "subscribe|unsubscribe|sign me up|do",
    "change_payment_method": "change|use|do",
    "complaint": "send|do",
}
_OPENERS = one_of(
    "ok|okay|fine|good|alright|great|well|so|then|please|just|and|now|perfect|right|correct|sure|exactly|go|yes"
)
_BEFORE_VERB = rf"^\W*(?:{_OPENERS}\W+)*"
_AFTER_VERB = (
    r"(?: (?:it|them|that|this|one|those|back|the order|me|a new one|new ones))*"
    r"(?: (?:please|then|now|pls|already))*\W*$"
)


def corrects(reply: Reply) -> bool:
    """Whether the reply has words of correction."""
    return bool(_CORRECTS.search(reply.text))


def changed(reply: Reply) -> Task | None:
    """The task with another value where the reply gives one; the rest is kept and confirmed anew."""
    task, text = reply.task, reply.text
    if task.matter == "correct_invoice" and _OWN_ADDRESS.search(text) and reply.said.verdict != "yes":
        return task.with_slots(address="account").model_copy(update={"text": f"{task.text} {text}"})
    if task.matter == "account_address" and _ONE_ORDER.search(text):
        return Task(matter="order_address", text=text, slots=task.slots)
    if new := _new_values(reply):
        return task.with_slots(**new)
    amounts = slots.amounts_cents(text)
    agreed = reply.said.verdict in ("yes", "weak")
    if "amount_cents" in task.slots and agreed and amounts and task.slots["amount_cents"] not in amounts:
        return task.model_copy(update={"text": f"{task.text} {text}"})
    return _other_product(reply)


def _new_values(reply: Reply) -> dict[str, Value]:
    known, text, new = reply.task.slots, reply.text, dict[str, Value]()
    if _may_correct(reply):
        count = slots.quantity(text, bare=True)
        if not (_asks(reply) and reply.said.verdict == "none"):
            new |= _other_order(reply)
        if "quantity" in known and count and count != known["quantity"]:
            new["quantity"] = count
    if "address" in known and (address := slots.address(text)) and address != known["address"]:
        new["address"] = address
    if "delivery" in known and (way := re.search(r"\b(?<!no )(?<!not )(standard|express)\b", text, re.I)):
        new |= {"delivery": way[1].lower()} if way[1].lower() != known["delivery"] else {}
    if "subscribed" in known and (on := subscribes(text)) is not None and on != known["subscribed"]:
        new["subscribed"] = on
    if (
        reply.task.matter == "return_item"
        and reply.said.verdict != "yes"
        and (why := reason_in(text)) not in ("other", known.get("reason"))
    ):
        new["reason"] = why
    return new


def with_reason(reply: Reply) -> Task:
    """The task with the reason for a return that came beside the yes: "yes, it is too big"."""
    why = reason_in(reply.text) if reply.task.matter == "return_item" else "other"
    return reply.task.with_slots(reason=why) if why != "other" else reply.task


def _may_correct(reply: Reply) -> bool:
    """Whether a value in the reply is meant for the open task, not for another request beside it."""
    aside = any(one.task.matter != LEAVE for one in reply.sure)
    return corrects(reply) or reply.said.verdict == "no" or len(reply.text.split()) <= _FEW_WORDS or not aside


def _asks(reply: Reply) -> bool:
    return bool(reply.heard) and reply.heard[0].task.act == "question"


def _other_order(reply: Reply) -> dict[str, Value]:
    known = reply.task.slots.get("order_id")
    if known is None:
        return {}
    text, verdict = allowed(reply.text), reply.said.verdict
    orders = all_orders(reply.talk)
    meant = orders_meant(reply.talk, text, orders)
    if meant.unknown and not meant.orders:
        return {"order_id": meant.unknown[0]}
    points = (verdict == "no" and ordinal(text) is not None) or (verdict != "yes" and _POINTS.search(text))
    named = meant.how in ("number", "product") or points
    if named and len(meant.orders) == 1 and meant.orders[0].order_id != known:
        return {"order_id": meant.orders[0].order_id}
    rest = [order for order in orders if order.order_id != known and order.can_cancel]
    other = verdict == "no" and re.search(r"\bother one\b", text, re.I) and len(rest) == 1
    return {"order_id": rest[0].order_id} if other else {}


def _other_product(reply: Reply) -> Task | None:
    """The task with the words for another product, if the reply names one."""
    known = reply.task.slots
    if "product" not in known or _asks(reply) or not _may_correct(reply):
        return None
    own = str(known["product"])
    rest = " ".join(word for word in reply.text.split() if not slots.name_score(slots.words(word), own))
    match = _NAMES_PRODUCT.search(rest)
    named = match[1] if match else ""
    if not named or not (slots.category_in(named) or re.search(r"\w+ \w*\d|lite|mini|max", named, re.I)):
        return None
    kept = {name: value for name, value in known.items() if name != "product"}
    return reply.task.model_copy(update={"text": rest, "slots": kept})


def other_remedy(reply: Reply) -> Task | None:
    """Another remedy than the one asked about: "send me a new one instead"."""
    options = reply.pending.options
    if not options or options[0].kind != "matter":
        return None
    named = picked(reply.text, reply.pending)
    if len(named) == 1 and not alike(str(named[0]), reply.task.matter):
        return Task(matter=str(named[0]), text=reply.text, slots={"order_id": reply.task.slots["order_id"]})
    return None


_REMEDY_WORDS = {
    "refund_me": any_of(r"\b(?:refund\w*|money|cash|reimburs\w*)\b"),
    "replacement": any_of(r"\breplac\w*\b", r"\b(?:new|another) (?:ones?|pair)\b"),
    "return_item": any_of(r"\breturn\w*\b"),
}


def names_remedy(matter: str, text: str) -> bool:
    """Whether the text names that remedy by its own word."""
    return bool(_REMEDY_WORDS[matter].search(text)) if matter in _REMEDY_WORDS else False


def restates(reply: Reply) -> bool:
    """Whether the reply is the very command again: "cancel it", "can you refund it"."""
    verbs = _VERBS.get(reply.task.matter, "")
    if verbs and re.match(f"{_BEFORE_VERB}(?:{verbs}){_AFTER_VERB}", reply.text, re.I):
        return True
    one = reply.heard[0] if len(reply.heard) == 1 else None
    if one is None or not one.sure or one.task.act != "command" or _HEDGED.search(reply.text):
        return False
    same = one.task.matter == reply.task.matter or {one.task.matter, reply.task.matter} <= set(_MONEY_BACK)
    return same and reply.said.verdict != "no"

"""The pending question first: what a reply does to it. Yes acts, no ends it, a new value asks anew, the rest waits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.models.offline import slots
from agents.models.offline.flows.returning import reason_in
from agents.models.offline.flows.small import title
from agents.models.offline.hearing import LEAVE, Heard, Reads, hear
from agents.models.offline.matters import CHAT
from agents.models.offline.replies import Said, is_empty, is_limit, ordinal, said
from agents.models.offline.resolve import all_orders, orders_meant
from agents.models.offline.state import Pending, Task, Thing, Value
from agents.models.offline.talk import Talk

FAMILY = ("refund_me", "duplicate_charge", "refund_options", "replacement", "return_item", "cancel_order")
_SAME = ({"refund_me", "duplicate_charge", "refund_options"}, {"replacement", "faulty"}, {"order_address", "account_address"},
         {"send_invoice", "find_invoice"}, {"track_order", "list_orders"}, {"reset_password", "unlock_account"})  # fmt: skip
_ASKING_BACK = re.compile(r"\?\s*$|^\W*(?:but |and |first )*(?:how|when|what|why|where|is|does|do|will|can i|which)\b", re.I)
_CORRECTS = re.compile(r"\b(?:sorry|typo|i meant?|instead|rather|actually|make (?:it|that)|correction|no,|not that|other one|change (?:it|that) to|wrong)\b", re.I)
_OTHER_CARD = re.compile(r"\b(?:card|account|paypal|iban|bank|visa|mastercard|payment method)\b", re.I)
_LAST_WORD = re.compile(r"^.*\b(?:i mean|i meant|sorry|rather|instead of that|correction|make that)\b", re.I)
_OWN = re.compile(r"\b(?:the (?:one|address) (?:in|on|of) (?:my |the )?(?:account|profile|file)|my (?:account|current|profile)(?:'s)? (?:address|one)?)\b", re.I)
_HOW_MUCH = re.compile(r"\bhow much\b|\bwhat (?:do|would|will) i\b", re.I)
_DOUBTS = re.compile(r"\?|\b(?:how much|what|why|which|fee|cost|price|amount)\b", re.I)
_VERBS = {
    "cancel_order": "cancel", "refund_me": "refund|reimburse|pay", "return_item": "return|start|send", "replacement": "send|replace|ship",
    "change_order": "change|do", "change_delivery": "change|switch|do|upgrade", "order_address": "change|send|do", "account_address": "change|do",
    "unlock_account": "unlock", "reset_password": "reset|send|mail", "close_account": "close|delete", "correct_invoice": "correct|fix|change|do",
    "quote": "quote|make|write|send", "place_order": "order|buy|place|take", "newsletter": "subscribe|unsubscribe|sign me up|do",
    "change_payment_method": "change|use|do", "complaint": "send|do",
}  # fmt: skip
_BOTH = re.compile(r"\b(?:both|all (?:of them|three|of those)?|each|every(?:thing)?)\b", re.I)


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What a reply leaves to do. ``lead`` is said first; ``keep`` holds the question open; ``again`` puts it anew."""

    tasks: tuple[Task, ...] = ()
    lead: str = ""
    keep: Pending | None = None
    again: bool = False
    rule: str = ""


async def settle(talk: Talk, reader: Reads, text: str, pending: Pending) -> Settled:
    """What the reply to the open question means."""
    reading = await reader.read(text)
    plain = reading.corrected
    reply = said(plain)
    heard = await hear(talk, reader, text)
    if any(one.task.matter == "person" for one in heard) and pending.task.matter != "person":
        return Settled(tasks=(Task(matter="person", text=text),), rule="person")
    match pending.asking:
        case "confirm":
            return await _confirm(talk, reader, plain, pending, reply, heard)
        case "offer":
            return _offer(talk, plain, pending, reply, heard)
        case "choose" | "slot":
            return _fill(talk, plain, pending, reply, heard)


async def _confirm(
    talk: Talk, reader: Reads, text: str, pending: Pending, reply: Said, heard: Sequence[Heard]
) -> Settled:
    changed = _changed(talk, pending.task, text, reply, heard)
    other = _other_matter(text, pending)
    if reply.verdict == "no":
        return await _said_no(talk, reader, pending, reply, changed, other)
    if changed is not None:
        return Settled(tasks=(changed, *_further(talk, reply.rest, pending, heard)), rule="correction")
    if other is not None and (reply.verdict != "yes" or _CORRECTS.search(text)):
        return Settled(tasks=(other,), rule="correction:matter")
    if reply.verdict in ("yes", "weak") and reply.condition and not is_limit(reply.condition):
        return _conditional(pending, reply, heard)
    if reply.verdict == "yes" or (reply.verdict == "weak" and (is_empty(reply.rest) or _names_the_amount(reply.rest, pending))):
        return _yes(talk, pending, reply, heard)
    if _restates(pending, text, heard):
        return Settled(tasks=(pending.task.model_copy(update={"confirmed": True}),), rule="pending:restated")
    return _beside(talk, pending, heard, "confirm")


def _names_the_amount(rest: str, pending: Pending) -> bool:
    return pending.task.slots.get("amount_cents") in slots.amounts_cents(rest)


def _yes(talk: Talk, pending: Pending, reply: Said, heard: Sequence[Heard]) -> Settled:
    done = pending.task.model_copy(update={"confirmed": True})
    return Settled(tasks=(done, *_further(talk, reply.rest, pending, heard)), rule="pending:yes")


def _further(talk: Talk, rest: str, pending: Pending, heard: Sequence[Heard]) -> tuple[Task, ...]:
    """The requests that came with a yes and are not what the yes was for."""
    if is_empty(rest):
        return ()
    known = {title(task) for task in (pending.task, *talk.state.queue)}
    return tuple(
        one.task for one in heard
        if one.sure and one.real and title(one.task) not in known and one.task.matter not in (LEAVE, "planted") and not _alike(one.task.matter, pending.task.matter)
        and not (one.task.matter in FAMILY and pending.task.matter in FAMILY)
        and not (one.task.matter in ("order_address", "account_address", "payment_methods", "account_details"))
        and one.task.matter not in ("faulty", "change_order", "change_delivery", "delivery_options", "place_order", "product_detail")
    )  # fmt: skip


def _conditional(pending: Pending, reply: Said, heard: Sequence[Heard]) -> Settled:
    """A yes with a condition does not act: the condition is answered, and the question put anew."""
    if _ASKING_BACK.search(reply.condition):
        tasks = tuple(one.task for one in heard if one.real and not _alike(one.task.matter, pending.task.matter))
        return Settled(tasks=tasks, keep=pending, again=not tasks, rule="pending:asks_back")
    if pending.task.matter in ("refund_me", "duplicate_charge") and _OTHER_CARD.search(reply.condition):
        lead = "A refund can only go back to the payment method that paid; another card is not possible."
    else:
        lead = "I can't add a condition to that, so I have not done anything yet."
    return Settled(tasks=(pending.task,), lead=lead, rule="pending:condition")


async def _said_no(
    talk: Talk, reader: Reads, pending: Pending, reply: Said, changed: Task | None, other: Task | None
) -> Settled:
    if changed is not None:
        return Settled(tasks=(changed,), rule="correction:slot")
    if other is not None:
        return Settled(tasks=(other,), rule="correction:matter")
    rest = [one for one in await hear(talk, reader, reply.rest)] if reply.rest and not is_empty(reply.rest) else []
    tasks = tuple(
        _inherited(one.task, pending) for one in rest
        if one.real and one.sure and one.task.matter != LEAVE and not _alike(one.task.matter, pending.task.matter)
    )  # fmt: skip
    instead = any(task.matter in FAMILY for task in tasks) and pending.task.matter in FAMILY
    return Settled(tasks=tasks, lead="" if instead else _left(talk, pending), rule="correction:matter" if instead else "pending:no")


def _left(talk: Talk, pending: Pending) -> str:
    if pending.task.matter == "person":
        return talk.vary("All right, we go on here.", "Fine, without a person then.")
    about = re.sub(r"^(?:which|what) .*", "that", pending.about)
    return talk.vary(f"All right, I leave it: nothing was done about {about}.", "All right, everything stays as it is.")


def _beside(talk: Talk, pending: Pending, heard: Sequence[Heard], rule: str) -> Settled:
    """Not an answer: a side question is answered first and the task kept; noise gets the question again."""
    real = tuple(one.task for one in heard if one.real)
    if not real and rule == "confirm" and _DOUBTS.search(" ".join(one.task.text for one in heard)):
        return Settled(tasks=(pending.task,), rule="pending:explained")
    if not real and any(one.task.matter in CHAT for one in heard):
        return Settled(tasks=(heard[0].task,), keep=pending, rule="digression:chat")
    if not real and any(one.task.matter == "follow_up" for one in heard) and heard[0].task.act == "question":
        return Settled(tasks=(heard[0].task,), keep=pending, rule="digression")
    if not real:
        return Settled(keep=pending, again=True, rule=f"unclear:{rule}")
    if all(task.matter == LEAVE for task in real):
        return Settled(lead=_left(talk, pending), rule="pending:no")
    if rule == "confirm" and all(task.matter in FAMILY and task.act == "question" for task in real) and _HOW_MUCH.search(real[0].text):
        return Settled(tasks=(pending.task,), rule="pending:explained")
    if any(task.matter in FAMILY and pending.task.matter in FAMILY for task in real):
        return Settled(tasks=tuple(_inherited(task, pending) for task in real), rule="correction:matter")
    return Settled(tasks=real, keep=pending, rule="digression")


def _inherited(task: Task, pending: Pending) -> Task:
    """Another remedy for the same order, where no other order is named."""
    order = pending.task.slots.get("order_id")
    named = slots.order_ids(task.text) or slots.category_in(task.text)
    return task.with_slots(order_id=order) if order and task.matter in FAMILY and not named else task


def _offer(talk: Talk, text: str, pending: Pending, reply: Said, heard: Sequence[Heard]) -> Settled:
    taken = any(_alike(one.task.matter, pending.task.matter) for one in heard if one.sure)
    declined = reply.verdict == "no" or re.search(r"\bno (?:person|need|human|colleague)\b", text, re.I)
    if declined:
        real = tuple(one.task for one in heard if one.real and one.sure and one.task.matter not in (LEAVE, pending.task.matter))
        aside = tuple(one.task for one in heard if one.task.matter == "decline" and text.endswith("?"))[:1]
        return Settled(tasks=real or aside, lead="" if real else _left(talk, pending), rule="pending:no")
    elsewhere = [one.task for one in heard if one.real and one.sure and one.task.matter != "person"]
    if pending.task.matter == "person" and elsewhere and not any(one.task.matter == "person" for one in heard):
        return Settled(tasks=tuple(elsewhere), rule="request")
    points = not any(one.real and one.sure for one in heard) and (ordinal(text) is not None or is_empty(text))
    if reply.verdict == "yes" or taken or points or (reply.verdict == "weak" and (is_empty(reply.rest) or not any(one.real for one in heard))):
        if taken and (own := next((one.task for one in heard if _alike(one.task.matter, pending.task.matter))), None):
            if slots.order_ids(own.text) or slots.invoice_ids(own.text):
                return Settled(tasks=(own,), rule="request")
        task = pending.task.model_copy(update={"text": f"{pending.task.text} {text}".strip()})
        return Settled(tasks=(task, *_further(talk, reply.rest, pending, heard)), rule="pending:offer")
    return Settled(tasks=tuple(one.task for one in heard), rule="request")


def _fill(talk: Talk, text: str, pending: Pending, reply: Said, heard: Sequence[Heard]) -> Settled:
    """A bare value, an ordinal or a partial name fills the open slot."""
    values = _picked(text, pending) if pending.options else _valued(text, pending)
    other = next((one for one in heard if one.real and one.sure and not _alike(one.task.matter, pending.task.matter)), None)
    if len(values) == 1 and not (other and _ASKING_BACK.search(text)) and reply.verdict != "no":
        return Settled(tasks=(_with(pending, values[0], text, reply),), rule=f"pending:{pending.slot}")
    if len(values) > 1 and _BOTH.search(text):
        return Settled(tasks=tuple(_with(pending, value, text, reply) for value in values), rule="pending:several")
    if reply.verdict == "no" and not (values and reply.rest):
        tasks = tuple(one.task for one in heard if one.real and one.sure and one.task.matter != LEAVE)
        return Settled(tasks=tasks, lead="" if tasks else _left(talk, pending), rule="pending:no")
    if reply.verdict == "no" and len(values) == 1:
        return Settled(tasks=(_with(pending, values[0], text, reply),), rule="correction:slot")
    if pending.slot in ("order_id", "product") and _names_something(text, heard):
        return Settled(tasks=(pending.task.model_copy(update={"text": text}),), rule="pending:words")
    return _beside(talk, pending, heard, pending.slot)


def _names_something(text: str, heard: Sequence[Heard]) -> bool:
    named = bool(slots.order_ids(text) or slots.bare_numbers(text) or slots.category_in(text)) or len(text.split()) <= 4
    return named and all(not one.real or not one.sure or one.rule == "cue:number" for one in heard) and not any(
        one.task.matter in CHAT for one in heard
    )


def _with(pending: Pending, value: Value, text: str, reply: Said) -> Task:
    task = pending.task
    if pending.slot == "matter":
        return Task(matter=str(value), slots=task.slots, text=text, confirmed=reply.verdict == "yes" and value == "replacement")
    if count := (slots.quantity(text, bare=True) if pending.slot == "product" else None):
        task = task.with_slots(quantity=count)
    return task.with_slots(**{pending.slot: value}).model_copy(update={"text": f"{task.text} {text}" if pending.slot == "product" else task.text})


def _picked(text: str, pending: Pending) -> list[Value]:
    """The ids of the options that the text picks."""
    options = pending.options
    upper = text.upper().replace(" ", "")
    if pending.slot == "product":
        text = _LAST_WORD.sub("", text)
        upper = text.upper().replace(" ", "")
    by_id = [o for o in options if o.id.upper() in upper or (o.id[-5:].isdigit() and o.id[-5:] in upper)]
    if by_id:
        return [o.id for o in by_id]
    if _BOTH.search(text) and len(options) > 1 and pending.slot == "order_id":
        return [o.id for o in options]
    scores = {o.id: _fit(text, o) for o in options}
    best = max(scores.values(), default=0)
    picked: list[Value] = [o.id for o in options if best and scores[o.id] == best]
    place = ordinal(text)
    if len(picked) != 1 and place is not None and -1 <= place < len(options):
        return [options[place].id]
    return picked


def _fit(text: str, option: Thing) -> int:
    said_words = slots.words(text)
    if option.kind == "matter":
        return sum(any(slots.alike(word, name) for word in said_words) for name in option.words.split())
    return slots.name_score(said_words, option.words, "")


def _valued(text: str, pending: Pending) -> list[Value]:
    """The value that the text gives for a slot without options."""
    match pending.slot:
        case "quantity":
            found: Value | None = slots.quantity(text, bare=True)
        case "address":
            found = slots.address(text)
        case "order_id":
            found = next(iter(slots.order_ids(text)), None)
        case "details":
            found = text if len(text) >= 10 else None
        case _:
            found = None
    return [] if found is None else [found]


def _changed(talk: Talk, task: Task, text: str, reply: Said, heard: Sequence[Heard]) -> Task | None:
    """The task with another value where the reply gives one; the rest is kept and confirmed anew."""
    new: dict[str, Value] = {}
    known = task.slots
    aside = any(one.sure and one.real and not _alike(one.task.matter, task.matter) and one.task.matter != LEAVE for one in heard)
    corrects = bool(_CORRECTS.search(text)) or reply.verdict == "no" or len(text.split()) <= 6 or not aside
    question = heard[0].task.act == "question" if heard else False
    if "order_id" in known and corrects and not (question and reply.verdict == "none"):
        new |= _other_order(talk, known["order_id"], _positive(text), reply)
    if "quantity" in known and (count := slots.quantity(text, bare=True)) and count != known["quantity"] and corrects:
        new["quantity"] = count
    if "address" in known and (address := slots.address(text)) and address != known["address"]:
        new["address"] = address
    if "delivery" in known and (way := re.search(r"\b(standard|express)\b", text, re.I)) and way[1].lower() != known["delivery"]:
        if not re.search(r"\b(?:not|no) " + way[1], text, re.I):
            new["delivery"] = way[1].lower()
    if task.matter == "correct_invoice" and _OWN.search(text) and reply.verdict != "yes":
        return task.with_slots(address="account").model_copy(update={"text": f"{task.text} {text}"})
    if task.matter == "return_item" and (why := reason_in(text)) not in ("other", known.get("reason")):
        new["reason"] = why
    amounts = slots.amounts_cents(text)
    if "amount_cents" in known and reply.verdict in ("yes", "weak") and amounts and known["amount_cents"] not in amounts:
        return task.model_copy(update={"text": f"{task.text} {text}"})
    if not new and "product" in known and corrects and not question and (other := _other_product(text, known)):
        return task.model_copy(update={"text": other, "slots": {k: v for k, v in known.items() if k not in ("product",)}})
    return task.with_slots(**new) if new else None


def _positive(text: str) -> str:
    """The text without what it forbids: "only this order, not the hub"."""
    return re.sub(r"\b(?:not|don'?t|do not|never|without|instead of|leave)\b(?:(?!\bbut\b|[.,;]).)*", " ", text, flags=re.I) if re.search(r"\b(?:only|but)\b", text, re.I) else text


def _other_order(talk: Talk, known: Value, text: str, reply: Said) -> dict[str, Value]:
    orders = all_orders(talk)
    meant = orders_meant(talk, text, orders)
    if meant.unknown and not meant.orders:
        return {"order_id": meant.unknown[0]}
    strong = meant.how in ("number", "product") or (reply.verdict == "no" and ordinal(text) is not None) or (reply.verdict != "yes" and re.search(r"\bother\b|\b(?:first|second|third|last) (?:one|order)\b", text, re.I))
    if strong and len(meant.orders) == 1 and meant.orders[0].order_id != known:
        return {"order_id": meant.orders[0].order_id}
    if re.search(r"\bother one\b", text, re.I) and reply.verdict == "no":
        rest = [o for o in orders if o.order_id != known and o.can_cancel]
        return {"order_id": rest[0].order_id} if len(rest) == 1 else {}
    return {}


def _other_product(text: str, known: dict[str, Value]) -> str:
    """The words for another product, if the reply names one."""
    own = str(known["product"])
    rest = " ".join(w for w in text.split() if not slots.name_score(slots.words(w), own))
    match = re.search(r"\b(?:the|a|an|meant?|rather|instead|take)\s+((?:[A-Za-z][\w-]*|\d+)(?:\s+(?:\w*\d\w*|lite|mini|max|pro|one))?)\b", rest, re.I)
    named = match[1] if match else ""
    return rest if named and (slots.category_in(named) or re.search(r"\w+ \w*\d|lite|mini|max", named, re.I)) else ""


def _other_matter(text: str, pending: Pending) -> Task | None:
    """Another remedy than the one asked about: "send me a new one instead"."""
    if not pending.options or pending.options[0].kind != "matter":
        return None
    picked = _picked(text, pending)
    if len(picked) == 1 and not _alike(str(picked[0]), pending.task.matter):
        return Task(matter=str(picked[0]), text=text, slots={"order_id": pending.task.slots["order_id"]})
    return None


def _restates(pending: Pending, text: str, heard: Sequence[Heard]) -> bool:
    """Whether the reply is the very command again: "cancel it", "can you refund it"."""
    verbs = _VERBS.get(pending.task.matter, "")
    if verbs and re.match(rf"^\W*(?:(?:ok|okay|fine|good|alright|great|well|so|then|please|just|and|now)\W+)*(?:{verbs})(?: (?:it|them|that|this|one|those|back|the order|me|a new one|new ones))*(?: (?:please|then|now|pls|already))*\W*$", text, re.I):
        return True
    return len(heard) == 1 and heard[0].sure and heard[0].task.act == "command" and _alike(heard[0].task.matter, pending.task.matter)


def _alike(one: str, other: str) -> bool:
    return one == other or any(one in same and other in same for same in _SAME)

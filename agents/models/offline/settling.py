"""The pending question first: what a reply does to it. Yes acts, no ends it, a new value asks anew, the rest waits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agents.models.offline import slots
from agents.models.offline.answering import REMEDIES, Reply, alike
from agents.models.offline.changes import changed, corrects, names_remedy, other_remedy, restates, with_reason
from agents.models.offline.flows.small import title
from agents.models.offline.hearing import LEAVE, Heard, Reads, hear
from agents.models.offline.matters import CHAT, FOLLOW_UP
from agents.models.offline.patterns import any_of
from agents.models.offline.picking import filled, several, takes_any_words, values_in
from agents.models.offline.replies import is_empty, is_limit, ordinal, said
from agents.models.offline.resolve import all_orders, orders_meant
from agents.models.offline.state import Pending, Task
from agents.models.offline.talk import Talk

_BARE_WORDS = 4
_ASKING_BACK = any_of(r"\?\s*$", r"^\W*(?:but |and |first )*(?:how|when|what|why|where|is|does|do|will|can i|which)\b")
_OTHER_CARD = any_of(r"\b(?:card|account|paypal|iban|bank|visa|mastercard|payment method)\b")
_HOW_MUCH = any_of(r"\bhow much\b", r"\bwhat (?:do|would|will) i\b")
_DOUBTS = any_of(r"\?", r"\b(?:how much|what|why|which|fee|cost|price|amount)\b")
_WAITS = any_of(
    r"^\W*(?:\w+ )?(?:wait|hold on|hang on|one (?:moment|sec\w*|minute)|just a (?:moment|sec\w*|minute)|moment)\b",
    r"\b(?:have to|need to|must|let me|going to|want to) (?:first )?(?:ask|check|look|think|see)\b",
    r"\b(?:have|need) (?:a think|time|a (?:moment|minute|second))\b",
)
WAITS = "pending:waits"
_NO_PERSON = any_of(r"\bno (?:person|need|human|colleague)\b")
# Words that stand beside a yes without being a request of their own: "yes, to the address on my account".
_SIDE_WORDS = (
    "order_address", "account_address", "payment_methods", "account_details", "faulty", "change_order",
    "change_delivery", "delivery_options", "place_order", "product_detail", "planted", LEAVE,
)  # fmt: skip


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
    plain = (await reader.read(text)).corrected
    heard = tuple(await hear(talk, reader, text))
    reply = Reply(talk=talk, text=plain, pending=pending, said=said(plain), heard=heard)
    if any(one.task.matter == "person" for one in heard) and pending.task.matter != "person":
        return _person(reply, Task(matter="person", text=text))
    match pending.asking:
        case "confirm":
            return await _confirm(reply, reader)
        case "offer":
            return _offer(reply)
        case "choose" | "slot":
            return _fill(reply)


def _person(reply: Reply, person: Task) -> Settled:
    """A person is asked for at once; a plain yes that stands before that still acts."""
    agreed = reply.pending.asking == "confirm" and reply.said.verdict == "yes" and not reply.said.condition
    before = (reply.task.model_copy(update={"confirmed": True}),) if agreed else ()
    return Settled(tasks=(*before, person), rule="person")


async def _confirm(reply: Reply, reader: Reads) -> Settled:
    verdict, rest = reply.said.verdict, reply.said.rest
    new = changed(reply) or _instead(reply)
    if new is not None:
        return Settled(tasks=(new, *_further(reply)), rule="correction")
    if verdict == "no":
        return _same_meant(reply) or await _said_no(reply, reader)
    if verdict in ("yes", "weak") and reply.said.condition and not is_limit(reply.said.condition):
        return _conditional(reply)
    named_amount = reply.task.slots.get("amount_cents") in slots.amounts_cents(rest)
    wanted = reply.task.act == "command" or reply.pending.asked > 1
    if verdict == "yes" or (verdict == "weak" and wanted and (is_empty(rest) or named_amount)):
        done = with_reason(reply).model_copy(update={"confirmed": True})
        return Settled(tasks=(done, *_further(reply)), rule="pending:yes")
    if verdict == "none" and (same := _same_meant(reply)):
        return same
    if restates(reply):
        return Settled(tasks=(reply.task.model_copy(update={"confirmed": True}),), rule="pending:restated")
    return _beside(reply)


def _instead(reply: Reply) -> Task | None:
    other = other_remedy(reply)
    if other is None or reply.said.verdict != "yes" or corrects(reply):
        return other
    return other if names_remedy(other.matter, reply.text) and not names_remedy(reply.task.matter, reply.text) else None


def _further(reply: Reply) -> tuple[Task, ...]:
    """The requests that came with a yes and are not what the yes was for."""
    if is_empty(reply.said.rest) or reply.said.verdict not in ("yes", "weak"):
        return ()
    known = {title(task) for task in (reply.task, *reply.talk.state.queue)}
    beside = [one.task for one in reply.sure if title(one.task) not in known and one.task.matter not in _SIDE_WORDS]
    return tuple(task for task in beside if not (task.matter in REMEDIES and reply.task.matter in REMEDIES))


def _conditional(reply: Reply) -> Settled:
    """A yes with a condition does not act: the condition is answered, and the question put anew."""
    condition = reply.said.condition
    if _ASKING_BACK.search(condition):
        tasks = tuple(one.task for one in reply.heard if one.real and not alike(one.task.matter, reply.task.matter))
        return Settled(tasks=tasks, keep=reply.pending, again=not tasks, rule="pending:asks_back")
    lead = "I can't add a condition to that, so I have not done anything yet."
    if alike(reply.task.matter, "refund_me") and _OTHER_CARD.search(condition):
        lead = "A refund can only go back to the payment method that paid; another card is not possible."
    return Settled(tasks=(reply.task,), lead=lead, rule="pending:condition")


async def _said_no(reply: Reply, reader: Reads) -> Settled:
    """The action ends; what else the reply asks for is done."""
    rest = reply.said.rest
    heard = await hear(reply.talk, reader, rest) if rest and not is_empty(rest) else []
    tasks = tuple(_inherited(one.task, reply) for one in heard if _new_request(one, reply))
    instead = any(task.matter in REMEDIES for task in tasks) and reply.task.matter in REMEDIES
    if instead:
        return Settled(tasks=tasks, rule="correction:matter")
    return Settled(tasks=tasks, lead=_left(reply), rule="pending:no")


def _same_meant(reply: Reply) -> Settled | None:
    """ "No, the headphones", where it is the headphones that the question was about: said so, and put anew."""
    known, rest = reply.task.slots.get("order_id"), reply.said.rest
    if not known or not rest or len(rest.split()) > _BARE_WORDS or slots.allowed(rest) != rest:
        return None
    meant = orders_meant(reply.talk, rest, all_orders(reply.talk))
    if meant.how not in ("number", "product") or [order.order_id for order in meant.orders] != [known]:
        return None
    return Settled(tasks=(reply.task,), lead="That is the one I mean.", rule="correction:same")


def _new_request(one: Heard, reply: Reply) -> bool:
    return one.real and one.sure and one.task.matter != LEAVE and not alike(one.task.matter, reply.task.matter)


def _left(reply: Reply) -> str:
    if reply.task.matter == "person":
        return reply.talk.vary("All right, we go on here.", "Fine, without a person then.")
    about = re.sub(r"^(?:which|what) .*", "that", reply.pending.about)
    return reply.talk.vary(
        f"All right, I leave it: nothing was done about {about}.", "All right, everything stays as it is."
    )


def _beside(reply: Reply) -> Settled:
    """Not an answer: a side question is answered first and the task kept; noise gets the question again."""
    tasks = tuple(one.task for one in reply.heard if one.real)
    if not tasks:
        return _no_request(reply)
    if all(task.matter == LEAVE for task in tasks):
        return Settled(lead=_left(reply), rule="pending:no")
    if reply.task.matter in REMEDIES and any(task.matter in REMEDIES for task in tasks):
        asks = reply.pending.asking == "confirm" and all(task.act == "question" for task in tasks)
        if asks and _HOW_MUCH.search(reply.text):
            return Settled(tasks=(reply.task,), rule="pending:explained")
        return Settled(tasks=tuple(_inherited(task, reply) for task in tasks), rule="correction:matter")
    return Settled(tasks=tasks, keep=reply.pending, rule="digression")


def _no_request(reply: Reply) -> Settled:
    """Small talk, a follow-up, a doubt, or noise."""
    first = reply.heard[0].task
    if _WAITS.search(reply.text):
        return Settled(lead="Take your time, nothing is done until you say so.", keep=reply.pending, rule=WAITS)
    if reply.pending.asking == "confirm" and _DOUBTS.search(reply.text):
        return Settled(tasks=(reply.task,), rule="pending:explained")
    if first.matter in CHAT or (first.matter == FOLLOW_UP and first.act == "question"):
        return Settled(tasks=(first,), keep=reply.pending, rule="digression")
    return Settled(keep=reply.pending, again=True, rule="pending:unclear")


def _inherited(task: Task, reply: Reply) -> Task:
    """Another remedy for the same order, where no other order is named."""
    order = reply.task.slots.get("order_id")
    named = slots.order_ids(task.text) or slots.category_in(task.text)
    return task.with_slots(order_id=order) if order and task.matter in REMEDIES and not named else task


def _offer(reply: Reply) -> Settled:
    """An offer is taken up by a yes or by asking for it; anything else is a request of its own."""
    verdict, rest, matter = reply.said.verdict, reply.said.rest, reply.task.matter
    elsewhere = tuple(one.task for one in reply.sure if one.task.matter != LEAVE)
    if verdict == "no" or _NO_PERSON.search(reply.text):
        asks = tuple(one.task for one in reply.heard if one.task.matter == "decline" and reply.text.endswith("?"))
        return Settled(tasks=elsewhere or asks[:1], lead="" if elsewhere else _left(reply), rule="pending:no")
    taken = [one.task for one in reply.heard if one.sure and alike(one.task.matter, matter)]
    if taken and (slots.order_ids(taken[0].text) or slots.invoice_ids(taken[0].text)):
        return Settled(tasks=(taken[0],), rule="request")
    if matter == "person" and elsewhere and not taken:
        return Settled(tasks=elsewhere, rule="request")
    nothing_else = not any(one.real and one.sure for one in reply.heard)
    points = nothing_else and (ordinal(reply.text) is not None or (is_empty(reply.text) and verdict != "none"))
    if verdict == "yes" or taken or points or (verdict == "weak" and (is_empty(rest) or nothing_else)):
        task = reply.task.model_copy(update={"text": f"{reply.task.text} {reply.text}".strip()})
        return Settled(tasks=(task, *_further(reply)), rule="pending:offer")
    return Settled(tasks=tuple(one.task for one in reply.heard), rule="request")


def _fill(reply: Reply) -> Settled:
    """A bare value, an ordinal or a partial name fills the open slot."""
    pending, text, verdict = reply.pending, reply.text, reply.said.verdict
    values = values_in(text, pending)
    asks_else = bool(reply.sure) and (takes_any_words(pending) or bool(_ASKING_BACK.search(text)))
    rule = f"pending:{pending.slot}"
    if len(values) == 1 and not asks_else and (verdict != "no" or reply.said.rest):
        return Settled(tasks=(filled(pending, values[0], text, agreed=verdict == "yes"),), rule=rule)
    if len(values) > 1 and several(text):
        return Settled(tasks=tuple(filled(pending, value, text, agreed=False) for value in values), rule=rule)
    if verdict == "no":
        tasks = tuple(one.task for one in reply.heard if one.real and one.sure and one.task.matter != LEAVE)
        return Settled(tasks=tasks, lead="" if tasks else _left(reply), rule="pending:no")
    if pending.slot in ("order_id", "product") and _names_something(reply):
        return Settled(tasks=(reply.task.model_copy(update={"text": text}),), rule=rule)
    return _beside(reply)


def _names_something(reply: Reply) -> bool:
    text = reply.text
    named = slots.order_ids(text) or slots.bare_numbers(text) or slots.category_in(text)
    other = [one for one in reply.heard if one.real and one.sure and one.rule != "cue:number"]
    chat = any(one.task.matter in CHAT for one in reply.heard)
    return bool(named or len(text.split()) <= _BARE_WORDS) and not other and not chat

"""From a message to tasks: cut into requests, each read and named; a problem and its remedy are one request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from agents.models.offline.lexical import ASKING_WORDS, is_negated
from agents.models.offline.matters import ACKNOWLEDGE, CHAT, DECLINE, FOLLOW_UP, PLANTED, act_in, cue_of, matter_of
from agents.models.offline.patterns import any_of
from agents.models.offline.reader import Reading, split
from agents.models.offline.slots import category_in, invoice_ids, latest, order_ids, quantity
from agents.models.offline.state import Task
from agents.models.offline.talk import Talk

LEAVE = "leave"
EMPTY = (DECLINE, FOLLOW_UP, ACKNOWLEDGE, *CHAT)
_PROBLEMS = (
    "track_order",
    "lost",
    "faulty",
    "duplicate_charge",
    "list_payments",
    "payment_problem",
    "complaint",
    "refund_status",
)
_REMEDIES = ("refund_me", "refund_options", "replacement", "return_item", "cancel_order")
_WRITES = (
    "cancel_order",
    "refund_me",
    "return_item",
    "replacement",
    "change_order",
    "change_delivery",
    "order_address",
    "account_address",
    "place_order",
    "close_account",
    "reset_password",
    "unlock_account",
    "correct_invoice",
    "duplicate_charge",
    "send_invoice",
    "newsletter",
    "quote",
)


_VERBATIM = ("preference", "forget_wish")  # names and brands must not be "corrected"
_WISHES = any_of(
    r"\s*,?\s+and\s+(?=(?:please\s+)?(?:remember|keep in mind|note|from now on)\b)",
    r"\s*,\s*(?:but\s+)?(?=i (?:just |only )?(?:want|need) (?:my|the)\b)",
    r"\s*,\s*(?=(?:just|only)\s+(?:tell|show|track|cancel|refund|give|send)\b)",
    r"\s*,\s*(?=(?:but\s+|and\s+)?(?:don'?t|dont|do not|leave|not)\s+(?:touch|cancel|change|return|refund|the)\b)",
)
_AND = any_of(r"\s*,?\s+(?:and then|and also|and|also|then|plus)\s+")
_EITHER = any_of(r"\b(?:either|or)\b")


class Reads(Protocol):
    """What the dialogue needs of the reader."""

    async def read(self, text: str) -> Reading:
        """Everything one utterance says by itself."""
        ...


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One request of a message: the task, how it was read, and the rule that named it."""

    task: Task
    reading: Reading
    rule: str

    @property
    def sure(self) -> bool:
        """Whether telling words named it."""
        return self.rule.startswith("cue:")

    @property
    def real(self) -> bool:
        """Whether it is a matter, not small talk or noise."""
        return self.task.matter not in EMPTY


async def hear(talk: Talk, reader: Reads, text: str) -> list[Heard]:
    """The requests of a message in their order; noise beside a real request is dropped."""
    cut = [piece for part in split(text) for piece in _WISHES.split(part) if piece.strip()]
    parts = [piece for part in cut for piece in _two_effects(part)]
    heard = [await _one(talk, reader, part) for part in parts]
    joined = [each for one in _joined(heard) for each in _one_by_one(one)]
    real = [one for one in joined if one.real]
    if real:
        return real
    if len(joined) < 2:
        return joined
    asks = [one for one in joined if one.task.matter == FOLLOW_UP and one.task.act == "question"]
    if asks:
        return asks[:1]
    whole = await _one(talk, reader, text)
    return [whole] if whole.real else [next((one for one in joined if one.task.matter in CHAT), whole)]


def _two_effects(part: str) -> list[str]:
    """The part, cut where its words before and behind an "and" tell of two different effects."""
    for joint in _AND.finditer(part):
        before, behind = part[: joint.start()], part[joint.end() :]
        first, second = cue_of(before), cue_of(behind)
        asked = first != second and first and second and re.match(ASKING_WORDS, behind, re.I)
        if asked or (first in _WRITES and second in _WRITES and _differ(first, second)):
            return [before, *_two_effects(behind)]
    return [part]


def _differ(first: str, second: str) -> bool:
    """Whether two effects are never one wish: not a remedy with its money, not two words for an address."""
    if "duplicate_charge" in (first, second):
        return bool({first, second} & {"return_item", "replacement", "cancel_order"})
    if first in _REMEDIES and second in _REMEDIES:
        return False
    return first != second and not {first, second} <= {"order_address", "account_address", "correct_invoice"}


async def _one(talk: Talk, reader: Reads, part: str) -> Heard:
    reading = await reader.read(part)
    found = matter_of(part, reading, going_on=talk.state.matter)
    plain = reading.corrected
    if found.matter in (*_WRITES, DECLINE, FOLLOW_UP) and is_negated(plain):
        found = found._replace(matter=LEAVE, rule=f"negated:{found.matter}")
    task = Task(matter=found.matter, text=part if found.matter in _VERBATIM else plain, act=act_in(part, reading))
    return Heard(task=task, reading=reading, rule=found.rule)


def _one_by_one(one: Heard) -> list[Heard]:
    """An effect on several orders named by number is several tasks."""
    if one.task.matter == "change_delivery" and (count := quantity(one.task.text)):
        return [
            one,
            replace(one, task=one.task.model_copy(update={"matter": "change_order", "slots": {"quantity": count}})),
        ]
    ids = order_ids(latest(one.task.text)) or order_ids(one.task.text)
    if len(ids) < 2 or one.task.matter not in _WRITES or _EITHER.search(one.task.text):
        return [one]
    return [replace(one, task=one.task.with_slots(order_id=order_id)) for order_id in ids]


def _joined(heard: Sequence[Heard]) -> list[Heard]:
    """Neighbours that are one request become one: a problem with its remedy, a matter with its order number."""
    merged: list[Heard] = []
    for one in heard:
        before = merged[-1] if merged else None
        matter = _together(before, one) if before else None
        if before is None or matter is None:
            merged.append(one)
            continue
        text = f"{before.task.text} {one.task.text}"
        act = "command" if "command" in (before.task.act, one.task.act) else before.task.act
        keep = before if matter == before.task.matter else one
        merged[-1] = Heard(task=Task(matter=matter, text=text, act=act), reading=keep.reading, rule=keep.rule)
    return merged


def _together(before: Heard, one: Heard) -> str | None:
    """The matter of two neighbours taken as one request, or None when they are two."""
    first, second = before.task.matter, one.task.matter
    if first == "duplicate_charge" and second in ("refund_me", "refund_options", "list_payments"):
        return first
    if first in ("refund_me", "refund_options") and second == "duplicate_charge":
        return second
    if first == "duplicate_charge" and second in ("return_item", "replacement"):
        return None
    if first in _PROBLEMS and second in _REMEDIES and not _own_object(one, before):
        return second
    if second == "track_order" and first == "track_order" and one.rule == "cue:number":
        return first
    if one.rule == "cue:number" and before.real:
        return first
    if first == second and not _own_object(one, before):
        return first
    if first in EMPTY and first not in CHAT and one.real and not order_ids(before.task.text):
        return second
    return first if not one.real and second not in CHAT and before.real and first != PLANTED else None


def _own_object(one: Heard, before: Heard) -> bool:
    """Whether the request names another thing than the one before it."""
    ids = {*order_ids(one.task.text), *invoice_ids(one.task.text)} - {
        *order_ids(before.task.text),
        *invoice_ids(before.task.text),
    }
    kind = category_in(one.task.text)
    return bool(ids) or (kind is not None and kind != category_in(before.task.text))

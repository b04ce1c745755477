"""Filling an open slot: which option a reply picks, or which value it gives."""

from __future__ import annotations

import re

from agents.models.offline import slots
from agents.models.offline.replies import ordinal
from agents.models.offline.state import Pending, Task, Thing, Value

_NOTE_LEAST_CHARS = 10
_NAMED_SLOTS = ("product", "invoice_id", "method_id", "matter")
_TYPED_SLOTS = ("quantity", "address", "order_id", "details")
_DIGITS = re.compile(r"(?<![\w.,-])\d{2,5}(?![\w.,-])|(?<=\d-)\d{5}\b")
_BOTH = re.compile(r"\b(?:both|all (?:of them|three|of those)?|each|every(?:thing)?)\b", re.I)


def several(text: str) -> bool:
    """Whether the text means all that was listed."""
    return bool(_BOTH.search(text))


def takes_any_words(pending: Pending) -> bool:
    """Whether the slot is one of a tool that has no flow: its schema decides what fits."""
    return not pending.options and pending.slot not in (*_NAMED_SLOTS, *_TYPED_SLOTS)


def values_in(text: str, pending: Pending) -> list[Value]:
    """What the text fills the open slot with; several where it is not clear which."""
    return picked(text, pending) if pending.options else _valued(text, pending)


def filled(pending: Pending, value: Value, text: str, *, agreed: bool) -> Task:
    """The task with its slot filled. A yes with the remedy named ("yes, a new one") is a yes to that offer."""
    task = pending.task
    if pending.slot == "matter":
        return Task(matter=str(value), slots=task.slots, text=text, confirmed=agreed and value == "replacement")
    if pending.slot != "product":
        return task.with_slots(**{pending.slot: value})
    count = slots.quantity(text, bare=True)
    more: dict[str, Value] = {"quantity": count} if count else {}
    return task.with_slots(product=value, **more).model_copy(update={"text": f"{task.text} {text}"})


def picked(text: str, pending: Pending) -> list[Value]:
    """The ids of the options that the text picks."""
    options = pending.options
    meant = slots.latest(text) if pending.slot in ("product", "matter") else text
    upper = meant.upper().replace(" ", "")
    by_id: list[Value] = [o.id for o in options if o.id.upper() in upper or _ends(o.id, meant)]
    if by_id:
        return by_id
    if several(meant) and pending.slot == "order_id":
        return [option.id for option in options]
    scores = {option.id: _fit(meant, option) for option in options}
    best = max(scores.values(), default=0)
    fitting: list[Value] = [option.id for option in options if best and scores[option.id] == best]
    place = ordinal(meant)
    if len(fitting) != 1 and place is not None and -1 <= place < len(options):
        return [options[place].id]
    return fitting


def _ends(number: str, text: str) -> bool:
    """Whether the text has the last digits of the number: "10041", "41"."""
    return any(len(digits) > 1 and number.endswith(digits) for digits in _DIGITS.findall(text))


def _fit(text: str, option: Thing) -> int:
    said = slots.words(text)
    if option.kind == "matter":
        return sum(
            name in said or any(len(name) > 5 and slots.alike(word, name) for word in said)
            for name in option.words.split()
        )
    return slots.name_score(said, option.words)


def _valued(text: str, pending: Pending) -> list[Value]:
    """The value that the text gives for a slot without options."""
    found: Value | None = None
    match pending.slot:
        case "quantity":
            found = slots.quantity(text, bare=True)
        case "address":
            found = slots.address(text)
        case "order_id":
            found = next(iter(slots.order_ids(text)), None)
        case "details":
            found = text if len(text) >= _NOTE_LEAST_CHARS else None
        case _:
            found = None if pending.slot in _NAMED_SLOTS else text
    return [] if found is None else [found]

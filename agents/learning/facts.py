"""What customers state of themselves: where they live, their mail address, their plan, the devices they own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from agents.learning.sentences import Statement
from agents.learning.turn import Finding
from agents.learning.words import one_of

_I: Final = re.IGNORECASE
_ADDRESS: Final = re.compile(
    rf"{one_of('places', 'address')}[ :,]+(?P<address>.{{8,160}})"
    r"|\buse (?P<used>[^!?]{8,160}?) as my (?:new |delivery |shipping |home )*address",
    _I,
)
_AFTER_ADDRESS: Final = re.compile(rf"[\s,]*{one_of('places', 'after')}.*$", _I)
_POSTAL: Final = re.compile(r"(?=.*\d)(?=.*[^\W\d]{3}).*[, ].*")
_EMAIL_FORM: Final = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_EMAIL: Final = re.compile(
    rf"{one_of('places', 'mail')}[^@]{{0,16}}?(?P<email>{_EMAIL_FORM})"
    rf"|(?P<is>{_EMAIL_FORM}) is my (?:new |current |private )*(?:e-?mail|mail|address)",
    _I,
)
_PLAN: Final = re.compile(
    rf"{one_of('devices', 'plan_of')}(?: (?:the|a|your))? (?P<plan>{one_of('devices', 'plan')})"
    rf" {one_of('devices', 'plan_word')}",
    _I,
)
_MODEL: Final = r"(?P<model>[A-Z][\w-]*(?: (?:[A-Z]\w*|\d[\w-]*|Air|Pro|Mini|Lite))+|\d\d-inch \w+|[a-z]+ \w?\d+\w?)"
_OWNS: Final = re.compile(
    rf"(?i:{one_of('devices', 'owns')} (?:an?|the|two|your|one|my)(?: (?:new|old|pair of|set of))*) {_MODEL}"
    rf"|(?i:{one_of('devices', 'is')}(?: an?| the)?) {_MODEL.replace('model', 'named')}"
)
_GONE: Final = re.compile(rf"(?i:{one_of('devices', 'gone')} (?:an?|the|my|our)) {_MODEL}")
_NO_DEVICE: Final = re.compile(r"^(?:Visa|Mastercard|PayPal|American)\b|[VL]-\d{4}|\b\d+ (?:day|hour|week|euro)", _I)
TITLES: Final = {"delivery_address": "Delivery address", "email": "E-mail address", "plan": "Plan"}


def facts(said: Iterable[Statement]) -> Iterator[Finding]:
    """What these statements say of the customer."""
    for clause, _ in said:
        if match := _ADDRESS.search(clause):
            address = _AFTER_ADDRESS.sub("", match["address"] or match["used"]).strip(" .,")
            if _POSTAL.match(address):
                yield fact("delivery_address", address)
        if match := _EMAIL.search(clause):
            yield fact("email", match["email"] or match["is"])
        if match := _PLAN.search(clause):
            yield fact("plan", match["plan"])
        if (match := _OWNS.search(clause)) and not _NO_DEVICE.search(match["model"] or match["named"]):
            yield device(match["model"] or match["named"], "owns")
        if (match := _GONE.search(clause)) and not _NO_DEVICE.search(match["model"]):
            yield device(match["model"], "no longer owns")


def fact(key: str, value: str) -> Finding:
    """A fact of the vocabulary as a sentence."""
    return Finding("factual", key, value, f"{TITLES[key]}: {value}")


def device(model: str, value: str) -> Finding:
    """A device that the customer owns, or does no longer; each device has a key of its own."""
    slug = re.sub(r"\W+", "_", model.casefold()).strip("_")
    return Finding("factual", f"device_{slug}"[:60], value, f"The customer {value} this device: {model}")

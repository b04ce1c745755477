"""Keys as agents and models write them, brought to the vocabulary, so that one thing has one key."""

from __future__ import annotations

import re
from typing import Final

from agents.learning.facts import TITLES, fact
from agents.learning.findings import findings
from agents.learning.names_and_money import cents
from agents.learning.preferences import DROPPED, own_words, preference
from agents.learning.turn import Finding
from agents.learning.words import BUDGET, TOPICS, Topic

_BUDGETS: Final = re.compile(r"^(?:max_?|price_)?(?:budget|price_limit|max_price|spending_limit)(?:_max|_limit|_eur)?$")
_NO: Final = re.compile(r"\b(?:no|not|never|avoid|without|false|off|hates?|dislikes?)\b", re.IGNORECASE)
_YES: Final = re.compile(r"\b(?:yes|true|only|always|required?|wanted|on)\b", re.IGNORECASE)
_ALIASES: Final = {
    "nickname": "name",
    "preferred_name": "name",
    "address": "delivery_address",
    "shipping_address": "delivery_address",
    "mail": "email",
    "email_address": "email",
    "color": "colour",
    "shipping": "delivery",
    "delivery_method": "delivery",
    "invoice": "invoice_format",
    "contact": "contact_channel",
    "bluetooth": "wireless",
    "payment": "payment_method",
    "noise_canceling": "noise_cancelling",
    "anc": "noise_cancelling",
    "style": "answer_style",
}
_TOPICS: Final = {topic.key: topic for topic in TOPICS}


def canonical(key: str, value: str) -> Finding:
    """The same thing under its one key; what the vocabulary does not know stays as it is."""
    key, value = _ALIASES.get(key, key), " ".join(value.split())
    if value.casefold() == DROPPED:
        return preference(key, DROPPED)
    if key in TITLES:
        return fact(key, value)
    if key in _TOPICS:
        return preference(key, _value_of(_TOPICS[key], value))
    if _BUDGETS.match(key) and (amount := re.search(r"\d[\d.,]*", value)):
        return preference(BUDGET, str(cents(amount[0].rstrip(".,"))))
    if key in ("wish", "preference"):
        return next(iter(findings(f"I always prefer {value}")), own_words(value))
    if key.startswith("note"):
        return next(iter(findings(value)), own_words(value))
    return preference(key, value)


def _value_of(topic: Topic, value: str) -> str:
    """The value of the vocabulary that the words mean, or the words."""
    named = next((known for known, says in topic.values.items() if known == value or says.search(value)), None)
    if named is None and topic.opposite:
        first = next(iter(topic.values))
        named = topic.opposite[first] if _NO.search(value) else first if _YES.search(value) else None
    elif named is not None and named != value and _NO.search(value):
        named = topic.opposite.get(named, f"not {named}")
    return named or value

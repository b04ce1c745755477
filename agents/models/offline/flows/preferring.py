"""Preferences: kept as soon as they are said, said back, and dropped when the customer takes them back."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from agents.learning.findings import findings
from agents.learning.guard import is_sensitive, objection
from agents.learning.preferences import DROPPED, own_words
from agents.models.offline import asking, wording
from agents.models.offline.patterns import any_of
from agents.models.offline.preferences import told
from agents.models.offline.slots import price_limit_cents
from agents.models.offline.state import Task
from agents.models.offline.talk import Ended, Talk

_ON_PRODUCTS: Final = ("noise_cancelling", "budget_max_cents", "wireless", "brand", "avoid_brand", "weight", "size")
_NOISE: Final = any_of(r"\bnoise[- ]?cancel\w*|\banc\b")
_BAD: Final = any_of(r"\b(?:hate|without|no|not|avoid|never|dislike|dizzy|sick|headache|can'?t|don'?t)\b")
_ASKED_TO: Final = any_of(
    r"\b(?:remember|keep in mind|bear in mind|note|don'?t forget|from now on)[\s,:]*(?:please )?(?:that )?(.{4,160})",
)
_TO_BE_CALLED: Final = re.compile(r"\b[Tt]o be called ((?:[A-Z][\w'.-]+ ?){1,3})")
_ALL: Final = any_of(r"\b(?:everything|all|anything)\b")
_KEYS_OF: Final = (
    (any_of(r"\b(?:budget|limit|spend\w*|price|maximum)\b"), ("budget",)),
    (any_of(r"\bnoise|\banc\b"), ("noise_cancelling",)),
    (any_of(r"\b(?:name|call(?:ing)? me)\b"), ("name",)),
    (any_of(r"\b(?:wireless|wired|cables?|bluetooth)\b"), ("wireless",)),
    (any_of(r"\bbrands?\b"), ("brand", "avoid_brand")),
    (any_of(r"\b(?:express|delivery|standard|shipping)\b"), ("delivery",)),
    (any_of(r"\binvoices?|\bcsv\b|\bpdfs?\b"), ("invoice_format",)),
    (any_of(r"\b(?:contact|calls?|phone|e-?mail)\b"), ("contact_channel", "contact_time")),
    (any_of(r"\b(?:language|german|french|spanish)\b"), ("language",)),
    (any_of(r"\b(?:notes?|remember(?:ed)?)\b"), ("note",)),
)


_CALLED: Final = {
    "budget": "your budget",
    "noise": "your wish on noise cancelling",
    "name": "the name that you gave me",
    "wireless": "your wish on cables",
    "brand": "the brand you like",
    "avoid": "the brand you avoid",
    "delivery": "your wish on delivery",
    "invoice": "your wish on invoices",
    "contact": "your wish on how to be reached",
    "language": "your wish on the language",
    "note": "your notes",
    "wish": "your notes",
}


class Wish(NamedTuple):
    """A preference as it is kept."""

    key: str
    value: str


def wishes_in(text: str) -> list[Wish]:
    """The preferences that a text states; what fits no known thing is kept in the customer's own words, unless it is
    sensitive: that, ``findings`` finds where it is asked for."""
    found = {one.key: one.value for one in findings(text) if one.kind == "preference" and one.key}
    if "name" not in found and (match := _TO_BE_CALLED.search(text)):
        found["name"] = match[1].strip()
    if "noise_cancelling" not in found and _NOISE.search(text):
        found["noise_cancelling"] = "avoid" if _BAD.search(text) else "required"
    if "budget_max_cents" not in found and (cents := price_limit_cents(text)):
        found["budget_max_cents"] = str(cents)
    return [Wish(key, value) for key, value in found.items()] or _in_own_words(text)


def _in_own_words(text: str) -> list[Wish]:
    match = _ASKED_TO.search(text)
    said = (match[1] if match else text).strip(" .!,")[:160]
    return [Wish(own_words(said).key, said)] if said and objection(said) is None and not is_sensitive(said) else []


def prefer(talk: Talk, task: Task) -> str:
    """Remember what the customer prefers; what is done from now on keeps to it."""
    wishes = wishes_in(task.text)
    if not wishes:
        return _not_kept(task.text)
    if any(wish.key in _ON_PRODUCTS for wish in wishes):
        talk.stay_with("search_products")
    for wish in wishes:
        talk.call("remember_preference", key=wish.key, value=wish.value)
    return " ".join([f"Noted: {wording.joined([told_back(wish) for wish in wishes])}.", *_limits(wishes)])


def told_back(wish: Wish) -> str:
    """A wish as the answer repeats it."""
    return f"I'll call you {wish.value}" if wish.key == "name" else told(wish.key, wish.value)


def _not_kept(text: str) -> str:
    if objection(text) == "secret":
        return "That is nothing I keep: please leave passwords, codes and card numbers out of this chat."
    if objection(text) is None and is_sensitive(text):
        return (
            "Things like health, faith or politics I only keep when you ask me to: say “please remember that …” "
            "if you want it noted."
        )
    return "I can't take that as a wish: the shop's rules and confirmations stay as they are."


def _limits(wishes: Sequence[Wish]) -> list[str]:
    """What the shop or this chat cannot do about a wish, said at once; else that it will be kept to."""
    kept = {wish.key: wish.value.lower() for wish in wishes}
    said: list[str] = []
    if kept.get("language", "english") != "english":
        said.append("I can only answer in English, but a colleague who takes over sees it.")
    if kept.get("invoice_format", "pdf") != "pdf":
        said.append("Our invoices come as PDF only, so that one I can't fulfil.")
    if not said and kept.keys() != {"name"}:
        said.append("I'll keep to that.")
    return said


def forget(talk: Talk, task: Task) -> str:
    """Drop the wishes that the customer takes back; to erase all that is kept takes a person."""
    everything = bool(_ALL.search(task.text))
    named = [key for pattern, keys in _KEYS_OF if pattern.search(task.text) for key in keys]
    meant = [key for key in _held(talk) if everything or key.startswith(tuple(named) or ("?",))]
    for key in meant:
        talk.call("remember_preference", key=key, value=DROPPED)
    dropped = wording.joined(list(dict.fromkeys(_CALLED.get(key.split("_")[0], "that wish") for key in meant)))
    said = f"Done: I no longer go by {dropped}." if meant else "I have no wish of yours noted on that."
    if not everything:
        return said
    raise Ended(
        f"{said} To have everything removed that is kept of our conversations, a person must do it. Shall I ask one?",
        asking.person_pending(),
    )


def _held(talk: Talk) -> list[str]:
    """The keys of the wishes that held when this turn began: those it has dropped already are among them."""
    now = [key for key, value in talk.facts.preferences.items() if value.lower() != DROPPED]
    calls = [json.loads(step.arguments) for step in talk.steps if step.tool == "remember_preference"]
    return list(dict.fromkeys([*(str(call["key"]) for call in calls if call["value"] == DROPPED), *now]))

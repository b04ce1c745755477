"""Is it traceable? Ids, addresses, e-mails and amounts of writes must come from the customer's words, a tool result or
memory; ids and amounts of an answer likewise (or be a simple sum or product of what they hold)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations

from handoffs.state import NOT_KNOWLEDGE, State
from handoffs.tool import Grounded

_ID = re.compile(r"\b[A-Z]{1,4}(?:-[A-Z]{1,5})*-[0-9A-Z]*\d[0-9A-Z]*\b")
_OURS = re.compile(r"[A-Z]-(?:[A-Z]+-)?\d{4,}$")  # the shape of our own numbers
_NUMBER = re.compile(r"\d+(?:[.,]\d{3})*(?:[.,]\d{1,2})?")
_AMOUNT = re.compile(
    r"(?<![\w.,-])(?:\d{1,3}(?:,\d{3})+|\d+)\.\d{2}(?![\w%]|\.\d|\s?(?:%|h\b|hours?\b|o'clock|[ap]m\b|[GM]Hz|[km]?g\b|[cm]m\b))"
)
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z?)?\b")
_IN_CENTS = re.compile(r'_cents\\?":\s*(\d+)')
_MONEY = re.compile(r'"\w*(?:amount|price|total|fee|cost|balance)":\s*"?(\d+(?:\.\d+)?)')
_WORD = re.compile(r"\w+")
SUMMANDS_MOST = 60
NOT_SHOWN = (*NOT_KNOWLEDGE, "recall")  # memories count below, where it is known which of them could be verified


def untraceable_argument(state: State, arguments: dict[str, object], marks: dict[str, Grounded]) -> str | None:
    """The name of the first argument that nothing in the conversation holds, or None."""
    for name, mark in marks.items():
        value = arguments.get(name)
        if value is not None and not _traceable(state, value, mark):
            return name
    return None


def untraceable_in_answer(state: State, answer: str, instructions: str) -> str | None:
    """The first id or amount of an answer that nothing in the conversation holds, or None."""
    lines = (line for line in state.window if line.kind != "answer" or not line.agent)
    texts = [line.text for line in lines if line.outcome != "refused"] + [instructions]
    texts += [f"{memory.title} {memory.text}" for memory in state.recalled]
    ids = {found for text in texts for found in _ids(text)} | set(state.session.pending)
    families = {_family(found) for found in ids}
    for found in _ID.findall(answer):
        if found not in ids and (_family(found) in families or _OURS.match(found)):
            return found
    cents = _tellable_cents(state) | _amounts_said(instructions) | {c for text in texts for c in _amounts_told(text)}
    for found in _AMOUNT.findall(answer):
        if not _sums_to(round(float(found.replace(",", "")) * 100), cents):
            return found
    return None


def untraceable_number(state: State, value: str) -> bool:
    """Whether a text holds a number that nobody said and no tool showed; a preference must not launder one."""
    known = _tellable_cents(state)
    spoken = {word for text in _said(state) for word in _words(text)}
    return any(not _readings(found) & known for found in _NUMBER.findall(value) if found not in spoken)


def _traceable(state: State, value: object, mark: Grounded) -> bool:
    if mark.as_ == "amount_cents" and isinstance(value, int):
        return value in _known_cents(state)
    if mark.as_ == "quote":
        spoken = {word for text in _said(state) for word in _words(text)}
        return all(word in spoken for word in _words(str(value)))
    wanted, texts = str(value), [*_said(state), *_shown(state)]
    if mark.as_ == "address":
        words = {word for text in texts for word in _words(text)}
        return wanted == "account" or all(word in words for word in _words(wanted))
    return any(wanted.casefold() in text.casefold() for text in texts)


def _said(state: State) -> list[str]:
    """The customer's own words."""
    return [line.text for line in state.window if line.kind == "customer"]


def _shown(state: State) -> list[str]:
    """What tools found and persons decided. A refusal or error only echoes what an agent had asked for."""
    calls = (line for line in state.window if line.kind == "call" and line.outcome in ("ok", "pending"))
    texts = [line.text for line in calls if not line.tool.startswith(NOT_SHOWN)]
    notes = (json.loads(line.text)["results"] for line in state.window if line.kind == "handoff")
    texts += [
        json.dumps(result["content"]) for results in notes for result in results if "error" not in result["content"]
    ]
    texts += [f"{memory.title} {memory.text}" for memory in state.recalled if not memory.note]
    return texts + [line.text for line in state.window if line.kind == "approval"]


def _known_cents(state: State) -> set[int]:
    """What a call may ask for. Wishes are no source: an agent noted them, and not all were said here."""
    said = {cents for text in _said(state) for cents in _amounts_said(text)}
    return said | {cents for text in _shown(state) for cents in _amounts_told(text)}


def _tellable_cents(state: State) -> set[int]:
    """What an answer may name: the customer's wishes ("within your budget of 150.00") beside all that is known."""
    return _known_cents(state) | {c for text in state.session.wishes.values() for c in _amounts_said(text)}


def _family(found: str) -> str:
    """What an id begins with: "V-INV-" of V-INV-2051; UTF-8 is of no family that a tool has shown."""
    return found.rstrip("0123456789")


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


@lru_cache(maxsize=4096)
def _ids(text: str) -> frozenset[str]:
    return frozenset(_ID.findall(text.upper()))


@lru_cache(maxsize=4096)
def _amounts_said(text: str) -> frozenset[int]:
    """The numbers of prose, ids and dates left aside, as cents: "59", "59.00", "59,00", and 5900 as it stands."""
    prose = _DATE.sub(" ", _ID.sub(" ", text.upper()))
    return frozenset(cents for found in _NUMBER.findall(prose) for cents in _readings(found))


@lru_cache(maxsize=4096)
def _amounts_told(text: str) -> frozenset[int]:
    """The amounts of a tool's result: fields in cents, fields named like money, and amounts with two decimals."""
    cents = {int(found) for found in _IN_CENTS.findall(text)}
    named = {round(float(found) * 100) for found in _MONEY.findall(text)}
    return frozenset(cents | named | {round(float(found.replace(",", "")) * 100) for found in _AMOUNT.findall(text)})


def _readings(found: str) -> frozenset[int]:
    """A number as an amount, and as cents already where it has no decimals."""
    match = re.fullmatch(r"(.*?)[.,](\d{1,2})", found)
    if match is not None:
        return frozenset({int(re.sub(r"[.,]", "", match[1]) or 0) * 100 + int(match[2].ljust(2, "0"))})
    whole = int(re.sub(r"[.,]", "", found))
    return frozenset({whole * 100, whole})


def _sums_to(wanted: int, cents: Iterable[int]) -> bool:
    known = set(cents)
    if wanted in known or any(wanted == value * times for value in known for times in range(2, 21)):
        return True
    near = sorted(known)[:SUMMANDS_MOST]
    pairs = {a + b for a, b in combinations(near, 2)} | {abs(a - b) for a, b in combinations(near, 2)}
    return wanted in pairs or any(wanted - pair in known for pair in pairs)


def forget_texts() -> None:
    """Keep no text that was looked through."""
    for cached in (_ids, _amounts_said, _amounts_told):
        cached.cache_clear()

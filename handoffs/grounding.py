"""Is it traceable? Ids, addresses, e-mails and amounts of writes must come from the customer's words, a tool result or
memory; ids and amounts of an answer likewise (or be a simple sum or product of what they hold)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations

from handoffs.state import State
from handoffs.tool import Grounded

_ID = re.compile(r"\b[A-Z]{1,4}(?:-[A-Z]{1,5})*-[0-9A-Z]*\d[0-9A-Z]*\b")
_NUMBER = re.compile(r"\d+(?:[.,]\d{3})*(?:[.,]\d{1,2})?")
_AMOUNT = re.compile(r"(?<![\w.,-])\d{1,3}(?:,\d{3})*\.\d{2}(?![\w%])|(?<![\w.,-])\d+\.\d{2}(?![\w%])")
_WORD = re.compile(r"\w+")
SUMMANDS_MOST = 60


def untraceable_argument(state: State, arguments: dict[str, object], marks: dict[str, Grounded]) -> str | None:
    """The name of the first argument that nothing in the conversation holds, or None."""
    texts = _sources(state)
    for name, mark in marks.items():
        value = arguments.get(name)
        if value is not None and not _traceable(value, mark, texts):
            return name
    return None


def untraceable_in_answer(state: State, answer: str, instructions: str) -> str | None:
    """The first id or amount of an answer that nothing in the conversation holds, or None."""
    texts = [*_sources(state), instructions]
    ids = {found for text in texts for found in _ids(text)} | _issued(state)
    for found in _ID.findall(answer):
        if found not in ids:
            return found
    cents = {value for text in texts for value in _cents(text)}
    for found in _AMOUNT.findall(answer):
        if not _sums_to(round(float(found.replace(",", "")) * 100), cents):
            return found
    return None


def _sources(state: State) -> list[str]:
    said = [line.text for line in state.window if line.kind != "answer" or not line.agent]
    return [
        *said,
        *(line.arguments for line in state.window if line.kind == "call" and line.outcome == "ok"),
        json.dumps(state.session.preferences, ensure_ascii=False),
    ]


def _issued(state: State) -> set[str]:
    """Numbers that the runtime itself gave out: pending approvals."""
    return set(state.session.pending)


def _traceable(value: object, mark: Grounded, texts: list[str]) -> bool:
    if mark.as_ == "amount_cents" and isinstance(value, int):
        return any(value in _cents(text) for text in texts)
    wanted = str(value)
    if mark.as_ == "address" and wanted == "account":
        return True
    if mark.as_ == "address":
        words = {word for text in texts for word in _words(text)}
        return all(word in words for word in _words(wanted))
    return any(wanted.casefold() in text.casefold() for text in texts)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


@lru_cache(maxsize=4096)
def _ids(text: str) -> frozenset[str]:
    return frozenset(_ID.findall(text.upper()))


@lru_cache(maxsize=4096)
def _cents(text: str) -> frozenset[int]:
    """Every number of a text as cents, read both as an amount (59, 59.00, 59,00) and as cents already (5900)."""
    values: set[int] = set()
    for found in _NUMBER.findall(text):
        whole, cents = _split_amount(found)
        values.add(whole * 100 + cents)
        if not cents and whole < 100_000_000:
            values.add(whole)
    return frozenset(values)


def _split_amount(found: str) -> tuple[int, int]:
    match = re.fullmatch(r"(.*?)[.,](\d{1,2})", found)
    if match is None:
        return int(re.sub(r"[.,]", "", found)), 0
    return int(re.sub(r"[.,]", "", match[1]) or 0), int(match[2].ljust(2, "0"))


def _sums_to(wanted: int, cents: Iterable[int]) -> bool:
    known = set(cents)
    if wanted in known or any(wanted == value * times for value in known for times in range(2, 21)):
        return True
    near = sorted(known)[:SUMMANDS_MOST]
    pairs = {a + b for a, b in combinations(near, 2)} | {abs(a - b) for a, b in combinations(near, 2)}
    return wanted in pairs or any(wanted - pair in known for pair in pairs)

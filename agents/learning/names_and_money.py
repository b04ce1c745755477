"""What a customer wants to be called, how much they will spend, and when they may be contacted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agents.learning.words import one_of, start_of

_I: Final = re.IGNORECASE
CALLED: Final = re.compile(
    rf"(?P<no>{one_of('names', 'denied')} )?{one_of('names', 'called')}(?: (?:please|just|simply|by|as))?:?"
    rf" (?!{one_of('names', 'no_name')})(?P<name>(?:(?:dr|mr|mrs|ms|prof)\.? )?[a-z][\w'-]+(?-i: [A-Z][\w'-]+)?)",
    _I,
)
_NOT_THAT_NAME: Final = re.compile(r"\b(?i:it's|it is|i'm|i am) (?P<name>[A-Z][\w'-]+), not [A-Z]")
_AFTER_NAME: Final = re.compile(rf"[\s,]*(?:$|,|{one_of('names', 'after')})", _I)
_AMOUNT: Final = (
    r"(?:€|\$|£|eur|usd|about|around)?\s?(\d{1,3}(?:,\d{3})+(?:\.\d{2})?|\d+(?:[.,]\d{1,2})?)(?![\w%-]|\.\d)"
)
_BUDGET: Final = re.compile(start_of("money", "budget") + _AMOUNT, _I)
_INSTEAD: Final = re.compile(start_of("money", "instead") + _AMOUNT, _I)
_TIME: Final = re.compile(
    rf"{one_of('time', 'contact')}.{{0,24}}?\b(?P<time>(?:before|after|between|during|on|in|at) (?:the )?"
    rf"{start_of('time', 'named')}[\w :.&-]*)"
    rf"|(?P<when>{one_of('time', 'whole')}) (?:is|are) the (?:only|best) time",
    _I,
)


def names_in(clause: str) -> Iterator[str]:
    """What the customer wants to be called."""
    if match := _NOT_THAT_NAME.search(clause):
        yield match["name"]
    for match in CALLED.finditer(clause):
        name = match["name"]
        if not match["no"] and (name[0].isupper() or _AFTER_NAME.match(clause, match.end())):
            yield name[0].upper() + name[1:]


def budget_cents_in(clause: str, *, corrected: bool) -> int | None:
    """The most that the customer will spend; where a budget is being corrected, "make it 200" is one as well."""
    match = _BUDGET.search(clause) or (_INSTEAD.search(clause) if corrected else None)
    return cents(match[1]) if match else None


def time_in(clause: str) -> str:
    """The hours or days that are named for being contacted, or ''."""
    match = _TIME.search(clause)
    return (match["time"] or match["when"]).strip() if match else ""


def cents(amount: str) -> int:
    """1,200 and 99.50 and 99,5 as cents."""
    return round(float(re.sub(r",(?=\d{3}\b)", "", amount).replace(",", ".")) * 100)

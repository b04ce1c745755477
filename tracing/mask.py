"""Secrets are masked at the door, before any model, log or store sees them: rules as data, each with its proof.

What is masked stays recognisable to a person ("[card ending 4242]"), so that an answer still makes sense.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

CARD_LENGTHS = range(13, 20)
VERDICTS = frozenset(
    [
        "wrong",
        "right",
        "correct",
        "incorrect",
        "invalid",
        "lost",
        "forgotten",
        "gone",
        "expired",
        "weak",
        "blocked",
        "locked",
        "not",
        "no",
        "too",
        "still",
        "reset",
        "required",
        "needed",
        "the",
        "my",
        "a",
        "an",
        "missing",
        "accepted",
        "rejected",
        "refused",
        "old",
        "new",
        "being",
    ]
)
RUN_MOST = 40  # a longer run of digits is no list of cards


class Rule(NamedTuple):
    """One kind of secret: how it looks, what stands in its place (None: it was not one after all)."""

    name: str
    looks: re.Pattern[str]
    replace: Callable[[re.Match[str]], str | None]


def luhn(digits: str) -> bool:
    """Whether the check digit of a card number is right. *Source*: ISO/IEC 7812-1, annex B."""
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _card(match: re.Match[str]) -> str | None:
    return _without_cards(match[0])


def _without_cards(text: str) -> str | None:
    """A run of digits with every card number in it masked: whole groups that together are one; None without any."""
    places = [at for at, char in enumerate(text) if char.isdigit()]
    borders = [n for n, at in enumerate(places) if n == 0 or places[n - 1] != at - 1]
    for first in borders if len(places) <= RUN_MOST else ():
        for last in [*borders[1:], len(places)]:
            digits = "".join(str(int(text[at])) for at in places[first:last])
            if _is_card(digits):
                rest = text[places[last - 1] + 1 :]
                return f"{text[: places[first]]}[card ending {digits[-4:]}]{_without_cards(rest) or rest}"
    return None


def _is_card(digits: str) -> bool:
    """By length, first digit and check digit; of 15 digits only American Express, for telephones have such numbers."""
    if len(digits) not in CARD_LENGTHS or digits[0] not in "23456" or len(set(digits)) == 1:
        return False
    return luhn(digits) and (len(digits) != 15 or digits[:2] in ("34", "37"))


def _iban(match: re.Match[str]) -> str | None:
    """Whether the check digits are right. *Source*: ISO 13616."""
    plain = re.sub(r"\s", "", match[0])
    turned = "".join(str(int(char, 36)) for char in plain[4:] + plain[:4])
    return f"[account ending {plain[-4:]}]" if int(turned) % 97 == 1 else None


def _code(match: re.Match[str]) -> str | None:
    return f"{match[1]}{match[2]}[security code]"


def _password(match: re.Match[str]) -> str | None:
    """After ":" any word is taken for one, after "is" any but a verdict; else only one with a digit or sign in it."""
    word = match[3].strip(".,!?\"'")
    told = any(sign in match[2] for sign in ":=") or (match[2].strip() and word.casefold() not in VERDICTS)
    return f"{match[1]}{match[2]}[password]" if told or re.search(r"\d|[^\w-]", word) else None


def _bearer(_: re.Match[str]) -> str | None:
    return "Bearer [token]"


def _token(_: re.Match[str]) -> str | None:
    return "[token]"


RULES: tuple[Rule, ...] = (
    Rule("card number", re.compile(r"(?<!\d)\d(?:[\s.\-/_\u2010-\u2015]{0,2}\d){12,}(?!\d)"), _card),
    Rule(
        "security code",
        re.compile(r"\b(cvv2?|cvc2?|security code)(\W*(?:number|code)?\W*(?:is|was)?\W*)\d{3,4}\b", re.IGNORECASE),
        _code,
    ),
    Rule(
        "password",
        re.compile(
            r"\b(password|passwort|kennwort|passcode|pwd?|pin(?:[ -]?code)?|api[ _-]?key)"
            r"(\s*(?:is|was|lautet|ist|:|=)\s*|\s+)(\S{3,64})",
            re.IGNORECASE,
        ),
        _password,
    ),
    Rule("account number", re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,3})?\b"), _iban),
    Rule("bearer token", re.compile(r"\bBearer\s+[\w.~+/-]{12,}=*", re.IGNORECASE), _bearer),
    Rule(
        "token",
        re.compile(
            r"\b(?:eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}|(?:sk|pk|ghp|gho|xox[abp])[-_][\w-]{16,}|AKIA[A-Z0-9]{16})\b"
        ),
        _token,
    ),
)


def masked(text: str, rules: tuple[Rule, ...] = RULES) -> str:
    """The text with every secret replaced."""
    for rule in rules:
        text = rule.looks.sub(lambda match, rule=rule: rule.replace(match) or match[0], text)
    return text

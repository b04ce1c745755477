"""Secrets are masked at the door, before any model, log or store sees them: rules as data, each with its proof.

What is masked stays recognisable to a person ("[card ending 4242]"), so that an answer still makes sense.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple


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
    digits = re.sub(r"\D", "", match[0])
    return f"[card ending {digits[-4:]}]" if luhn(digits) and len(set(digits)) > 1 else None


def _code(match: re.Match[str]) -> str | None:
    return f"{match[1]}{match[2]}[security code]"


def _password(match: re.Match[str]) -> str | None:
    """A word after "password is" is taken for one when it holds a digit or a sign; "wrong" is none."""
    telling = re.search(r"[\d\W_]", match[3].rstrip(".,!?"))
    return f"{match[1]}{match[2]}[password]" if telling else None


def _bearer(_: re.Match[str]) -> str | None:
    return "Bearer [token]"


def _token(_: re.Match[str]) -> str | None:
    return "[token]"


RULES: tuple[Rule, ...] = (
    Rule("card number", re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])"), _card),
    Rule(
        "security code",
        re.compile(r"\b(cvv2?|cvc2?|security code)(\s*(?:is|:|=)?\s*)\d{3,4}\b", re.IGNORECASE),
        _code,
    ),
    Rule(
        "password",
        re.compile(r"\b(password|passwort|passcode|pin)(\s*(?:is|was|:|=)\s*)(\S{3,64})", re.IGNORECASE),
        _password,
    ),
    Rule("bearer token", re.compile(r"\bBearer\s+[\w.~+/-]{12,}=*", re.IGNORECASE), _bearer),
    Rule(
        "token",
        re.compile(r"\b(?:eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}|(?:sk|pk|ghp|gho|xox[abp])[-_][\w-]{16,})\b"),
        _token,
    ),
)


def masked(text: str, rules: tuple[Rule, ...] = RULES) -> str:
    """The text with every secret replaced."""
    for rule in rules:
        text = rule.looks.sub(lambda match, rule=rule: rule.replace(match) or match[0], text)
    return text

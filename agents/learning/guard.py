"""What must never become a memory: secrets, and words that want to be a rule; and what is nobody's business."""

from __future__ import annotations

import re
from typing import Final, Literal

from agents.learning.words import words
from handoffs.guards import input_fault

_SECRET, _RULE, _TAKES_OVER = words("guard", "secret"), words("guard", "rule"), words("guard", "takes_over")
_SENSITIVE: Final = words("guard", "sensitive")
_MASKED: Final = re.compile(r"\[(?:card|account|password|token|security code)\b[^\]]*\]")
_LONG_NUMBER: Final = re.compile(r"(?<![\w-])\+?\d(?:[ ./-]?\d){8,}")
_PER_CENT: Final = re.compile(r"\d\s?%")

Objection = Literal["secret", "instruction"]


def objection(text: str) -> Objection | None:
    """Why these words must not be remembered, or None."""
    if _SECRET.search(text) or _MASKED.search(text) or _LONG_NUMBER.search(text):
        return "secret"
    return "instruction" if _RULE.search(text) or _PER_CENT.search(text) or takes_over(text) else None


def takes_over(text: str) -> bool:
    """Whether a message poses as the system or tries to change who rules here: nothing in it is learnt."""
    return _TAKES_OVER.search(text) is not None or input_fault(text) is not None


def is_sensitive(text: str) -> bool:
    """Whether it tells of health, faith, politics or the like, which is kept only at the customer's own request."""
    return _SENSITIVE.search(text) is not None

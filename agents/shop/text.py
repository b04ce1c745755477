"""Words of the shop: amounts as people write them, and names that survive typing errors."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Final

_CLOSE_ENOUGH: Final = 0.75
_SAME_THING: Final = {
    "earphone": "headphone",
    "headset": "headphone",
    "notebook": "laptop",
    "computer": "laptop",
    "screen": "monitor",
    "display": "monitor",
    "mice": "mouse",
    "loudspeaker": "speaker",
    "inche": "inch",
}


def money(cents: int) -> str:
    """129900 -> "1,299.00"."""
    return f"{cents / 100:,.2f}"


def words(text: str) -> list[str]:
    """Lower-case words and numbers, singular, synonyms joined: "Two headsets" -> two, headphone."""
    found: list[str] = re.findall(r"[a-z]+|\d+", text.casefold())
    singular = (
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in found
    )
    return [_SAME_THING.get(word, word) for word in singular]


def alike(typed: str, meant: str) -> bool:
    """Whether one word was probably meant by the other; numbers and short words must be exact."""
    if typed == meant:
        return True
    if min(len(typed), len(meant)) < 4 or any(map(str.isdigit, typed + meant)):
        return False
    return typed[0] == meant[0] and SequenceMatcher(None, typed, meant).ratio() >= _CLOSE_ENOUGH

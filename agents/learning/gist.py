"""What a customer's message is about, in few of its own words; '' for a mere yes, a secret, or an attempt to rule."""

from __future__ import annotations

import re
from typing import Final

from agents.learning.guard import objection, takes_over
from agents.learning.words import words

_MESSAGE_MOST, _CHARS_MOST, _WORDS_LEAST = 4_000, 160, 3
_MERE_TALK: Final = words("sentences", "opening")
_FROM_NOW: Final = words("stance", "from_now")
_SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+|\n+")


def gist(text: str) -> str:
    """The message without sentences that hold secrets, cut where it gets long."""
    if takes_over(text):
        return ""
    told = " ".join(part.strip() for part in _SENTENCE.split(text[:_MESSAGE_MOST]) if not _kept_out(part))
    told = " ".join(told.replace("|", "/").split())
    if len(re.findall(r"\w+", _MERE_TALK.sub(" ", told))) < _WORDS_LEAST:
        return ""
    return told if len(told) <= _CHARS_MOST else f"{told[:_CHARS_MOST].rsplit(' ', 1)[0]} …"


def _kept_out(sentence: str) -> bool:
    """A secret, or a rule meant to last; "refund me" is a request and stays."""
    why = objection(sentence)
    return why == "secret" or (why == "instruction" and _FROM_NOW.search(sentence) is not None)

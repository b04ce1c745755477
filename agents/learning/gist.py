"""What a customer's message is about, in few of its own words; '' for a mere yes, a secret, or an attempt to rule."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from agents.learning.findings import findings
from agents.learning.guard import is_sensitive, objection, takes_over
from agents.learning.sentences import statements
from agents.learning.words import one_of, words

_MESSAGE_MOST, _CHARS_MOST, _WORDS_LEAST = 4_000, 160, 3
_OPENING: Final = words("sentences", "opening")
_FROM_NOW: Final = words("stance", "from_now")
_SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+|\n+")
_WORD: Final = re.compile(r"[\w']+")
_OF_MEMORY, _OF_SHOP = words("talk", "of_memory"), words("talk", "of_shop")
_SMALL: Final = words("talk", "small")
_WISH: Final = re.compile(
    rf"^(?:{one_of('sentences', 'opening')}[\s,:!.]*|{one_of('talk', 'asking_for')} )*{one_of('talk', 'wish')}", re.I
)


def gist(text: str) -> str:
    """The message without sentences that hold secrets, cut where it gets long."""
    return _told(text, _kept_out)


def matter(text: str) -> str:
    """The gist of what a conversation is about: without small talk and thanks, without talk of what is remembered of
    the customer, and without what is sensitive."""
    return _told(text, lambda part: _kept_out(part) or is_sensitive(part) or _is_aside(part.replace("’", "'")))


def asked_for(text: str) -> str:
    """The matter without mere wishes: these are remembered by themselves."""
    return _told(matter(text), _is_wish)


def _told(text: str, dropped: Callable[[str], bool]) -> str:
    if takes_over(text):
        return ""
    told = " ".join(part.strip() for part in _SENTENCE.split(text[:_MESSAGE_MOST]) if not dropped(part))
    told = " ".join(told.replace("|", "/").split())
    if len(re.findall(r"\w+", _OPENING.sub(" ", told))) < _WORDS_LEAST:
        return ""
    return told if len(told) <= _CHARS_MOST else f"{told[:_CHARS_MOST].rsplit(' ', 1)[0]} …"


def _kept_out(sentence: str) -> bool:
    """A secret, or a rule meant to last; "refund me" is a request and stays."""
    why = objection(sentence)
    return why == "secret" or (why == "instruction" and _FROM_NOW.search(sentence) is not None)


def _is_aside(sentence: str) -> bool:
    if _OF_MEMORY.search(sentence) and not _OF_SHOP.search(sentence):
        return True
    left = len(_WORD.findall(_SMALL.sub(" ", _OPENING.sub(" ", sentence))))
    return left == 0 or (left == 1 and "?" not in sentence)


def _is_wish(sentence: str) -> bool:
    """Whether all that it states are wishes; "I was charged twice, call me Sam" is more than one."""
    if "?" in sentence or not _WISH.search(sentence.strip()):
        return False
    taught = [one for one in findings(sentence) if one.kind == "preference" or one.key.startswith("device_")]
    return bool(taught) and len(taught) >= len(list(statements(sentence)))

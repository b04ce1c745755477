"""When two memories say the same, so that one of them is enough."""

from __future__ import annotations

import re

from memory.longterm.item import Memory
from memory.longterm.kinds import LIFETIMES

Sentence = tuple[str, ...]

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_WORD = re.compile(r"[\w@.+#/:'’-]*\w")
_SAYS_NOTHING = frozenset({"a", "an", "the", "please", "really", "very", "just"})


def says_the_same(better: Memory, other: Memory) -> bool:
    """Whether all that ``other`` says is said, sentence for sentence, by ``better``.

    Two values of one key never do (a key without a value is just a name for texts), nor two speakers, nor what happened
    on two days, nor sentences that differ in a number, an address, a "not" or the order of words.
    """
    if (better.speaker, better.kind, better.customer) != (other.speaker, other.kind, other.customer):
        return False
    if (better.key, _bare(better.value)) != (other.key, _bare(other.value)):
        return False
    if better.key and better.value:
        return True
    if not LIFETIMES[better.kind].shared and better.said_at.date() != other.said_at.date():
        return False
    told = sentences(other.text)
    return bool(told) and told <= sentences(better.text)


def sentences(text: str) -> frozenset[Sentence]:
    """What a text says: its sentences, without letter case, punctuation and words that add nothing."""
    return frozenset(sentence for part in _SENTENCE.split(text) if (sentence := _telling(part)))


def _telling(text: str) -> Sentence:
    return tuple(word for word in _WORD.findall(_bare(text)) if word not in _SAYS_NOTHING)


def _bare(text: str) -> str:
    return " ".join(text.lower().split())

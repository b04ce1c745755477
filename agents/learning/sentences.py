"""The customer's own statements in a message: no questions, no quotations, nothing that somebody else says or wants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from agents.learning.guard import takes_over
from agents.learning.words import one_of, words

_I: Final = re.IGNORECASE
# The patterns' time grows with the square of a sentence: nobody shall keep them busy.
_MESSAGE_MOST, _SENTENCE_MOST, _SENTENCES_MOST = 4_000, 200, 12
_QUOTED: Final = re.compile(
    r"```.*?(?:```|\Z)|^\s*>.*$|\"[^\"\n]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|‘[^’]*’(?!\w)|(?<!\w)'[^'\n]*'(?!\w)",
    re.MULTILINE | re.DOTALL,
)
_SENTENCE_END: Final = re.compile(
    r"(?<!\bDr\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bSt\.)(?:(?<=[.!?…])\s+|\n+|;\s*)"
)
_CLAUSE_END: Final = re.compile(
    r",?\s+(?:but|while|whereas|however|although|though)\s+(?=(?:i|we|my|our|please|he|she|they)\b)"
    r"|,?\s+(?:so|because|since|and)\s+(?=(?:i|we|it|my|please|never|always|send|use|ring|call|write|only)\b)"
    r"|,?\s+as\s+(?=(?:i|we)\b)|,\s+(?=please\b)|\s+[–—]\s+",
    _I,
)
_POLITE: Final = re.compile(
    r"(?:^|(?<=, ))(?:can|could|would|will) you (?:please |kindly |maybe |mind (?=\w+ing\b))*"
    r"(?!(?:prefer|like|say|recommend|be|tell|help|mind|please$)\b)",
    _I,
)
_OPENING: Final = re.compile(rf"^(?:{one_of('sentences', 'opening')}[\s,:!.]+)+", _I)
_ASKS: Final = re.compile("^" + one_of("sentences", "asks"), _I)
_CORRECTS, _SUPPOSED = words("sentences", "corrects"), words("sentences", "supposed")
_SAYING, _WANTING = one_of("sentences", "saying"), one_of("sentences", "wanting")
_PEOPLE: Final = one_of("sentences", "people")
_NOT_I: Final = rf"(?:{_PEOPLE}|\b(?:he|she|they|it|some(?:one|body))\b)"
_SOMEBODY_ELSE: Final = re.compile(
    rf"{_NOT_I}(?:'s)? (?:\w+ ){{0,2}}?(?:{_SAYING}|{_WANTING})|{_PEOPLE}'s\b|{one_of('sentences', 'never_said')}"
    rf"|\b(?:mail|letter|email|e-mail|page|site|website|box|manual|review|text|message|invoice)\b[^,]*{_SAYING}",
    _I,
)


class Statement(NamedTuple):
    """A clause in the customer's own words; ``corrects`` when it takes back what stands before it."""

    text: str
    corrects: bool


def unquoted(text: str) -> str:
    """The message without quotations, code and lines taken from another mail."""
    return _QUOTED.sub(" ", text.replace("’", "'"))


def statements(text: str) -> Iterator[Statement]:
    """What the customer states of themselves or asks for beyond this moment, clause by clause."""
    if takes_over(text):
        return
    for whole in _SENTENCE_END.split(unquoted(text[:_MESSAGE_MOST]))[:_SENTENCES_MOST]:
        sentence = whole.strip()[:_SENTENCE_MOST]
        plain = _OPENING.sub("", sentence)
        asked = _POLITE.sub("", plain)
        if _ASKS.search(plain) or (whole.rstrip().endswith("?") and asked == plain):
            continue
        corrects = _CORRECTS.search(sentence) is not None
        for clause in _CLAUSE_END.split(asked):
            if not _SUPPOSED.search(clause) and not _SOMEBODY_ELSE.search(clause):
                yield Statement(_OPENING.sub("", clause).strip(" \t,.!?–—"), corrects)

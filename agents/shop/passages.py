"""Passages of help articles, and the plain search over them: shared words, rare ones first, typing errors forgiven."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from agents.shop.text import alike, words

_COMMON: Final = frozenset(
    words(
        "a an the i you it is are do does did can could my your me we us our to of in on for with and or if how what "
        "when which whether where at out be been there about have has had please tell would will this that these those "
        "not no work last get want need know happen so as by from back"
    )
)
_SHOWN: Final = 3
_FAR_BEHIND: Final = 3  # a passage with less than the best one's third is left out
_IN_TITLE, _RESEMBLES = 3.0, 0.5


class Passage(NamedTuple):
    """A piece of an article that stands for itself; ``heading`` is empty for the opening."""

    slug: str
    title: str
    heading: str
    text: str


class _Terms(NamedTuple):
    """The words of a passage by their stems; the heading weighs as much as the title, but the opening has none."""

    title: frozenset[str]
    text: frozenset[str]


@lru_cache(maxsize=512)
def passages(slug: str, title: str, body: str) -> tuple[Passage, ...]:
    """An article cut at its ``##`` headings."""
    opening, *rest = f"\n{body}".split("\n## ")
    cut = [("", opening), *((piece.partition("\n")[0], piece.partition("\n")[2]) for piece in rest)]
    return tuple(
        Passage(slug=slug, title=title, heading=heading.strip(), text=unwrapped(text))
        for heading, text in cut
        if text.strip()
    )


def unwrapped(text: str) -> str:
    """Paragraphs without the line ends of the file."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


def best_for(query: str, known: Sequence[Passage]) -> list[Passage]:
    """The passages that share most with the query, best first; those far behind the best are left out."""
    frequency = Counter(term for passage in known for term in _terms(passage).title | _terms(passage).text)
    meant = _meant(query, frequency)
    rarity = {term: sure * math.log(1 + len(known) / frequency[term]) for term, sure in meant.items()}
    scored = [(_score(rarity, _terms(passage)), passage) for passage in known]
    scored.sort(key=lambda pair: (-pair[0], pair[1].slug))
    floor = scored[0][0] / _FAR_BEHIND if scored else 0.0
    return [passage for score, passage in scored[:_SHOWN] if score > 0 and score >= floor]


def _score(rarity: dict[str, float], terms: _Terms) -> float:
    return sum(rare * (_IN_TITLE * (term in terms.title) + (term in terms.text)) for term, rare in rarity.items())


def _meant(query: str, known: Counter[str]) -> dict[str, float]:
    """Known terms -> how surely they were meant; an unknown word stands for the one that it resembles most."""
    typed = {_stem(word) for word in words(query) if word not in _COMMON}
    found = {term: 1.0 for term in typed if term in known}
    for term in typed - found.keys():
        near = [other for other in known if other[:2] == term[:2] and alike(term, other)]
        if near:
            found.setdefault(min(near, key=lambda other: abs(len(other) - len(term))), _RESEMBLES)
    return found


@lru_cache(maxsize=1024)
def _terms(passage: Passage) -> _Terms:
    heads = f"{passage.title} {passage.heading}"
    return _Terms(
        frozenset(_stem(word) for word in words(heads) if word not in _COMMON),
        frozenset(_stem(word) for word in words(passage.text) if word not in _COMMON),
    )


def _stem(word: str) -> str:
    """ "resetting" -> "reset", "cancelled" -> "cancel", so that forms of one word are one term."""
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 4:
            return stem[:-1] if stem[-1] == stem[-2] and stem[-1] != "s" else stem
    return word

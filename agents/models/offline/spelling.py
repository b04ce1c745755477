"""Spelling help towards the shop's own words: small errors are mended, ids, names and mails are left alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

_TOKEN = re.compile(r"\S+")
_WORD = re.compile(r"[a-z']+")
_KEEP = re.compile(r"[@\d/_\\#]|https?:")
_SHORT: dict[str, str] = tomllib.loads(Path(__file__).with_name("short_forms.toml").read_text(encoding="utf-8"))
_GLUE = (
    "i",
    "to",
    "my",
    "an",
    "a",
    "the",
    "u",
    "your",
    "you",
    "of",
    "on",
    "for",
    "can",
    "want",
    "help",
    "need",
    "have",
)
_SHORTEST_MENDED = 4
_LONG_WORD = 8


class Speller:
    """Mends words that are no words, towards ``domain`` words, at a distance of one (two for long words)."""

    def __init__(self, *, known: Iterable[str], domain: Iterable[str]) -> None:
        self._domain = frozenset(word for word in domain if word.isalpha())
        self._known = frozenset(known) | self._domain | frozenset(_SHORT.values())
        self._by_length: dict[int, list[str]] = {}
        for word in sorted(self._domain):
            if len(word) >= _SHORTEST_MENDED:
                self._by_length.setdefault(len(word), []).append(word)
        self._mended = lru_cache(maxsize=4096)(self._mend)

    def correct(self, text: str) -> str:
        """The text with likely typing errors mended; ids, mails and names inside it stay as they are."""
        shouted = text.isupper()
        return _TOKEN.sub(lambda match: self._token(match[0], named=match.start() > 0 and not shouted), text)

    def _token(self, token: str, *, named: bool) -> str:
        if _KEEP.search(token) or not token.isascii() or (named and token[0].isupper() and not token.isupper()):
            return token
        mended = _WORD.sub(lambda match: self._mended(match[0]), token.lower())
        if mended == token.lower():
            return token
        return mended.upper() if token.isupper() and len(token) > 1 else mended

    def _mend(self, word: str) -> str:
        if word in _SHORT:
            return _SHORT[word]
        if len(word) < _SHORTEST_MENDED or self._is_word(word):
            return word
        return self._nearest(word) or self._parted(word) or word

    def _is_word(self, word: str) -> bool:
        if word in self._known or f"{word}s" in self._known:
            return True
        stems = (word.removesuffix(end) for end in ("s", "'s", "es", "ed", "ing", "ly", "er") if word.endswith(end))
        return any(
            len(stem) > 2
            and (stem in self._known or f"{stem}e" in self._known or (_doubled(stem) and stem[:-1] in self._known))
            for stem in stems
        )

    def _nearest(self, word: str) -> str | None:
        limit = 2 if len(word) >= _LONG_WORD else 1
        best: tuple[int, bool, str] | None = None
        for length in range(len(word) - limit, len(word) + limit + 1):
            for candidate in self._by_length.get(length, ()):
                far = distance(word, candidate, limit)
                if far <= limit:
                    ranked = (far, candidate[0] != word[0], candidate)
                    best = min(best, ranked) if best else ranked
        return best[2] if best else None

    def _parted(self, word: str) -> str | None:
        for glue in _GLUE:
            if word.startswith(glue) and len(rest := word[len(glue) :]) > 2 and rest in self._domain:
                return f"{glue} {rest}"
            if word.endswith(glue) and len(rest := word[: -len(glue)]) > 2 and rest in self._domain:
                return f"{rest} {glue}"
        return None


def _doubled(stem: str) -> bool:
    return len(stem) > 3 and stem[-1] == stem[-2]


def distance(left: str, right: str, limit: int) -> int:
    """Edits between two words, a swap of neighbours counted as one; anything above ``limit`` comes back as more."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return last[-1]

"""Which language a message is in, by its small words and letters. Doubt means English."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ENGLISH = "en"
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_KNOWN = tomllib.loads(Path(__file__).with_name("languages.toml").read_text(encoding="utf-8"))
_SETS = {language: frozenset(row["words"].split()) for language, row in _KNOWN.items()}
_LETTERS = {letter: language for language, row in _KNOWN.items() for letter in row.get("letters", "")}
_SCRIPTS = (("ru", "а", "я"), ("el", "α", "ω"), ("ar", "ء", "ي"), ("he", "א", "ת"), ("hi", "अ", "ह"),
            ("ja", "ぁ", "ヿ"), ("ko", "가", "힣"), ("zh", "一", "鿿"))  # fmt: skip
_MARKS = frozenset("¿¡")
_ENOUGH = 2.0


def language_of(text: str) -> str:
    """The ISO code of the message's language; "en" unless another is clearly seen."""
    lowered = text.lower()
    for language, first, last in _SCRIPTS:
        if sum(first <= letter <= last for letter in lowered) >= 2:
            return language
    words = _WORD.findall(lowered)
    scores = {language: float(sum(word in known for word in words)) for language, known in _SETS.items()}
    for letter in set(lowered) & set(_LETTERS):
        scores[_LETTERS[letter]] += 0.5
    best = max(scores, key=lambda language: (scores[language], language == ENGLISH))
    english = scores[ENGLISH]
    if set(lowered) & _MARKS:
        return "es"
    if best == ENGLISH or scores[best] < english + 1 or (scores[best] < _ENOUGH and len(words) > 2):
        return ENGLISH
    own = sum(word in _SETS[best] and word not in _SETS[ENGLISH] for word in words)
    return best if own and own * 5 >= len(words) else ENGLISH

"""How much an earlier exchange has to do with the turn: ids that both name, and rare words that both use. No model.

Degrees, not scores: an order between near-equal numbers would change with every message, and with it the prompt.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

UNRELATED: Final = 0  # degrees count like so many blocks of age
RELATED: Final = 2  # shares two rare words with the turn
NAMED: Final = 4  # names an id that the turn names
RARE_WORDS = 2
RARE_SHARE = 1 / 3  # a word that more of the exchanges use is not rare
TELLING_SHARE = 1 / 2  # an id that more of the exchanges name tells none of them apart
SHORTEST_WORD = 4
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:t\d+)?")


def degrees(about: str, texts: Sequence[tuple[str, bytes]]) -> dict[str, int]:
    """The degree of each exchange. *Shape*: ``texts`` are (exchange, wire text); one exchange may have several."""
    wanted = _words(about.encode())
    shared: dict[str, set[str]] = {}
    for exchange, raw in texts:
        shared.setdefault(exchange, set()).update(wanted & _words(raw))
    holders = Counter(word for words in shared.values() for word in words)
    telling = {word for word in wanted if _is_id(word) and holders[word] <= max(TELLING_SHARE * len(shared), 1)}
    rare = {word for word in wanted if holders[word] <= max(RARE_SHARE * len(shared), 1)}
    return {
        exchange: NAMED if words & telling else RELATED if len(words & rare) >= RARE_WORDS else UNRELATED
        for exchange, words in shared.items()
    }


def forget_texts() -> None:
    """Keep no text that was compared."""
    _words.cache_clear()


@lru_cache(maxsize=8192)
def _words(raw: bytes) -> frozenset[str]:
    found = _WORD.findall(raw.decode(errors="replace").casefold())
    return frozenset(word for word in found if len(word) >= SHORTEST_WORD and not _DATE.fullmatch(word))


def _is_id(word: str) -> bool:
    return any(char.isdigit() for char in word)

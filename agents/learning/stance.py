"""How a customer stands to what they name: whether it is meant to last, what is wanted, and what is turned down."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from agents.learning.words import one_of, words

_LASTING, _FROM_NOW, _WOULD_LIKE = (
    words("stance", "lasting"),
    words("stance", "from_now"),
    words("stance", "would_like"),
)
_NO_PREFERENCE: Final = tuple(words("stance", name) for name in ("moment", "trouble", "choice", "indifferent"))
_NOTHING_BUT: Final = words("stance", "nothing_but")
_AGAINST: Final = re.compile(
    rf"{one_of('stance', 'against')}[^,;:]*?(?=[,;:]|{one_of('stance', 'until')}|$)", re.IGNORECASE
)
_BAD_FOR_ME: Final = re.compile(
    rf"(?:(?!{one_of('stance', 'until')})[^,;:])*{one_of('stance', 'bad_for_me')}", re.IGNORECASE
)


class Stance(NamedTuple):
    """A clause taken apart: what is said for, what is said against, whether it holds beyond this moment."""

    wanted: str
    turned_down: str
    lasting: bool


def stance_of(clause: str) -> Stance | None:
    """How the clause stands to what it names; None for a complaint, a choice of this moment, or indifference."""
    if any(pattern.search(clause) for pattern in _NO_PREFERENCE):
        return None
    if _WOULD_LIKE.search(clause) and not _FROM_NOW.search(clause):
        return None
    plain = _NOTHING_BUT.sub("only", clause)
    turned_down = " ".join(match[0] for pattern in (_BAD_FOR_ME, _AGAINST) for match in pattern.finditer(plain))
    wanted = _AGAINST.sub(" ", _BAD_FOR_ME.sub(" ", plain))
    return Stance(wanted, turned_down, _LASTING.search(plain) is not None)

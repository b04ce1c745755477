"""Long texts in pieces that memory holds and recall can give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from memory.seed.line import MAX_TEXT_CHARS

# Where to cut, best first, and how full a piece is at least to be cut there.
_HALF: Final = MAX_TEXT_CHARS // 2
_CUTS: Final = (("\n\n", _HALF), ("\n", _HALF), (". ", _HALF), (" ", 1), ("\n", 1))


def pieces(text: str) -> Iterator[str]:
    """The text in order, cut between paragraphs, else lines, sentences, words; a word is never cut, however long."""
    begin = 0
    while len(text) - begin > MAX_TEXT_CHARS and (end := _end(text, begin)) is not None:
        if piece := text[begin:end].strip():
            yield piece
        begin = end
    if rest := text[begin:].strip():
        yield rest


def _end(text: str, begin: int) -> int | None:
    for mark, least in _CUTS:
        at = text.rfind(mark, begin + least, begin + MAX_TEXT_CHARS)
        if at != -1:
            return at + len(mark)
    return None

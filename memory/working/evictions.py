"""What becomes of each item of a prompt that is too long, and how the trace is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from memory.working.relevance import NAMED, RELATED, UNRELATED

SHORT: Final = "condensed, to make room"
RECALLED: Final = "recalled, but beyond the room for memories"
CUT: Final = "cut: the turn itself is longer than the window allows"
OVER: Final = "over budget: instructions, tools and facts alone are longer than the window allows"
WHY: Final[Mapping[int, str]] = {
    UNRELATED: "left out: nothing to do with this turn, oldest first",
    RELATED: "left out: loosely related to this turn, oldest first",
    NAMED: "left out: related to this turn, but no room",
}


class Sized(Protocol):
    """An item as far as its size and name go."""

    @property
    def what(self) -> str: ...
    @property
    def tokens(self) -> int: ...
    def short_tokens(self) -> int: ...
    def cut_tokens(self, most_tokens: int) -> int: ...


class Evictions:
    """Keeps count while a prompt is packed. *Units*: tokens."""

    def __init__(self, items: Sequence[Sized]) -> None:
        self._items = items
        self._why: dict[int, str] = {}  # of what is left out
        self._told: list[tuple[str, str, int]] = []
        self.short: set[int] = set()
        self.cut: dict[int, int] = {}
        self.total = sum(item.tokens for item in items)

    @property
    def kept(self) -> list[int]:
        """Indexes of what stays, in order."""
        return [index for index in range(len(self._items)) if index not in self._why]

    def tokens(self, index: int) -> int:
        """What the item takes now."""
        if index in self._why:
            return 0
        item = self._items[index]
        if index in self.cut:
            return item.cut_tokens(self.cut[index])
        return item.short_tokens() if index in self.short else item.tokens

    def drop(self, index: int, why: str) -> None:
        """Leave the item out."""
        self.total -= self.tokens(index)
        self.short.discard(index)
        self._why[index] = why

    def shorten(self, index: int) -> None:
        """Send the item in its condensed form, if it has a shorter one."""
        saved = self.tokens(index) - self._items[index].short_tokens()
        if saved > 0:
            self.short.add(index)
            self.total -= saved

    def cut_to(self, index: int, most_tokens: int) -> None:
        """Leave the item no more than so many tokens, or as few as can be."""
        before = self.tokens(index)
        if before > most_tokens:
            self.cut[index] = most_tokens
            self.total -= before - self.tokens(index)

    def tell(self, what: str, why: str, tokens: int) -> None:
        """Add a line of its own."""
        self._told.append((what, why, tokens))

    def told(self) -> list[tuple[str, str, int]]:
        """(what, why, tokens) of all that is not there in full; equal ones added up."""
        items = self._items
        lines = [(items[index].what, why, items[index].tokens) for index, why in sorted(self._why.items())]
        short = ((items[index], items[index].short_tokens()) for index in sorted(self.short - self.cut.keys()))
        lines += [(item.what, SHORT, item.tokens - tokens) for item, tokens in short]
        lines += [(items[index].what, CUT, items[index].tokens - self.tokens(index)) for index in sorted(self.cut)]
        sums: dict[tuple[str, str], list[int]] = {}
        for what, why, tokens in [*lines, *self._told]:
            sums.setdefault((what, why), []).append(tokens)
        return [(f"{len(n)} × {what}" if len(n) > 1 else what, why, sum(n)) for (what, why), n in sums.items()]

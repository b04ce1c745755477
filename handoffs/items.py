"""What a prompt is made of: items that a packer weighs, each of some wire-ready parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

from handoffs.condensing import cut_to
from handoffs.model import Part
from handoffs.parts import Count

Place = Literal["head", "old", "recalled", "now"]


class Item(NamedTuple):
    """Parts that stand or fall together (a response's calls and their results).

    ``head`` and ``now`` (the running turn) always stay. ``block`` groups neighbours, ``exchange`` what was said and
    called in one turn; ``lasts`` is for how many blocks longer than a lookup it is kept; ``shorten`` condenses it.
    """

    what: str
    parts: tuple[Part, ...]
    tokens: int
    measure: Count
    place: Place
    block: int = 0
    exchange: str = ""
    lasts: int = 0
    shorten: Callable[[], tuple[Part, ...]] | None = None

    @classmethod
    def of(cls, what: str, part: Part, measure: Count, place: Place) -> Item:
        """An item of one part that has no condensed form."""
        return cls(what, (part,), measure(part.raw), measure, place)

    @property
    def texts(self) -> tuple[bytes, ...]:
        """The wire text of its parts."""
        return tuple(part.raw for part in self.parts)

    def short_parts(self) -> tuple[Part, ...]:
        """Its condensed form; as it is where it has none."""
        return self.shorten() if self.shorten else self.parts

    def short_tokens(self) -> int:
        """Tokens of its condensed form."""
        return sum(self.measure(part.raw) for part in self.short_parts())

    def cut_parts(self, most_tokens: int) -> tuple[Part, ...]:
        """Its condensed form, cut to so many tokens or to as few as can be."""
        return cut_to(self.short_parts(), most_tokens, self.measure)

    def cut_tokens(self, most_tokens: int) -> int:
        """Tokens of it when cut."""
        return sum(self.measure(part.raw) for part in self.cut_parts(most_tokens))


class Packed(Protocol):
    """A packer's answer: which items stay (by index, in order), which of them condensed, to how many tokens some are
    cut, the tokens of all that, and (what, why, tokens) of what is not there in full."""

    @property
    def kept(self) -> Sequence[int]: ...
    @property
    def short(self) -> frozenset[int]: ...
    @property
    def cut(self) -> Mapping[int, int]: ...
    @property
    def tokens(self) -> int: ...
    @property
    def evicted(self) -> Sequence[tuple[str, str, int]]: ...


class Packer(Protocol):
    """Fits items into a model's window. Pure and synchronous."""

    @property
    def counts_by(self) -> str:
        """How it counts tokens, for the trace."""
        ...

    def count(self, raw: bytes) -> int:
        """Tokens of a piece of wire text."""
        ...

    def pack(self, items: Sequence[Item], *, about: str, beside_tokens: int, share: float | None) -> Packed:
        """Choose what stays: ``about`` is what the turn is about, ``beside_tokens`` what is sent beside the items,
        ``share`` of the window is for input (None: the usual)."""
        ...

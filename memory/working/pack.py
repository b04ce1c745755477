"""Working memory is a packing problem: what stays in the window when not everything fits.

Pure and synchronous; never calls a model. What is reserved (instructions, session facts with the preferences, the
running turn with the customer's last message) stays. Of the rest, old tool results are condensed first; then what has
least to do with the turn goes, oldest first. Both happen in whole blocks and in steps of a fifth of the budget, so that
the beginning of the prompt stays the same for many turns and a provider's prompt cache hits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from math import ceil
from typing import Literal, NamedTuple, Protocol

from memory.working.evictions import OVER, RECALLED, WHY, Evictions
from memory.working.relevance import degrees, forget_texts
from memory.working.tokens import Estimate, TokenCounter

INPUT_SHARE = 0.6
RECALLED_CAP_TOKENS = 1_500
RECALLED_SHARE = 0.2  # of the budget at most: a small window needs the conversation more than memories
STEP = 0.2  # of the budget is freed at a time
ROOM = 0.15  # of the budget is kept for what the running turn will still bring
CUTS_MOST = 4
LEAST_TOKENS = 96  # of an item of the running turn, however small the window

Place = Literal["head", "old", "recalled", "now"]


class Packable(Protocol):
    """What the packer looks at: parts of a prompt that stand or fall together.

    ``block`` groups neighbours and counts up; ``lasts`` is for how many blocks longer than a mere lookup it is worth
    keeping; ``exchange`` joins what was said and called in one turn. Memories (``recalled``) come best first.
    """

    @property
    def what(self) -> str: ...
    @property
    def tokens(self) -> int: ...
    @property
    def place(self) -> Place: ...
    @property
    def block(self) -> int: ...
    @property
    def exchange(self) -> str: ...
    @property
    def lasts(self) -> int: ...
    @property
    def texts(self) -> Sequence[bytes]: ...
    def short_tokens(self) -> int:
        """Its tokens when condensed; as many as ``tokens`` where it cannot be."""
        ...

    def cut_tokens(self, most_tokens: int) -> int:
        """Its tokens when cut to ``most_tokens``; more where it cannot be cut so far."""
        ...


class Packed(NamedTuple):
    """``kept``: indexes in order; ``short``: those of them that go in their condensed form; ``cut``: the tokens that
    some are cut to; ``tokens``: of all that; ``evicted``: (what, why, tokens) of the rest."""

    kept: Sequence[int]
    short: frozenset[int]
    cut: Mapping[int, int]
    tokens: int
    evicted: Sequence[tuple[str, str, int]]


class BlockPacker:
    """Fits items into ``window_tokens * share``, and at most ``cap_tokens``.

    *Units*: tokens. A window of 0 means unknown: the cap alone counts.
    """

    def __init__(
        self,
        *,
        window_tokens: int,
        cap_tokens: int,
        share: float = INPUT_SHARE,
        recalled_cap_tokens: int = RECALLED_CAP_TOKENS,
        counter: TokenCounter | None = None,
    ) -> None:
        self._window_tokens, self._cap_tokens, self._share = window_tokens, cap_tokens, share
        self._recalled_cap_tokens = recalled_cap_tokens
        self._counter = counter or Estimate()

    @property
    def counts_by(self) -> str:
        """How tokens are counted, for `baton doctor` and the trace."""
        return self._counter.name

    def count(self, raw: bytes) -> int:
        """Tokens of a piece of wire text."""
        return self._counter.count(raw)

    def forget_texts(self) -> None:
        """Keep no text in memory: for when a customer is forgotten."""
        self._counter.forget_texts()
        forget_texts()

    def budget_tokens(self, share: float | None = None) -> int:
        """Tokens of input, for an agent that takes another ``share`` of the window than usual."""
        return min(int(self._window_tokens * (share or self._share)) or self._cap_tokens, self._cap_tokens)

    def pack(
        self, items: Sequence[Packable], *, about: str = "", beside_tokens: int = 0, share: float | None = None
    ) -> Packed:
        """Choose what stays. ``about`` is what the turn is about, ``beside_tokens`` what is sent beside the items."""
        budget = self.budget_tokens(share) - beside_tokens
        gone = Evictions(items)
        for index in _over_the_cap(items, min(self._recalled_cap_tokens, int(budget * RECALLED_SHARE))):
            gone.drop(index, RECALLED)
        late = sum(gone.tokens(i) for i, item in enumerate(items) if item.place in ("recalled", "now"))
        over = gone.total + max(int(budget * ROOM) - late, 0) - budget
        if over > 0:
            step = max(int(budget * STEP), 1)
            _free(items, gone, gone.total - ceil(over / step) * step, about)
            _free_of_memories(items, gone, budget)
        if gone.total > budget:
            _cut(items, gone, budget)
        return Packed(gone.kept, frozenset(gone.short), gone.cut, gone.total, gone.told())


def _over_the_cap(items: Sequence[Packable], cap_tokens: int) -> Iterator[int]:
    taken = 0
    for index, item in enumerate(items):
        if item.place == "recalled":
            taken += item.tokens
            if taken > cap_tokens:
                yield index


def _free(items: Sequence[Packable], gone: Evictions, until_tokens: int, about: str) -> None:
    """Condense old results, then leave out what scores lowest, until no more than so many tokens remain.

    Whole blocks and whole scores at a time: finer steps would change the beginning of the prompt with every message.
    """
    old = [index for index, item in enumerate(items) if item.place == "old"]
    for _, block in groupby(old, key=lambda index: items[index].block):
        if gone.total <= until_tokens:
            return
        for index in block:
            gone.shorten(index)
    for unit in _lowest_first(items, old, about):
        if gone.total <= until_tokens:
            return
        for index, why in unit:
            gone.drop(index, why)


def _lowest_first(items: Sequence[Packable], old: Sequence[int], about: str) -> Iterator[Sequence[tuple[int, str]]]:
    """Units of (item, why) that go together. The score is the age in blocks, what it is, and what its exchange has to
    do with the turn."""
    degree = degrees(about, [(items[index].exchange, text) for index in old for text in items[index].texts])

    def score(index: int) -> int:
        item = items[index]
        return item.block + item.lasts + degree[item.exchange]

    for _, unit in groupby(sorted(old, key=score), key=score):
        yield [(index, WHY[degree[items[index].exchange]]) for index in unit]


def _free_of_memories(items: Sequence[Packable], gone: Evictions, budget_tokens: int) -> None:
    """Memories change with every turn: they need no whole steps, and go one by one, the least relevant first."""
    for index in reversed([index for index in gone.kept if items[index].place == "recalled"]):
        if gone.total > budget_tokens:
            gone.drop(index, RECALLED)


def _cut(items: Sequence[Packable], gone: Evictions, budget_tokens: int) -> None:
    """The running turn alone is too long: its results are condensed, then its longest items cut to one length."""
    now = [index for index in gone.kept if items[index].place == "now"]
    for index in now:
        if gone.total > budget_tokens:
            gone.shorten(index)
    sizes = [gone.tokens(index) for index in now]
    room = budget_tokens - gone.total + sum(sizes)
    for _ in range(CUTS_MOST):
        if gone.total <= budget_tokens:
            return
        most = _level(sizes, room)
        for index in now:
            gone.cut_to(index, most)
        room -= max(gone.total - budget_tokens, 0)  # some could not be cut so far: the others give more
    if gone.total > budget_tokens:
        gone.tell("prompt", OVER, gone.total - budget_tokens)


def _level(sizes: Sequence[int], room_tokens: int) -> int:
    """The largest length to which all may be cut so that together they fit."""
    left = room_tokens
    for place, size in enumerate(ordered := sorted(sizes)):
        share = left // (len(ordered) - place)
        if size > share:
            return max(share, LEAST_TOKENS)
        left -= size
    return max(sizes, default=LEAST_TOKENS)

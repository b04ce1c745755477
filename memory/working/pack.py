"""Working memory is a packing problem: what stays in the window when not everything fits.

Pure and synchronous; never calls a model. Reserved items (instructions, session facts with the preferences, the last
customer message, the running turn) always stay. The rest is evicted oldest first and block by block, so that the
prompt's prefix stays the same for many turns and a provider's prompt cache hits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from memory.working.tokens import estimate

INPUT_SHARE = 0.6


class Packable(Protocol):
    """What the packer looks at: parts that stand or fall together."""

    @property
    def what(self) -> str: ...
    @property
    def tokens(self) -> int: ...
    @property
    def reserved(self) -> bool: ...
    @property
    def block(self) -> int: ...


class Packed(NamedTuple):
    """``kept``: indexes in order; ``evicted``: (what, why, tokens) of each item left out."""

    kept: list[int]
    evicted: list[tuple[str, str, int]]


class BlockPacker:
    """Keeps what fits into ``window_tokens * share``, and at most ``cap_tokens``.

    *Units*: tokens. A window of 0 means unknown: the cap alone counts.
    """

    def __init__(self, *, window_tokens: int, cap_tokens: int, share: float = INPUT_SHARE) -> None:
        self.budget_tokens = min(int(window_tokens * share) or cap_tokens, cap_tokens)

    def count(self, raw: bytes) -> int:
        """Tokens of a piece of wire text, estimated."""
        return estimate(raw)

    def pack(self, items: Sequence[Packable]) -> Packed:
        """Evict whole blocks, oldest first, until the rest fits."""
        total = sum(item.tokens for item in items)
        out: set[int] = set()
        blocks = sorted({item.block for item in items if not item.reserved})
        for block in blocks:
            if total <= self.budget_tokens:
                break
            gone = [i for i, item in enumerate(items) if item.block == block and not item.reserved]
            total -= sum(items[i].tokens for i in gone)
            out.update(gone)
        return Packed(
            kept=[i for i in range(len(items)) if i not in out],
            evicted=[(items[i].what, "oldest block, over budget", items[i].tokens) for i in sorted(out)],
        )

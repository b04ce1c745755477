"""The vectors a store holds, and which fields of a memory it can be asked for: the same in every Qdrant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from memory.errors import StoreMismatch
from memory.longterm.item import Encoded

DENSE: Final = "dense"
SPARSE: Final = "sparse"
TOKENS: Final = "tokens"

KEYWORD_FIELDS: Final = (
    "tenant", "customer", "status", "superseded_by", "kind", "conversation", "source", "key", "digest",
)  # fmt: skip
INTEGER_FIELDS: Final = ("position",)
TIME_FIELDS: Final = ("expires_at",)

# Measured at 100,000 memories: one scope that sees all of them is searched in 3 ms through this graph, in 35 ms
# without; a scope of some hundred never needs it.
HNSW_M: Final = 12
HNSW_EF_CONSTRUCT: Final = 64
HNSW_EF: Final = 128
FULL_SCAN_KB: Final = 10_000
RERANKED_ONLY: Final = 0  # links of the token vectors' graph: none, they only rank what was already found


@dataclass(frozen=True, kw_only=True, slots=True)
class VectorSpace:
    """What one embedding model makes of a text. Vectors of two models cannot be compared, whatever their size.

    ``token_dimension`` None keeps no token vectors.
    """

    model: str
    dimension: int
    token_dimension: int | None = None

    def check(self, encoded: Iterable[Encoded]) -> None:
        """*Raises*: StoreMismatch for vectors of another size."""
        for one in encoded:
            tokens = self.token_dimension if one.tokens is None else one.tokens.shape[-1]
            if one.dense.shape != (self.dimension,) or (self.token_dimension and tokens != self.token_dimension):
                raise StoreMismatch(
                    f"The memory store holds vectors of size {self.dimension} (tokens: {self.token_dimension}), these "
                    f"have {one.dense.shape[-1]} (tokens: {tokens}): use the embedding model {self.model!r} that it "
                    "was filled with, or seed a new store."
                )

    def check_stored(self, stored: VectorSpace, place: str) -> None:
        """*Raises*: StoreMismatch where a store was filled by another model."""
        if stored != self:
            raise StoreMismatch(
                f"{place} was filled with the embedding model {stored.model!r} ({stored.dimension} dimensions, tokens "
                f"{stored.token_dimension}), this program uses {self.model!r} ({self.dimension}, tokens "
                f"{self.token_dimension}): set that model again, or choose an empty place and seed anew."
            )

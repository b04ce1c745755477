"""How alike two texts are by their meaning: cosines of the bundled embedding model, which loads only when needed."""

from __future__ import annotations

from collections.abc import Sequence

from memory.longterm.embed import Embedder
from tracing.outcomes import Alike


async def alike_by_meaning(texts: Sequence[str]) -> Alike:
    """The likeness in -1..1 of any two of these texts. *Raises*: WeightsMissing."""
    if len(texts) < 2:
        return lambda one, other: float(one == other)
    embedder = Embedder()
    try:
        vectors = dict(zip(texts, await embedder.embed(texts), strict=True))
    finally:
        embedder.close()
    return lambda one, other: float(vectors[one] @ vectors[other])

"""Makes memory/longterm/token_projection.npz: the directions in which a model's token vectors differ most.

    python -m benchmarks.token_projection

The tokens are the model's own vocabulary, read ten words at a time; no other text is needed. Vectors stored under one
projection cannot be compared with those of another: run it again only for another model.
"""

from __future__ import annotations

import asyncio

import numpy as np

from memory.longterm import encode
from memory.longterm.embed import Embedder

WORDS = 6000
AT_ONCE = 10


async def main() -> None:
    """Read the vocabulary and write the file."""
    embedder = Embedder(threads=2)
    words = [piece for piece in await embedder.pieces() if piece.isalpha() and len(piece) > 3][:WORDS]
    steps = len(words) // AT_ONCE
    readings = await embedder.read([" ".join(words[start::steps]) for start in range(steps)])
    embedder.close()
    tokens = np.concatenate([reading.tokens[1:-1] for reading in readings])  # without the marks of start and end
    _, directions = np.linalg.eigh(tokens.T @ tokens / len(tokens))
    components = directions[:, ::-1][:, : encode.TOKEN_DIMENSION]
    np.savez_compressed(encode.PROJECTION, components=components.astype(np.float16))


if __name__ == "__main__":
    asyncio.run(main())

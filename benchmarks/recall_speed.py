"""How fast memories are seeded and recalled, what they take, and what a million would: by size of the store.

    python -m benchmarks.recall_speed [--sizes 1000 10000 100000] [--cache FOLDER] [--json FILE] [--check]

Texts are made up; encoder, store, seeding and pipeline are the product's. Stores of all sizes are asked in turns, so
that a busy minute of the machine meets them all. Encoding 100,000 texts takes many minutes: ``--cache`` keeps them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import pickle
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import get_args

from rich.console import Console
from rich.progress import track

from benchmarks.recall_figures import Corpus, Seeding, coefficients, table, verdicts
from benchmarks.recall_texts import NOW, TENANT, Shape, memories, questions
from memory.longterm.embed import Embedder
from memory.longterm.encode import ModelEncoder
from memory.longterm.item import Encoded, Memory, TenantScope
from memory.longterm.ports import Encoder
from memory.longterm.qdrant_embedded import EmbeddedStore
from memory.longterm.recall import RecallPipeline
from memory.longterm.space import VectorSpace
from memory.longterm.texts import encoded_text
from memory.seed.gather import gather
from memory.seed.job import seed

_CHUNK = 1_000
_WARM = 20
_PARTS = 4
_SHAPES: tuple[Shape, ...] = get_args(Shape)


Alone = Callable[[Sequence[str]], Awaitable[object]]


class Bench:
    """The product's parts, and a folder for the stores."""

    def __init__(self, encoder: Encoder, space: VectorSpace, folder: Path, cache: Path | None) -> None:
        self.encoder = encoder
        self._space = space
        self._folder = folder
        self._cache = cache
        self._opened: list[EmbeddedStore] = []

    async def open(self, name: str) -> EmbeddedStore:
        """The store of this name."""
        return await EmbeddedStore.open(self._folder / name, self._space)

    async def fill(self, corpora: Sequence[Corpus]) -> None:
        """Encode every text once, and put it into every store that is large enough to hold it."""
        largest = max(corpus.size for corpus in corpora)
        stores = {_name(corpus): await self.open(_name(corpus)) for corpus in corpora}
        streams = {corpus.shape: memories(largest, corpus.shape) for corpus in corpora}
        for start in track(range(0, largest, _CHUNK), "filling …", console=Console(stderr=True)):
            chunks = {shape: list(islice(stream, _CHUNK)) for shape, stream in streams.items()}
            encoded = await self._encoded(next(iter(chunks.values())), f"{start}")
            for corpus in corpora:
                chunk = chunks[corpus.shape][: max(corpus.size - start, 0)]
                began = perf_counter()
                for tenant in {memory.tenant for memory in chunk}:
                    items = [item for item in zip(chunk, encoded, strict=False) if item[0].tenant == tenant]
                    await stores[_name(corpus)].put(TenantScope(tenant=tenant), items)
                corpus.store_s += perf_counter() - began
        for corpus in corpora:
            began = perf_counter()
            await stores[_name(corpus)].compact()
            corpus.compact_s = perf_counter() - began
            await stores[_name(corpus)].aclose()

    async def ask(self, corpora: Sequence[Corpus], count: int) -> None:
        """Recall from every store in turns, after some recalls that nobody counts."""
        pipelines: list[RecallPipeline] = []
        for corpus in corpora:
            before, began = _rss_mb(), perf_counter()
            store = await self.open(_name(corpus))
            corpus.open_s = perf_counter() - began
            pipelines.append(RecallPipeline(store, self.encoder))
            for scope, text in questions(_WARM, corpus.size, corpus.shape):
                await pipelines[-1].recall(scope, f"warm {_name(corpus)} {text}", now=NOW)
            corpus.rss_mb = _rss_mb() - before
            corpus.disk_mb = _disk_mb(self._folder / _name(corpus))
            self._opened.append(store)
        asked = [list(questions(count, corpus.size, corpus.shape)) for corpus in corpora]
        for nth in track(range(count), "asking …", console=Console(stderr=True)):
            for corpus, pipeline, mine in zip(corpora, pipelines, asked, strict=True):
                scope, text = mine[nth]
                began, cpu = perf_counter(), process_time()
                found = await pipeline.recall(scope, f"{text} {_name(corpus)}", now=NOW)
                corpus.add((perf_counter() - began) * 1e3, (process_time() - cpu) * 1e3, found.stages_ms)

    async def seeding(self, lines: int, alone: Alone) -> Seeding:
        """The embedding model alone and the product's seeding, in turns over parts of the same lines."""
        found = Seeding(lines=lines, alone_s=0.0, seeded_s=0.0)
        stream, store = memories(lines, "one scope"), await self.open("seeded")
        for number in range(_PARTS):
            part = list(islice(stream, lines // _PARTS))
            texts = sorted((encoded_text(memory) for memory in part), key=len)  # like lengths together: its best case
            await alone(texts[:_WARM])
            began = perf_counter()
            await alone(texts)
            found.alone_s += perf_counter() - began
            file = self._folder / f"lines-{number}.jsonl"
            file.write_text("\n".join(_line(memory) for memory in part))
            began = perf_counter()
            report = await seed(store, self.encoder, TenantScope(tenant=TENANT), gather([file]), now=NOW)
            found.seeded_s += perf_counter() - began
            if report.added != len(part):
                raise RuntimeError(f"{report.added} of {len(part)} lines were seeded")
        await store.aclose()
        return found

    async def aclose(self) -> None:
        """Close what is open."""
        for store in self._opened:
            await store.aclose()

    async def _encoded(self, chunk: Sequence[Memory], name: str) -> Sequence[Encoded]:
        path = self._cache / f"{name}.pickle" if self._cache else None
        if path and path.exists():
            return pickle.loads(path.read_bytes())
        longest_first = sorted(range(len(chunk)), key=lambda place: -len(chunk[place].text))
        encoded = await self.encoder.documents([chunk[place] for place in longest_first])
        by_place = dict(zip(longest_first, encoded, strict=True))
        in_order = [by_place[place] for place in range(len(chunk))]
        if path:
            path.write_bytes(pickle.dumps(in_order))
        return in_order


def _name(corpus: Corpus) -> str:
    return f"{corpus.size} {corpus.shape}"


def _line(memory: Memory) -> str:
    return json.dumps({"id": memory.id, "kind": memory.kind, "customer": memory.customer, "text": memory.text})


def _rss_mb() -> float:
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1e3


def _disk_mb(folder: Path) -> float:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*")) / 1e6


async def run(sizes: Sequence[int], *, asked: int, seed_lines: int, cache: Path | None) -> tuple[list[Corpus], Seeding]:
    """Everything that the benchmark measures."""
    embedder = Embedder()
    encoder = ModelEncoder(embedder)
    corpora = [Corpus(size=size, shape=shape) for shape in _SHAPES for size in sorted(sizes)]
    with tempfile.TemporaryDirectory(prefix="baton-recall-") as folder:
        bench = Bench(encoder, await encoder.space(), Path(folder), cache)
        seeding = await bench.seeding(seed_lines, embedder.embed)
        await bench.fill(corpora)
        await bench.ask(corpora, asked)
        await bench.aclose()
    embedder.close()
    return corpora, seeding


def main() -> None:
    """Measure, print, and with ``--check`` end with 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000], metavar="MEMORIES")
    parser.add_argument("--queries", type=int, default=200, help="recalls from each store")
    parser.add_argument("--seed-lines", type=int, default=4_000, help="lines to seed for the rate")
    parser.add_argument("--cache", type=Path, help="a folder that keeps encodings between runs")
    parser.add_argument(
        "--hashing", action="store_true", help="without the embedding model: tries the benchmark itself"
    )
    parser.add_argument("--json", type=Path, help="write what was found here too")
    parser.add_argument("--check", action="store_true", help="end with 1 when a bar is missed")
    given = parser.parse_args()
    corpora, seeding = asyncio.run(
        run(given.sizes, asked=given.queries, seed_lines=given.seed_lines, cache=given.cache)
    )
    console, found = Console(), list(verdicts(corpora, seeding))
    console.print(table(corpora))
    console.print(f"seeding {seeding.seeded_per_s:,.0f} lines a second, the model alone {seeding.alone_per_s:,.0f}")
    for name, value in coefficients(corpora, seeding).items():
        console.print(f"{name:>22} {value:,.3f}")
    for what, value, bar, met in found:
        console.print(
            f"[{'green' if met else 'red'}]{'met   ' if met else 'missed'}[/] {what}: {value:.2f} (bar {bar})"
        )
    if given.json:
        shown = {"corpora": [asdict(corpus) for corpus in corpora], "seeding": asdict(seeding)}
        given.json.write_text(json.dumps(shown | {"coefficients": coefficients(corpora, seeding)}, indent=2))
    sys.exit(given.check and not all(verdict.met for verdict in found))


if __name__ == "__main__":
    main()

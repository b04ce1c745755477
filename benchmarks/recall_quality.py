"""How good recall is: the product's own pipeline over the embedded store, on LoCoMo or on the fixture that ships.

    python -m benchmarks.recall_quality [--data locomo.json] [--json] [--check]

Every case is put into one store under its own customer and asked at the time of its last session; compared are recall
as it ships, without rerank and without recency. ``--check`` exits 1 below the bars of the design.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

from benchmarks.recall_cases import Case, fixture, locomo
from benchmarks.recall_scores import Answer, below, injection, newer_first, table
from memory.longterm.embed import Embedder
from memory.longterm.encode import ModelEncoder
from memory.longterm.item import Encoded, Memory
from memory.longterm.qdrant_embedded import EmbeddedStore
from memory.longterm.recall import RecallPipeline, Tuning

FIXTURE = Path(__file__).parent / "fixtures" / "recall.jsonl"
TOLD_APART = "told apart"
UNLIMITED = 1_000_000
VARIANTS: Mapping[str, Tuning] = {
    "as it ships": Tuning(),
    "without rerank": Tuning(rerank_weight=0.0),
    "without recency": Tuning(recency_weight=0.0),
}
Found = dict[str, dict[str, dict[str, float]]]


class Remembering:
    """An encoder that encodes each question once, for all variants ask the same."""

    def __init__(self, encoder: ModelEncoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Encoded] = {}

    async def documents(self, memories: Sequence[Memory]) -> Sequence[Encoded]:
        """One per memory, in order."""
        return await self._encoder.documents(memories)

    async def query(self, text: str) -> Encoded:
        """A question."""
        if text not in self._known:
            self._known[text] = await self._encoder.query(text)
        return self._known[text]


async def measure(cases: Sequence[Case], variants: Mapping[str, Tuning], folder: Path) -> Found:
    """Fill a store in ``folder`` with the cases and ask all questions under every variant."""
    embedder = Embedder(threads=2)
    encoder = ModelEncoder(embedder)
    store = await EmbeddedStore.open(folder, await encoder.space())
    try:
        for case in cases:
            await store.put(case.scope, list(zip(case.memories, await encoder.documents(case.memories), strict=True)))
        asking = Remembering(encoder)
        found: Found = {}
        for name, tuning in variants.items():
            answers = await _ask(cases, RecallPipeline(store, asking, tuning=tuning))
            newer = newer_first(answers)
            told = injection(answers) | ({} if newer is None else {"newer first": newer})
            found[name] = table(answers) | {TOLD_APART: told}
        return found
    finally:
        await store.aclose()
        embedder.close()


async def _ask(cases: Sequence[Case], pipeline: RecallPipeline) -> list[Answer]:
    answers: list[Answer] = []
    for case in cases:
        for question in case.questions:
            found = await pipeline.recall(case.scope, question.text, now=case.now, most=10, budget_tokens=UNLIMITED)
            kept = tuple(one.memory.id for one in found.kept)
            candidates = tuple(one.memory.id for one in found.candidates)
            answers.append(Answer(question=question, kept=kept, candidates=candidates))
    return answers


def shown(found: Found) -> Table:
    """The figures of every variant, a line for each category."""
    shown = Table(title="Recall")
    for column in ("", "category", "recall@10", "recall@5", "ndcg@10", "mrr@10", "questions"):
        shown.add_column(column)
    for variant, categories in found.items():
        for category, figures in categories.items():
            cells = [f"{name} {value:.2f}" for name, value in figures.items()]
            if category != TOLD_APART:
                cells = [f"{value:.3f}".removesuffix(".000") for value in figures.values()]
            shown.add_row(variant, category, *cells)
    return shown


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a LoCoMo file; without, the fixture that ships")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--check", action="store_true", help="exit 1 below the bars")
    options = parser.parse_args()
    cases = locomo(options.data) if options.data else fixture(FIXTURE)
    with tempfile.TemporaryDirectory(prefix="baton-recall-") as folder:
        found = asyncio.run(measure(cases, VARIANTS, Path(folder)))
    if options.json:
        sys.stdout.buffer.write(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")
    else:
        Console().print(shown(found))
    missed = below(found["as it ships"]["headline"])
    print(*missed, sep="\n", file=sys.stderr, end="\n" if missed else "")
    if options.check and missed:
        sys.exit(1)


if __name__ == "__main__":
    main()

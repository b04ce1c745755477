"""What a run of the recall benchmark found, against its bars, and on paper for a million memories."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from rich.table import Table

from benchmarks.recall_texts import Shape

MOST_P95_MS = 60.0
MOST_GROWTH = 1.5  # of p95, the largest store against the smallest
LEAST_SEED_RATE = 0.7  # against the embedding model alone
MILLION = 1_000_000


@dataclass(kw_only=True)
class Seeding:
    """How long the embedding model alone took for some lines, and seeding them."""

    lines: int
    alone_s: float
    seeded_s: float

    @property
    def alone_per_s(self) -> float:
        """The model's own rate."""
        return self.lines / self.alone_s

    @property
    def seeded_per_s(self) -> float:
        """The rate of seeding."""
        return self.lines / self.seeded_s

    @property
    def ratio(self) -> float:
        """What seeding reaches of the model's own rate."""
        return self.alone_s / self.seeded_s


@dataclass(kw_only=True)
class Corpus:
    """One store: what it holds, what it takes, and how long each recall and each of its stages took."""

    size: int
    shape: Shape
    store_s: float = 0.0
    compact_s: float = 0.0
    open_s: float = 0.0
    disk_mb: float = 0.0
    rss_mb: float = 0.0
    total_ms: list[float] = field(default_factory=list[float])
    cpu_ms: list[float] = field(default_factory=list[float])
    stages_ms: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def add(self, total_ms: float, cpu_ms: float, stages_ms: Mapping[str, float]) -> None:
        """Take in one recall."""
        self.total_ms.append(total_ms)
        self.cpu_ms.append(cpu_ms)
        for stage, took in stages_ms.items():
            self.stages_ms.setdefault(stage, []).append(took)

    def p(self, percent: float, stage: str | None = None) -> float:
        """A percentile in milliseconds, of the whole recall or one stage."""
        return float(np.percentile(self.stages_ms[stage] if stage else self.total_ms, percent))


class Verdict(NamedTuple):
    """One bar, and what was measured."""

    what: str
    value: float
    bar: float
    met: bool


def verdicts(corpora: Sequence[Corpus], seeding: Seeding) -> Iterator[Verdict]:
    """Every bar; the growth of a shape only where more than one size of it was measured."""
    yield Verdict("seeding against the model alone", seeding.ratio, LEAST_SEED_RATE, seeding.ratio >= LEAST_SEED_RATE)
    for shape in dict.fromkeys(corpus.shape for corpus in corpora):
        sizes = sorted((corpus for corpus in corpora if corpus.shape == shape), key=lambda corpus: corpus.size)
        smallest, largest = sizes[0], sizes[-1]
        p95 = largest.p(95)
        yield Verdict(f"p95 in ms of {largest.size:,}, {shape}", p95, MOST_P95_MS, p95 <= MOST_P95_MS)
        if smallest.size < largest.size:
            growth = p95 / smallest.p(95)
            what = f"p95 of {largest.size:,} against {smallest.size:,}, {shape}"
            yield Verdict(what, growth, MOST_GROWTH, growth <= MOST_GROWTH)


def coefficients(corpora: Sequence[Corpus], seeding: Seeding) -> Mapping[str, float]:
    """What each memory adds, from the largest store of many customers against the smallest; a million on paper.

    *Units*: in the names.
    """
    sizes = sorted((corpus for corpus in corpora if corpus.shape == corpora[0].shape), key=lambda corpus: corpus.size)
    small, large = sizes[0], sizes[-1]
    more = max(large.size - small.size, 1)
    each = {
        "disk_kb_each": (large.disk_mb - small.disk_mb) * 1e3 / more,
        "rss_kb_each": (large.rss_mb - small.rss_mb) * 1e3 / more,
        "store_ms_each": large.store_s * 1e3 / large.size,
        "compact_ms_each": (large.compact_s - small.compact_s) * 1e3 / more,
        "p50_ms_tenfold": (large.p(50) - small.p(50)) / max(np.log10(large.size / small.size), 1e-9),
    }
    return each | {
        "million_disk_gb": each["disk_kb_each"] * MILLION / 1e6,
        "million_rss_gb": each["rss_kb_each"] * MILLION / 1e6,
        "million_compact_min": each["compact_ms_each"] * MILLION / 6e4,
        "million_seed_h": MILLION / seeding.seeded_per_s / 3600,
        "million_p50_ms": large.p(50) + each["p50_ms_tenfold"] * float(np.log10(MILLION / large.size)),
    }


def table(corpora: Sequence[Corpus]) -> Table:
    """A column for each store."""
    shown = Table("", *(f"{corpus.size:,}\n{corpus.shape}" for corpus in corpora), title="Recall: p50 / p95 in ms")
    stages = dict.fromkeys(stage for corpus in corpora for stage in corpus.stages_ms)
    for stage in (None, *stages):
        shown.add_row(stage or "recall", *(f"{one.p(50, stage):.1f} / {one.p(95, stage):.1f}" for one in corpora))
    shown.add_row("CPU ms, mean", *(f"{np.mean(one.cpu_ms):.1f}" for one in corpora))
    shown.add_row("open s", *(f"{one.open_s:.2f}" for one in corpora))
    shown.add_row("compact s", *(f"{one.compact_s:.1f}" for one in corpora))
    shown.add_row("on disk MB", *(f"{one.disk_mb:,.0f}" for one in corpora))
    shown.add_row("in memory MB", *(f"{one.rss_mb:,.0f}" for one in corpora))
    return shown

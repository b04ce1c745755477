"""The recall benchmark measures what it says, on stores small enough for a test."""

from __future__ import annotations

import pytest

from benchmarks.recall_figures import Corpus, Seeding, coefficients, table, verdicts
from benchmarks.recall_speed import Bench
from benchmarks.recall_texts import memories, questions
from memory.longterm.hashing import HashingEncoder
from memory.longterm.space import VectorSpace


def corpus(size, *, p95, shape="one scope"):
    found = Corpus(size=size, shape=shape, disk_mb=size / 100, rss_mb=size / 200, compact_s=size / 1000)
    found.add(p95, p95 / 2, {"search": 1.0})
    return found


def seeding(ratio):
    return Seeding(lines=100, alone_s=ratio, seeded_s=1)


def missed(corpora, ratio=1.0):
    return [verdict.what for verdict in verdicts(corpora, seeding(ratio)) if not verdict.met]


def test_each_bar_is_missed_by_what_exceeds_it_alone():
    calm = [corpus(1_000, p95=20), corpus(100_000, p95=25)]
    assert missed(calm) == []
    assert missed(calm, ratio=0.69) == ["seeding against the model alone"]
    assert missed([corpus(1_000, p95=20), corpus(100_000, p95=31)]) == ["p95 of 100,000 against 1,000, one scope"]
    assert missed([corpus(1_000, p95=50), corpus(100_000, p95=61)]) == ["p95 in ms of 100,000, one scope"]
    assert missed([corpus(1_000, p95=50)]) == []


def test_a_million_on_paper_follows_from_what_each_memory_adds():
    found = coefficients([corpus(1_000, p95=20), corpus(100_000, p95=24)], seeding(1))
    assert found["disk_kb_each"] == pytest.approx(10)
    assert found["million_disk_gb"] == pytest.approx(10)
    assert found["million_rss_gb"] == pytest.approx(5)
    assert found["million_p50_ms"] == pytest.approx(26)


def test_a_reader_of_many_customers_sees_as_much_in_a_large_store_as_in_a_small_one():
    for size in (2_000, 8_000):
        (scope, _), *_ = questions(1, size, "many customers")
        seen = [one for one in memories(size, "many customers") if one.customer in (scope.customer, "")]
        assert len([one for one in seen if one.tenant == scope.tenant]) == 340


async def test_everything_is_measured_of_a_store(tmp_path):
    encoder = HashingEncoder(dimension=32, token_dimension=8)
    bench = Bench(encoder, VectorSpace(model="hashing", dimension=32, token_dimension=8), tmp_path, None)

    async def alone(texts):
        return await encoder.documents(list(memories(len(texts), "one scope")))

    found = await bench.seeding(40, alone)
    few = Corpus(size=700, shape="many customers")
    await bench.fill([few])
    await bench.ask([few], 3)
    await bench.aclose()
    assert found.seeded_per_s > 0 and found.alone_per_s > 0
    assert len(few.total_ms) == len(few.stages_ms["search"]) == 3
    assert min(few.store_s, few.compact_s, few.open_s, few.disk_mb, *few.total_ms) > 0
    assert len(table([few]).columns) == 2

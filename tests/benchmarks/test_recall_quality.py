"""The fixture is recalled as well as the design asks."""

from __future__ import annotations

from pathlib import Path

from benchmarks.recall_cases import fixture
from benchmarks.recall_quality import FIXTURE, TOLD_APART, measure
from benchmarks.recall_scores import below
from memory.longterm.recall import Tuning


async def test_recall_reaches_its_bars_on_the_fixture_and_tells_what_is_unrelated(tmp_path: Path) -> None:
    found = (await measure(fixture(FIXTURE), {"now": Tuning()}, tmp_path))["now"]
    assert below(found["headline"]) == []
    assert found[TOLD_APART]["anything kept of nothing"] == 0
    assert found[TOLD_APART]["newer first"] == 1

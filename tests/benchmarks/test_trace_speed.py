"""The benchmark's traces are whole, whatever their lines' order, and a long one is shown without being held."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from baton.cli import build
from baton.commands.trace import HELD_MOST
from benchmarks.trace_speed import join_here, write


def joined(*words: str) -> str:
    """What `baton trace join` prints."""
    return CliRunner().invoke(build("trace"), ["trace", "join", *words], catch_exceptions=False).stdout


@pytest.mark.parametrize("shuffled", [False, True])
def test_the_benchmark_joins_what_it_wrote_without_a_fault(tmp_path: Path, shuffled: bool) -> None:
    found = join_here(write(tmp_path, 1_200, 2, shuffled=shuffled))
    assert (found["records"], found["handoffs"], found["faults"]) == (1_200, 100, 0)


def test_a_long_trace_is_shown_line_by_line_and_as_the_same_json(tmp_path: Path) -> None:
    records = HELD_MOST + 4
    paths = [str(path) for path in write(tmp_path, records, 1, shuffled=False)]
    lines = joined(*paths).splitlines()
    turns = f"{records // 12:,}"
    assert lines[-1] == f"volta/c-0 · {turns} turns · {turns} handoffs · {records:,} records · 0 faults"
    assert lines[0].startswith("#1 ")
    told = json.loads(joined("--json", *paths))
    assert [record["seq"] for record in told["records"]] == list(range(1, records + 1))

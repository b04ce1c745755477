"""Tables of utterances: what a customer says, and what is to be learnt of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from agents.learning.turn import Finding

TABLES = ("blind_one", "blind_two", "blind_three", "blind_four")


class Row(NamedTuple):
    """One line of a table: ``key`` '' where nothing is to be learnt; "note" stands for any note."""

    said: str
    key: str
    value: str

    def fits(self, finding: Finding) -> bool:
        same_key = finding.key == self.key or (self.key == "note" and finding.key.startswith("note_"))
        return bool(self.key) and same_key and self.value.casefold() in finding.value.casefold()


def _rows(table: str) -> Iterator[Row]:
    for line in (Path(__file__).parent / f"{table}.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            said, _, wanted = line.rpartition(" => ")
            key, _, value = wanted.partition("=")
            yield Row(said, "" if wanted == "-" else key or "note", value)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``row`` is every line of every table, ``rows`` every table as a whole."""
    if "row" in metafunc.fixturenames:
        rows = [row for table in TABLES for row in _rows(table)]
        metafunc.parametrize("row", rows, ids=[row.said for row in rows])
    if "rows" in metafunc.fixturenames:
        metafunc.parametrize("rows", [tuple(_rows(table)) for table in TABLES], ids=TABLES)

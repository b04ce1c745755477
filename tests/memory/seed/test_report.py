"""The report of rejected lines, for people and for their spreadsheets."""

from __future__ import annotations

import csv
import json

from memory.seed.report import Rejected, SeedReport, write_report

WRONG = Rejected(file='=HYPERLINK("http://x").md', line=3, reason="it is, well, wrong", advice="mend it")


def test_as_json_lines(tmp_path) -> None:
    write_report(tmp_path / "r.jsonl", [WRONG, WRONG])
    lines = (tmp_path / "r.jsonl").read_text().splitlines()
    assert [json.loads(line)["line"] for line in lines] == [3, 3]


def test_as_a_table_in_which_no_file_name_runs(tmp_path) -> None:
    write_report(tmp_path / "r.CSV", [WRONG])
    with (tmp_path / "r.CSV").open(newline="") as file:
        header, row = csv.reader(file)
    assert header == ["file", "line", "reason", "advice"]
    assert row[0].startswith("'=")
    assert row[2] == "it is, well, wrong"


def test_the_exit_code_says_how_it_went() -> None:
    assert SeedReport(unchanged=1).exit_code == 0
    assert SeedReport(unchanged=1, rejected=(WRONG,)).exit_code == 1
    assert SeedReport(rejected=(WRONG,)).exit_code == 2

"""Logs leave as files, one per agent or person, and the files give the same trace again."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoffs.errors import UsageError
from tracing.export import export_files, join_files
from tracing.join import join
from tracing.record import TraceRecord

Records = tuple[TraceRecord, ...]


def test_the_files_give_the_same_trace(records: Records, tmp_path: Path) -> None:
    trace = join(records)
    files = export_files(trace, tmp_path / "new")
    assert [path.name for path in files] == [
        f"volta.c-1.{log}.jsonl" for log in ("billing", "customer", "sales", "support", "system")
    ]
    assert join_files(files[::-1]) == (trace,)


def test_a_file_left_out_is_named_by_its_gaps_and_handoffs(records: Records, tmp_path: Path) -> None:
    files = export_files(join(records), tmp_path)
    (trace,) = join_files([path for path in files if "support" not in path.name])
    assert [fault.sentence for fault in trace.faults if fault.kind == "orphan"] == [
        "handoff x2-h1 left billing for support, but its arrival is missing",
        "handoff x3-h1 arrived at sales, but support's half is missing",
    ]
    assert any(fault.kind == "gap" for fault in trace.faults)


def test_the_same_file_twice_is_named(records: Records, tmp_path: Path) -> None:
    files = export_files(join(records), tmp_path)
    (trace,) = join_files([*files, files[0]])
    assert trace.records == records
    assert {fault.kind for fault in trace.faults} == {"duplicate"}


def test_a_file_cut_off_loses_its_last_line_and_says_so(records: Records, tmp_path: Path) -> None:
    files = export_files(join(records), tmp_path)
    files[0].write_bytes(files[0].read_bytes()[:-40])
    (trace,) = join_files(files)
    assert any("volta.c-1.billing.jsonl, line 10 is only half there" in fault.sentence for fault in trace.faults)
    assert any(fault.kind == "gap" for fault in trace.faults)


def test_conversations_are_told_apart(records: Records, tmp_path: Path) -> None:
    other = tuple(TraceRecord.from_line(record.to_line().replace(b'"c-1"', b'"c-2"')) for record in records)
    files = [*export_files(join(records), tmp_path), *export_files(join(other), tmp_path)]
    assert [(trace.conversation, trace.faults) for trace in join_files(files)] == [("c-1", ()), ("c-2", ())]


def test_what_is_no_trace_is_refused(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text("GET /\n")
    with pytest.raises(UsageError, match=r"no record of a Baton trace in .*access.log, line 1 is no JSON"):
        join_files([tmp_path / "access.log"])
    with pytest.raises(UsageError, match=r"missing.jsonl' cannot be read: No such file or directory"):
        join_files([tmp_path / "missing.jsonl"])

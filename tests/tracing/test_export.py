"""Logs leave as files, one per agent or person, and the files give the same trace again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from handoffs.errors import UsageError
from tracing.export import export_files, join_files, trace_of
from tracing.files import LINE_MOST_BYTES, filed
from tracing.join import join
from tracing.record import TraceRecord
from tracing.render_stream import lines_of

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
    assert [(fault.kind, fault.seqs) for fault in trace.faults] == [("unreadable", (16,)), ("orphan", (17,))]
    assert "volta.c-1.billing.jsonl, line 10 is only half there" in trace.faults[0].sentence
    assert len(trace.records) == len(records) - 1


def test_a_line_cut_before_it_says_its_place_is_a_gap_too(records: Records, tmp_path: Path) -> None:
    files = export_files(join(records), tmp_path)
    lines = files[1].read_bytes().splitlines(keepends=True)
    files[1].write_bytes(lines[0] + lines[1][:30] + b"\n")
    (trace,) = join_files(files)
    assert [(fault.kind, fault.seqs) for fault in trace.faults] == [("unreadable", ()), ("gap", (13, 13))]


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


def access_log(path: Path) -> None:
    path.write_text("GET /\n" * 30)


def future(path: Path) -> None:
    path.write_bytes(b'{"v":2,"tenant":"volta","conversation":"c-1","seq":26,"news":[]}\n{"v":2,"seq":3,"event":{}}\n')


def pipe(path: Path) -> None:
    os.mkfifo(path)


def endless_loop(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (access_log, "bad, line 1 is no JSON: not a trace of Baton"),
        (access_log, "bad, line 20 is no JSON: not a trace of Baton"),
        (access_log, "bad has 10 more lines that are no records of a Baton trace"),
        (future, "bad, line 1 has schema version 2; this Baton reads 1: upgrade it"),
        (future, "bad, line 2 has schema version 2; this Baton reads 1: upgrade it"),
        (lambda path: path.write_bytes(bytes(range(256)) * 3), "bad, line 2 is no JSON: not a trace of Baton"),
        (lambda path: path.write_bytes(b"[" * (LINE_MOST_BYTES + 9)), "bad, line 1 is longer than 16,777,216 bytes"),
        (Path.touch, "bad is empty"),
        (Path.mkdir, "bad' is a folder: name the files in it"),
        (pipe, "bad' is no plain file: copy it into one"),
        (endless_loop, "bad' cannot be read: Too many levels of symbolic links"),
        (lambda path: None, "bad' cannot be read: No such file or directory"),
    ],
)
def test_a_bad_file_is_named_and_the_rest_is_shown(
    make: Callable[[Path], object], says: str, records: Records, tmp_path: Path
) -> None:
    make(tmp_path / "bad")
    (trace,) = join_files([tmp_path / "bad", *export_files(join(records), tmp_path)])
    assert trace.records == records
    assert says in "\n".join(fault.sentence for fault in trace.faults)
    assert {fault.kind for fault in trace.faults} == {"unreadable"}


def test_a_record_of_a_later_baton_is_unreadable_but_not_missing(records: Records, tmp_path: Path) -> None:
    files = export_files(join(records), tmp_path)
    customer = files[1].read_bytes()
    files[1].write_bytes(customer.replace(b'"event":{"v":1,', b'"event":{"v":2,', 1))
    (trace,) = join_files(files)
    assert [(fault.kind, fault.seqs) for fault in trace.faults] == [("unreadable", (2,))]
    assert "volta.c-1.customer.jsonl, line 1: not a record of schema version 1" in trace.faults[0].sentence


def test_a_file_that_changes_between_the_two_readings_is_named(records: Records, tmp_path: Path) -> None:
    files = export_files(join(records), tmp_path)
    (one,) = filed(files)
    files[0].write_bytes(b"".join(reversed(files[0].read_bytes().splitlines(keepends=True))))
    assert "changed while it was read: join the files again" in str(trace_of(one).faults)
    files[0].unlink()
    with pytest.raises(UsageError, match=r"billing.jsonl' can no longer be read"):
        trace_of(one)


def test_a_long_trace_is_told_line_by_line(records: Records, tmp_path: Path) -> None:
    (one,) = filed(export_files(join(record for record in records if record.seq != 2), tmp_path))
    told = [line.split() for line in lines_of(one)]
    assert told[0][:5] == ["#1", "2026-11-18", "11:06:40", "x000001", "system"]
    assert told[-2][0] == "gap:"
    assert " ".join(told[-1]) == "volta/c-1 · 2 turns · 2 handoffs · 24 records · 1 fault"

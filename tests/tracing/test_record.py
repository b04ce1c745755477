"""A record goes out as a line and comes back the same; what is not a record says so."""

from __future__ import annotations

import json

import pytest

from tracing.record import Dropped, TraceRecord, UnreadableRecord


def test_every_record_survives_its_line(records: tuple[TraceRecord, ...]) -> None:
    assert [TraceRecord.from_line(record.to_line()) for record in records] == list(records)


def test_a_line_that_another_program_sorted_is_still_read(records: tuple[TraceRecord, ...]) -> None:
    sorted_line = json.dumps(json.loads(records[3].to_line()), sort_keys=True, indent=1).encode()
    assert TraceRecord.from_line(sorted_line) == records[3]


def test_the_note_of_a_dropped_commit_is_a_record_too(records: tuple[TraceRecord, ...]) -> None:
    note = TraceRecord.of(
        "volta", "c-1", _Stored(b'{"kind": "dropped", "why": "stale", "commit_id": "x1/4"}', number=0)
    )
    assert note.event == Dropped('{"kind":"dropped","why":"stale","commit_id":"x1/4"}')
    assert TraceRecord.from_line(note.to_line()) == note


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"level":"info","message":"hello"}', "is JSON, but no record of a Baton trace"),
        (b"127.0.0.1 - - GET /", "is no JSON: not a trace of Baton"),
        (b"[1,2]", "is JSON, but no record of a Baton trace"),
        (b'{"v":7,"seq":1,"event":{}}', "has schema version 7; this Baton reads 1: upgrade it"),
        (b'{"v":1,"seq":"one","event":{}}', "tenant: Field required"),
        (b"\xff\xfe", "is no JSON"),
    ],
)
def test_what_is_not_ours_says_so(line: bytes, says: str) -> None:
    with pytest.raises(UnreadableRecord, match=r"^a\.jsonl, line 3 ") as caught:
        TraceRecord.from_line(line, "a.jsonl, line 3")
    assert says in str(caught.value)


def test_half_a_line_is_called_that(records: tuple[TraceRecord, ...]) -> None:
    with pytest.raises(UnreadableRecord, match="only half there"):
        TraceRecord.from_line(records[0].to_line()[:-30])


def test_an_event_of_a_later_baton_is_named_not_guessed(records: tuple[TraceRecord, ...]) -> None:
    line = records[1].to_line()
    with pytest.raises(UnreadableRecord, match="schema version 1"):
        TraceRecord.from_line(line.replace(b'"event":{"v":1', b'"event":{"v":2'))
    with pytest.raises(UnreadableRecord, match="not a Baton record"):
        TraceRecord.from_line(line.replace(b"customer_said", b"customer_sang"))


class _Stored:
    seq, at_ms, execution, fence, log = 5, 1_795_000_000_000, "x000001", 1, "system"

    def __init__(self, data: bytes, number: int) -> None:
        self.data, self.number = data, number

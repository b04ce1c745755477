"""Whatever befell the files on their way, the order is right, every fault is named, and none that is not there.

What must be named is worked out here anew, from what was done to the files.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from handoffs.events import CallFinished, CallIntended, Decided, Ended, HandedIn, HandedOut, decode
from tracing.export import join_files
from tracing.files import filed
from tracing.join import Trace, join
from tracing.record import TraceRecord
from tracing.render import json_of
from tracing.render_stream import json_pieces

BEGAN_MS = 1_795_000_000_000
MINUTE_MS = 60_000
Places = frozenset[int]


@cache
def told(history: str = "tour") -> tuple[TraceRecord, ...]:
    """A recorded conversation with handoffs, effects and several turns, as its logs held it."""
    lines = (Path(__file__).parent.parent / "replays" / f"{history}.jsonl").read_text().splitlines()
    events = [(row[0], decode(json.dumps(row[1], separators=(",", ":")).encode())) for row in map(json.loads, lines)]
    return tuple(
        TraceRecord(
            tenant="volta", conversation=history, execution=execution, number=seq, seq=seq,
            at_ms=BEGAN_MS + 700 * seq, fence=1, log=event.log, event=event,
        )
        for seq, (execution, event) in enumerate(events, start=1)
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What befell the records: clocks by log, places lost, doubled, and cut in half, lines in another order."""

    records: tuple[TraceRecord, ...]
    lost: Places
    doubled: Places
    cut: Places
    seed: int

    @property
    def readable(self) -> list[TraceRecord]:
        return [record for record in self.records if record.seq not in self.lost | self.cut]

    def lines(self, log: str) -> list[bytes]:
        mine = [record for record in self.records if record.log == log and record.seq not in self.lost]
        lines = [self._line(record) for record in mine for _ in range(1 + (record.seq in self.doubled))]
        return Random(self.seed).sample(lines, len(lines)) if self.seed else lines

    def _line(self, record: TraceRecord) -> bytes:
        line = record.to_line()
        return line[: len(line) // 2 + 60] if record.seq in self.cut else line

    def files(self, folder: Path) -> list[Path]:
        paths = [folder / f"{log}.jsonl" for log in sorted({record.log for record in self.records})]
        for path in paths:
            path.write_bytes(b"".join(line + b"\n" for line in self.lines(path.stem)) or b"\n")
        return paths


@st.composite
def journeys(draw: st.DrawFn) -> Journey:
    records = told()
    logs = sorted({record.log for record in records})
    skews_ms = {log: draw(st.integers(-9, 9), label=f"minutes of {log}") * MINUTE_MS for log in logs}
    places = st.frozensets(st.integers(1, len(records)), max_size=12)
    lost, cut = draw(places), draw(places)
    return Journey(
        records=tuple(replace(record, at_ms=record.at_ms + skews_ms[record.log]) for record in records),
        lost=lost,
        doubled=draw(places) - lost - cut,
        cut=cut - lost,
        seed=draw(st.integers(0, 99)),
    )


def expected_orphans(readable: Sequence[TraceRecord]) -> Counter[int]:
    """By place: calls, results and halves of handoffs whose other half is not there."""
    decided = {(one.execution, call.id): one.seq for one in readable if isinstance(one.event, Decided)
               for call in one.event.calls}  # fmt: skip
    answers = [one for one in readable if isinstance(one.event, CallFinished)]
    asked_for = [one for one in readable if isinstance(one.event, CallFinished | CallIntended)]
    ended = {one.execution for one in readable if isinstance(one.event, Ended)}
    answered = {(one.execution, one.event.call_id) for one in answers if isinstance(one.event, CallFinished)}
    halves = [one for one in readable if isinstance(one.event, HandedOut | HandedIn)]
    ids = Counter(one.event.handoff_id for one in halves if isinstance(one.event, HandedOut | HandedIn))
    return Counter(
        [seq for key, seq in decided.items() if key[0] in ended and key not in answered]
        + [one.seq for one in asked_for if (one.execution, getattr(one.event, "call_id", "")) not in decided]
        + [one.seq for one in halves if ids[getattr(one.event, "handoff_id", "")] == 1]
    )


def expected_gaps(journey: Journey) -> list[tuple[int, int]]:
    last = max((record.seq for record in journey.records if record.seq not in journey.lost), default=0)
    runs = groupby(enumerate(sorted(seq for seq in journey.lost if seq < last)), key=lambda pair: pair[1] - pair[0])
    found = [[seq for _, seq in run] for _, run in runs]
    return [(run[0], run[-1]) for run in found]


def seqs_of(trace: Trace, kind: str) -> list[tuple[int, ...]]:
    return [fault.seqs for fault in trace.faults if fault.kind == kind]


def test_the_conversation_that_travels_is_whole() -> None:
    assert join(told()).faults == ()
    assert join(told("approval")).faults == ()
    assert {type(record.event) for record in told()} >= {
        Decided,
        CallIntended,
        CallFinished,
        HandedOut,
        HandedIn,
        Ended,
    }


@settings(max_examples=60, deadline=None)
@given(journey=journeys())
def test_every_fault_is_named_and_none_that_is_not_there(journey: Journey) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (trace,) = join_files(journey.files(Path(folder)))
    readable = journey.readable
    assert list(trace.records) == readable, "the order is that of the sequence, whatever the clocks say"
    assert seqs_of(trace, "gap") == expected_gaps(journey)
    assert seqs_of(trace, "duplicate") == [(seq,) for seq in sorted(journey.doubled)]
    assert seqs_of(trace, "unreadable") == [(seq,) for seq in sorted(journey.cut)]
    assert Counter(seqs[0] for seqs in seqs_of(trace, "orphan")) == expected_orphans(readable)
    backwards = [(a, b) for a, b in pairwise(readable) if a.at_ms - b.at_ms > 1_000]
    first = {(a.log, b.log): (a.seq, b.seq) for a, b in reversed(backwards)}
    assert seqs_of(trace, "skew") == sorted(first.values())
    assert {fault.kind for fault in trace.faults} <= {"gap", "duplicate", "unreadable", "orphan", "skew"}


@settings(max_examples=40, deadline=None)
@given(journey=journeys())
def test_what_is_read_line_by_line_is_what_is_held_whole(journey: Journey) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = journey.files(Path(folder))
        (one,), (trace,) = filed(paths), join_files(paths)
        assert b"".join(json_pieces(one)) == json_of(trace)


@settings(max_examples=40, deadline=None)
@given(journey=journeys(), data=st.data())
def test_a_store_and_files_give_the_same_trace(journey: Journey, data: st.DataObject) -> None:
    whole = replace(journey, cut=frozenset())
    held = [record for record in whole.readable for _ in range(1 + (record.seq in whole.doubled))]
    with tempfile.TemporaryDirectory() as folder:
        (trace,) = join_files(whole.files(Path(folder)))
    assert json_of(join(data.draw(st.permutations(held)))) == json_of(trace)

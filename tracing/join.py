"""The join: one trace from many logs, ordered by sequence and not by clocks. Pure, and linear in the records.

The same function serves Redis and plain files that someone mailed; what does not add up is named, never hidden.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from handoffs.errors import UsageError
from handoffs.events import HandedIn, HandedOut
from tracing.fault import Fault
from tracing.orphans import orphans
from tracing.record import Dropped, TraceRecord

SKEW_MS = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Handoff:
    """The two halves of a handoff; a missing half is None (and a fault)."""

    handoff_id: str
    left: TraceRecord | None
    arrived: TraceRecord | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """One conversation's records in order, its handoffs matched, its faults named."""

    tenant: str
    conversation: str
    records: tuple[TraceRecord, ...]
    handoffs: tuple[Handoff, ...]
    faults: tuple[Fault, ...]

    def turns(self) -> dict[str, list[TraceRecord]]:
        """The records by execution, in the order in which executions began."""
        turns: defaultdict[str, list[TraceRecord]] = defaultdict(list)
        for record in self.records:
            turns[record.execution].append(record)
        return dict(turns)


def join(records: Iterable[TraceRecord], faults: Iterable[Fault] = ()) -> Trace:
    """One conversation's trace, whatever the order of its records.

    ``faults`` are those met while reading; they stand with the others.
    *Raises*: UsageError when the records are of several conversations.
    """
    ordered, doubled = _ordered(records)
    names = {(record.tenant, record.conversation) for record in ordered}
    if len(names) > 1:
        raise UsageError(f"these records are of {len(names)} conversations: join one at a time")
    tenant, conversation = names.pop() if names else ("", "")
    handoffs = _handoffs(ordered)
    found = [*faults, *doubled, *_gaps(ordered), *_skews(ordered), *_stale(ordered), *_halves(handoffs)]
    return Trace(
        tenant=tenant,
        conversation=conversation,
        records=ordered,
        handoffs=handoffs,
        faults=tuple(sorted([*found, *orphans(ordered)], key=lambda fault: (fault.seqs, fault.kind, fault.sentence))),
    )


def _ordered(records: Iterable[TraceRecord]) -> tuple[tuple[TraceRecord, ...], list[Fault]]:
    """By sequence; equal doubles once, differing ones side by side."""
    by_seq: defaultdict[int, list[TraceRecord]] = defaultdict(list)
    for record in records:
        by_seq[record.seq].append(record)
    ordered: list[TraceRecord] = []
    faults: list[Fault] = []
    for seq in sorted(by_seq):
        copies = by_seq[seq]
        if len(copies) == 1:
            ordered += copies
            continue
        distinct = {copy.to_line(): copy for copy in copies}
        ordered += [distinct[line] for line in sorted(distinct)]
        if len(distinct) < len(copies):
            sentence = f"record {seq} of {copies[0].log} is there {len(copies)} times; it is shown once"
            faults.append(Fault(kind="duplicate", sentence=sentence, seqs=(seq,)))
        if len(distinct) > 1:
            logs = " and ".join(sorted({copy.log for copy in distinct.values()}))
            sentence = f"{len(distinct)} different records claim the place {seq} (in {logs}); all are shown"
            faults.append(Fault(kind="conflict", sentence=sentence, seqs=(seq,)))
    return tuple(ordered), faults


def _gaps(ordered: tuple[TraceRecord, ...]) -> Iterable[Fault]:
    """Sequences begin at 1 and miss none; what is missing at the very end cannot be seen."""
    before = 0
    for record in ordered:
        if record.seq > before + 1:
            first, last = before + 1, record.seq - 1
            which = f"record {first} is" if first == last else f"records {first} to {last} are"
            sentence = f"{which} missing, before {record.seq} of {record.log}: is a log or a part of one left out?"
            yield Fault(kind="gap", sentence=sentence, seqs=(first, last))
        before = record.seq


def _skews(ordered: tuple[TraceRecord, ...]) -> Iterable[Fault]:
    for earlier, later in pairwise(ordered):
        if (back_ms := earlier.at_ms - later.at_ms) > SKEW_MS:
            sentence = (
                f"the clock ran {back_ms / 1000:.1f} s backwards from record {earlier.seq} to {later.seq}: "
                "the order stands, the times do not"
            )
            yield Fault(kind="skew", sentence=sentence, seqs=(earlier.seq, later.seq))


def _stale(ordered: tuple[TraceRecord, ...]) -> Iterable[Fault]:
    """A fence only rises; a lower one later means that two workers wrote to one execution."""
    highest: dict[str, TraceRecord] = {}
    for record in ordered:
        if isinstance(record.event, Dropped):
            continue
        held = highest.setdefault(record.execution, record)
        if record.fence < held.fence:
            sentence = f"record {record.seq} is of fence {record.fence}, yet {held.seq} was already of {held.fence}"
            yield Fault(kind="stale", sentence=sentence, seqs=(held.seq, record.seq))
        elif record.fence > held.fence:
            highest[record.execution] = record


def _handoffs(ordered: tuple[TraceRecord, ...]) -> tuple[Handoff, ...]:
    left: dict[str, TraceRecord] = {}
    arrived: dict[str, TraceRecord] = {}
    for record in ordered:
        if isinstance(record.event, HandedOut):
            left.setdefault(record.event.handoff_id, record)
        elif isinstance(record.event, HandedIn):
            arrived.setdefault(record.event.handoff_id, record)
    return tuple(
        Handoff(handoff_id=handoff_id, left=left.get(handoff_id), arrived=arrived.get(handoff_id))
        for handoff_id in dict.fromkeys([*left, *arrived])
    )


def _halves(handoffs: tuple[Handoff, ...]) -> Iterable[Fault]:
    for handoff in handoffs:
        match handoff:
            case Handoff(left=TraceRecord(event=HandedOut() as event) as record, arrived=None):
                sentence = f"handoff {handoff.handoff_id} left {record.log} for {event.to}, but its arrival is missing"
            case Handoff(left=None, arrived=TraceRecord(event=HandedIn() as event) as record):
                sentence = f"handoff {handoff.handoff_id} arrived at {record.log}, but {event.source}'s half is missing"
            case _:
                continue
        yield Fault(kind="orphan", sentence=sentence, seqs=(record.seq,))

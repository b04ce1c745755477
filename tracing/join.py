"""The join: one trace from many logs, ordered by sequence and not by clocks. Pure, and linear in the records.

The same function serves session memory, the archive and plain files that someone mailed; what does not add up is
named, never hidden. Files too large to be held are joined record by record (see files.py), by the same checks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from handoffs.errors import UsageError
from handoffs.events import HandedIn, HandedOut
from handoffs.ports import Stored
from tracing.fault import Fault
from tracing.joining import Joining
from tracing.record import TraceRecord, UnreadableRecord


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

    ``faults`` are those met while reading; they stand with the others, and what they say is unreadable is not missing.
    *Raises*: UsageError when the records are of several conversations.
    """
    by_seq: defaultdict[int, list[TraceRecord]] = defaultdict(list)
    names: dict[tuple[str, str], None] = {}
    faults = [*faults]
    for record in records:
        by_seq[record.seq].append(record)
        names[record.tenant, record.conversation] = None
    if len(names) > 1:
        raise UsageError(f"these records are of {len(names)} conversations: join one at a time")
    for seq in (seq for fault in faults if fault.kind == "unreadable" for seq in fault.seqs):
        by_seq.setdefault(seq, [])
    joining = Joining(faults)
    ordered = (record for seq in sorted(by_seq) for record in joining.take(seq, by_seq[seq]))
    return trace(*next(iter(names), ("", "")), ordered, joining)


def trace(tenant: str, conversation: str, ordered: Iterable[TraceRecord], joining: Joining) -> Trace:
    """The trace of records that come from ``joining``, in order."""
    records = tuple(ordered)
    return Trace(
        tenant=tenant,
        conversation=conversation,
        records=records,
        handoffs=_handoffs(records),
        faults=joining.faults(),
    )


def join_stored(tenant: str, conversation: str, stored: Iterable[Stored]) -> Trace:
    """The same from a store's records: session memory's, the archive's, or both together."""
    records: list[TraceRecord] = []
    faults: list[Fault] = []
    for one in stored:
        try:
            records.append(TraceRecord.of(tenant, conversation, one))
        except UnreadableRecord as error:
            faults.append(Fault(kind="unreadable", sentence=str(error), seqs=(one.seq,)))
    return replace(join(records, faults), tenant=tenant, conversation=conversation)


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

"""Calls and approvals that lost their other half: a result nobody asked for, a call nobody answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handoffs.events import (
    ApprovalRequested,
    ApprovalSettled,
    CallFinished,
    CallIntended,
    Decided,
    DoubtSettled,
    Ended,
)
from tracing.fault import Fault
from tracing.record import TraceRecord

Key = tuple[str, str]  # execution, and a call id or tool


def orphans(records: Sequence[TraceRecord]) -> Iterable[Fault]:
    """Every call without a result in an ended execution, and every result, intent or verdict without its origin."""
    decided: dict[Key, tuple[TraceRecord, str]] = {}
    settled: set[Key] = set()  # an approved call is made anew, under another id, in an execution of its own
    requested: set[str] = set()
    finished: set[Key] = set()
    ended: set[str] = set()
    for record in records:
        match record.event:
            case Decided() as event:
                decided |= {(record.execution, call.id): (record, call.name) for call in event.calls}
            case DoubtSettled() as event:
                settled.add((record.execution, event.call_id))
            case ApprovalSettled() as event:
                settled.add((record.execution, event.request.tool))
                if event.request.number not in requested:
                    yield _orphan(record, f"a verdict on {event.request.number}, whose request is missing")
            case CallFinished() | CallIntended() | ApprovalRequested() as event:
                if isinstance(event, CallFinished):
                    finished.add((record.execution, event.call_id))
                if isinstance(event, ApprovalRequested):
                    requested.add(event.number)
                if not {(record.execution, event.call_id), (record.execution, event.tool)} & (decided.keys() | settled):
                    yield _orphan(record, f"{event.kind} of {event.tool}, whose decision is missing")
            case Ended():
                ended.add(record.execution)
            case _:
                pass
    for key, (record, tool) in decided.items():
        if key not in finished and record.execution in ended:
            yield _orphan(record, f"a call of {tool}, which never got its result")


def _orphan(record: TraceRecord, what: str) -> Fault:
    return Fault(kind="orphan", sentence=f"record {record.seq} of {record.log} holds {what}", seqs=(record.seq,))

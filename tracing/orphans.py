"""Calls and approvals that lost their other half: a result nobody asked for, a call nobody answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

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

# Kinds are asked first, since a model's class is slow to say that something is none of its instances.
_MATTERS: Final = frozenset(
    {"decided", "doubt_settled", "approval_settled", "call_finished", "call_intended", "approval_requested", "ended"}
)


class _Asked(NamedTuple):
    seq: int
    log: str
    tool: str


@dataclass(slots=True)
class _Calls:
    """Of one execution. An approved call is made anew in an execution of its own, under another id: its tool is known.

    *Shape*: ``known`` holds call ids and tools that a decision or verdict stands for, ``open`` calls by their id.
    """

    known: set[str] = field(default_factory=set[str])
    open: dict[str, _Asked] = field(default_factory=dict[str, _Asked])
    ended: bool = False


class Orphans:
    """Sees records in order; holds of each execution only the names of its calls."""

    def __init__(self) -> None:
        self._calls: dict[str, _Calls] = {}
        self._requested: set[str] = set()

    @property
    def executions(self) -> int:
        """How many were seen."""
        return len(self._calls)

    def see(self, record: TraceRecord) -> Iterable[Fault]:
        """What this record lacks that should stand before it."""
        if (calls := self._calls.get(record.execution)) is None:
            calls = self._calls[record.execution] = _Calls()
        return self._missing(record, calls) if record.event.kind in _MATTERS else ()

    def _missing(self, record: TraceRecord, calls: _Calls) -> Iterable[Fault]:
        match record.event:
            case Decided() as event:
                for call in event.calls:
                    calls.known.add(call.id)
                    calls.open[call.id] = _Asked(record.seq, record.log, call.name)
            case CallFinished() | CallIntended() | ApprovalRequested() as event:
                if isinstance(event, CallFinished):
                    calls.open.pop(event.call_id, None)
                elif isinstance(event, ApprovalRequested):
                    self._requested.add(event.number)
                if calls.known.isdisjoint((event.call_id, event.tool)):
                    yield _orphan(record, f"{event.kind} of {event.tool}, whose decision is missing")
            case Ended():
                calls.ended = True
            case DoubtSettled() as event:
                calls.known.add(event.call_id)
            case ApprovalSettled() as event:
                calls.known.add(event.request.tool)
                if event.request.number not in self._requested:
                    yield _orphan(record, f"a verdict on {event.request.number}, whose request is missing")
            case _:
                pass

    def close(self) -> Iterable[Fault]:
        """The calls of ended executions that nothing answered."""
        for calls in self._calls.values():
            for asked in calls.open.values() if calls.ended else ():
                yield _orphan(asked, f"a call of {asked.tool}, whose result is missing")


def _orphan(record: TraceRecord | _Asked, what: str) -> Fault:
    return Fault(kind="orphan", sentence=f"record {record.seq} of {record.log} holds {what}", seqs=(record.seq,))

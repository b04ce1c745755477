"""What a person must find without reading logs: approvals, escalations and doubts, kept in the same commit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Protocol

from handoffs.escalation import number_for
from handoffs.events import (
    AnyEvent,
    ApprovalRequested,
    ApprovalSettled,
    CallFinished,
    DoubtSettled,
    Ended,
    Escalated,
    encode,
)
from handoffs.runtime import Runtime

TO_LEARN = "to-learn"  # ended executions that long-term memory has not learnt from yet
Hashes = dict[str, dict[str, str | None]]
Index = list[tuple[str, str, float]]


class Place(Protocol):
    """Where the commit goes."""

    @property
    def tenant(self) -> str: ...
    @property
    def conversation(self) -> str: ...
    @property
    def execution(self) -> str: ...


def side_writes(events: Sequence[AnyEvent], place: Place, runtime: Runtime) -> tuple[Hashes, Index]:
    """(slot hashes to write, index entries): a score of 0 takes an entry out of its index."""
    hashes: Hashes = {}
    index: Index = []
    now = runtime.clock.now().timestamp()
    if runtime.recall is not None and any(isinstance(event, Ended) for event in events):
        index.append((TO_LEARN, f"{place.tenant}/{place.conversation}/{place.execution}", now))
    for event in events:
        found = _filed(event, place)
        if found is None:
            continue
        book, number, status, deadline_s = found
        row = {"status": status, "at": now, "execution": place.execution, "event": encode(event).decode()}
        hashes.setdefault(book, {})[number] = json.dumps(row, ensure_ascii=False)
        is_open = status in ("pending", "open")
        score = now + (runtime.approval_deadline_s if deadline_s else 0.0) if is_open else 0.0
        index.append((book, f"{place.tenant}/{place.conversation}/{number}", score))
    return hashes, index


def _filed(event: AnyEvent, place: Place) -> tuple[str, str, str, bool] | None:
    """(book, number, status, has a deadline)."""
    if isinstance(event, ApprovalRequested):
        return "approvals", event.number, "pending", True
    if isinstance(event, ApprovalSettled):
        return "approvals", event.request.number, event.verdict, True
    if isinstance(event, Escalated):
        return "escalations", event.number, "open", False
    if isinstance(event, CallFinished) and event.outcome == "in_doubt":
        return (
            "doubts",
            number_for("D", place.tenant, place.conversation, place.execution, event.group, event.call_id),
            "open",
            False,
        )
    if isinstance(event, DoubtSettled):
        return "doubts", event.number, "happened" if event.happened else "did not happen", False
    return None

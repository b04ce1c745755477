"""The conversation as the next prompt needs it: one line per thing said, called or handed over.

Lines are derived from events and stored beside them, so a claim reads a bounded tail and turn 1,000 costs what turn
10 costs.
"""

from __future__ import annotations

import json
from typing import Literal, NamedTuple

from handoffs.events import AnyEvent, ApprovalSettled, CallFinished, CustomerSaid, DoubtSettled, HandedIn, Said

LineKind = Literal["customer", "answer", "call", "handoff", "approval"]


class Line(NamedTuple):
    """One line. ``group`` joins the calls of one model response; ``text`` is prose or the JSON a model sees."""

    kind: LineKind
    execution: str
    agent: str = ""
    text: str = ""
    group: int = 0
    call_id: str = ""
    tool: str = ""
    arguments: str = ""
    outcome: str = ""
    seq: int = 0

    def encoded(self) -> bytes:
        """The line for the store; ``seq`` is stamped by the commit."""
        return json.dumps(self[:-1], ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def decoded(cls, data: bytes, seq: int) -> Line:
        return cls(*json.loads(data), seq=seq)


def line_of(event: AnyEvent, execution: str) -> Line | None:
    """What the event adds to the window, if anything."""
    if isinstance(event, CustomerSaid):
        return Line("customer", execution, text=event.text)
    if isinstance(event, Said):
        return Line("answer", execution, agent=event.agent, text=event.text)
    if isinstance(event, CallFinished):
        return _call_line(event, execution)
    if isinstance(event, HandedIn):
        notes = {
            "from": event.source,
            "reason": event.reason,
            "summary": event.summary,
            "open_matter": event.open_matter,
            "results": [{"tool": tool, "content": json.loads(content)} for tool, content in event.results],
        }
        return Line("handoff", execution, agent=event.agent, text=json.dumps(notes, ensure_ascii=False))
    if isinstance(event, ApprovalSettled) and event.verdict != "approved":
        note = {
            "number": event.request.number,
            "status": event.verdict,
            "what": event.request.what,
            "sentence": event.request.sentence,
            "reason": event.reason,
            "result": None,
        }
        return Line("approval", execution, agent=event.request.agent, text=json.dumps({"approval": note}))
    if isinstance(event, DoubtSettled):
        settled = {"call": event.title, "happened": event.happened, "note": event.note}
        return Line("approval", execution, agent=event.agent, text=json.dumps({"doubt_settled": settled}))
    return None


def _call_line(event: CallFinished, execution: str) -> Line:
    if event.code == "approved":
        return Line("approval", execution, agent=event.agent, text=event.content)
    return Line(
        "call",
        execution,
        agent=event.agent,
        text=event.content,
        group=event.group,
        call_id=event.call_id,
        tool=event.tool,
        arguments=event.arguments,
        outcome=event.outcome,
    )

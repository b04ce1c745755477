"""A record of a conversation's logs, in memory and as one line of JSON. The record is the event; nothing is copied."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from handoffs.events import AnyEvent, decode, encode
from handoffs.ports import Stored
from tracing.lines import LINE_VERSION, Line, UnreadableRecord, as_written, parsed

__all__ = ["Dropped", "TraceRecord", "UnreadableRecord"]

DROPPED_NUMBER = 0  # the store's own note of a late commit is no event of the execution


@dataclass(frozen=True, slots=True)
class Dropped:
    """The store's note of a commit that it refused: a worker that had lost its execution. ``text`` is JSON."""

    text: str
    kind: str = "dropped"
    agent: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TraceRecord:
    """One record with the place that the commit gave it.

    *Shape*: ``seq`` orders the conversation, ``number`` the execution; ``log`` says whose log it stands in.
    *Units*: ``at_ms`` milliseconds since 1970 by the store's clock.
    """

    tenant: str
    conversation: str
    execution: str
    number: int
    seq: int
    at_ms: int
    fence: int
    log: str
    event: AnyEvent | Dropped

    @classmethod
    def of(cls, tenant: str, conversation: str, stored: Stored) -> TraceRecord:
        """The record as the session store holds it. *Raises*: UnreadableRecord."""
        return cls(
            tenant=tenant,
            conversation=conversation,
            execution=stored.execution,
            number=stored.number,
            seq=stored.seq,
            at_ms=stored.at_ms,
            fence=stored.fence,
            log=stored.log,
            event=_event(stored.data, stored.number, f"record {stored.seq} of log {stored.log!r}"),
        )

    @property
    def decision(self) -> str:
        """How prompts name this record: ``execution/number``."""
        return f"{self.execution}/{self.number}"

    def to_line(self) -> bytes:
        """The record as one line of JSON, without the line's end."""
        event = self.event.text.encode() if isinstance(self.event, Dropped) else encode(self.event)
        return orjson.dumps(
            {
                "v": LINE_VERSION,
                "tenant": self.tenant,
                "conversation": self.conversation,
                "execution": self.execution,
                "number": self.number,
                "seq": self.seq,
                "at_ms": self.at_ms,
                "fence": self.fence,
                "log": self.log,
                "event": orjson.Fragment(event),
            }
        )

    @classmethod
    def from_line(cls, line: bytes, where: str = "line") -> TraceRecord:
        """The record of one line. *Raises*: UnreadableRecord; ``where`` names the line in its message."""
        if (found := as_written(line)) is not None:
            try:
                return cls._of_line(found, where)
            except UnreadableRecord:
                pass  # said below, after the whole line was looked at
        return cls._of_line(parsed(line, where), where)

    @classmethod
    def _of_line(cls, line: Line, where: str) -> TraceRecord:
        return cls(
            tenant=line.tenant,
            conversation=line.conversation,
            execution=line.execution,
            number=line.number,
            seq=line.seq,
            at_ms=line.at_ms,
            fence=line.fence,
            log=line.log,
            event=_event(line.event, line.number, where),
        )


def _event(data: bytes, number: int, where: str) -> AnyEvent | Dropped:
    try:
        if number == DROPPED_NUMBER:
            return Dropped(orjson.dumps(orjson.loads(data)).decode())
        return decode(data)
    except ValueError as error:
        raise UnreadableRecord(f"{where}: {error}") from None

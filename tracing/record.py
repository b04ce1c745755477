"""A record of a conversation's logs, in memory and as one line of JSON. The record is the event; nothing is copied."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from handoffs.events import AnyEvent, decode, encode
from handoffs.ports import Stored

LINE_VERSION = 1
DROPPED_NUMBER = 0  # the store's own note of a late commit is no event of the execution


class UnreadableRecord(ValueError):
    """A line or a stored record that cannot be read; the message says why and what to do."""


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
        envelope = _envelope(line, where)
        event = {"v": envelope.event.get("v"), **envelope.event} if "v" in envelope.event else envelope.event
        return cls(
            **{name: getattr(envelope, name) for name in _PLACE},
            event=_event(orjson.dumps(event), envelope.number, where),
        )


class _Envelope(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    v: int
    tenant: str
    conversation: str
    execution: str
    number: int
    seq: int
    at_ms: int
    fence: int
    log: str
    event: dict[str, object]


_PLACE = tuple(name for name in _Envelope.model_fields if name not in ("v", "event"))


def _envelope(line: bytes, where: str) -> _Envelope:
    try:
        found: object = orjson.loads(line)
    except orjson.JSONDecodeError:
        cut = line.lstrip().startswith(b"{") and not line.rstrip().endswith(b"}")
        what = (
            "is only half there: the file was cut off; export it again" if cut else "is no JSON: not a trace of Baton"
        )
        raise UnreadableRecord(f"{where} {what}") from None
    if not isinstance(found, dict) or "seq" not in found or "event" not in found:
        raise UnreadableRecord(f"{where} is JSON, but no record of a Baton trace")
    version: object = found.get("v")  # pyright: ignore[reportUnknownVariableType]  # checked right below
    if version != LINE_VERSION:
        raise UnreadableRecord(f"{where} has schema version {version!r}; this Baton reads {LINE_VERSION}: upgrade it")
    try:
        return _Envelope.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise UnreadableRecord(f"{where} is no record of a Baton trace: {field}: {first['msg']}") from None


def _event(data: bytes, number: int, where: str) -> AnyEvent | Dropped:
    try:
        if number == DROPPED_NUMBER:
            return Dropped(orjson.dumps(orjson.loads(data)).decode())
        return decode(data)
    except ValueError as error:
        raise UnreadableRecord(f"{where}: {error}") from None

"""One line of a trace file, taken apart before its event is read. Lines as Baton writes them need no second parse."""

from __future__ import annotations

import re
from typing import Annotated, Final, NamedTuple

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

LINE_VERSION: Final = 1
SEQ_MOST: Final = 2**63 - 1
AT_MS_MOST: Final = 253_402_300_799_999  # the end of the year 9999

_NAMED: Final = r"[A-Za-z0-9_.:@-]{1,128}"  # as session memory takes names; nothing that could steer a terminal
_NAME, _NUMBER = rb'"(%b)"' % _NAMED.encode(), rb"(0|[1-9]\d{0,13})"
_BEGINS = rb'\{"v":\d+,"tenant":%b,"conversation":%b,"execution":%b,"number":%b,"seq":([1-9]\d{0,17}),' % (
    _NAME, _NAME, _NAME, _NUMBER,
)  # fmt: skip
_PLACE: Final = re.compile(_BEGINS)
_WHOLE: Final = re.compile(
    _BEGINS.replace(rb'"v":\d+', b'"v":%d' % LINE_VERSION)
    + rb'"at_ms":%b,"fence":%b,"log":%b,"event":(?=\{)' % (_NUMBER, _NUMBER, _NAME)
)


class UnreadableRecord(ValueError):
    """A line or a stored record that cannot be read; the message says why and what to do."""


class Place(NamedTuple):
    """What a line says of where it belongs, readable or not."""

    tenant: str
    conversation: str
    seq: int


class Line(NamedTuple):
    """A line's fields; ``event`` is JSON as ``handoffs.events.encode`` writes it."""

    tenant: str
    conversation: str
    execution: str
    number: int
    seq: int
    at_ms: int
    fence: int
    log: str
    event: bytes


_Name = Annotated[str, Field(pattern=f"^{_NAMED}$")]


class _Placed(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    tenant: _Name
    conversation: _Name
    seq: int = Field(ge=1, le=SEQ_MOST)


class _Envelope(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    v: int
    tenant: _Name
    conversation: _Name
    execution: _Name
    number: int
    seq: int = Field(ge=1, le=SEQ_MOST)
    at_ms: int = Field(ge=0, le=AT_MS_MOST)
    fence: int
    log: _Name
    event: dict[str, object]


def place_of(line: bytes) -> Place | None:
    """Where a line belongs, if it says so: one that was cut off, or is of a later Baton, may still."""
    if begins := _PLACE.match(line):
        tenant, conversation, _, _, seq = begins.groups()
        return Place(tenant.decode(), conversation.decode(), int(seq))
    try:
        return Place(**_Placed.model_validate_json(line).model_dump())
    except ValidationError:
        return None


def as_written(line: bytes) -> Line | None:
    """The fields of a line that looks as Baton writes it. Whether its event is whole only the event's codec knows."""
    if (begins := _WHOLE.match(line)) is None or not (end := line.rstrip()).endswith(b"}}"):
        return None
    tenant, conversation, execution, number, seq, at_ms, fence, log = begins.groups()
    return Line(
        tenant.decode(),
        conversation.decode(),
        execution.decode(),
        int(number),
        int(seq),
        int(at_ms),
        int(fence),
        log.decode(),
        end[begins.end() : -1],
    )


def parsed(line: bytes, where: str) -> Line:
    """The fields of any line that holds a record, however it is written.

    *Raises*: UnreadableRecord; ``where`` names the line in its message.
    """
    try:
        found: object = orjson.loads(line)
    except orjson.JSONDecodeError:
        cut = line.lstrip().startswith(b"{") and not line.rstrip().endswith(b"}")
        what = (
            "is only half there: the file was cut off; export it again" if cut else "is no JSON: not a trace of Baton"
        )
        raise UnreadableRecord(f"{where} {what}") from None
    if not isinstance(found, dict) or not {"v", "seq"} <= found.keys():
        raise UnreadableRecord(f"{where} is JSON, but no record of a Baton trace")
    version: object = found.get("v")  # pyright: ignore[reportUnknownVariableType]  # checked right below
    if version != LINE_VERSION:
        raise UnreadableRecord(f"{where} has schema version {version!r}; this Baton reads {LINE_VERSION}: upgrade it")
    try:
        envelope = _Envelope.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise UnreadableRecord(f"{where} is no record of a Baton trace: {field}: {first['msg']}") from None
    event = {"v": envelope.event.get("v"), **envelope.event} if "v" in envelope.event else envelope.event
    fields = envelope.model_dump(exclude={"v", "event"})
    return Line(**fields, event=orjson.dumps(event))

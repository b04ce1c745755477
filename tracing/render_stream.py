"""A trace too large to be held, shown as it is read: one line per record, or the same JSON as of a small one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import orjson

from tracing.files import Filed
from tracing.render import CUT_AT, counted
from tracing.sentences import plain, sentence


def lines_of(one: Filed, *, full: bool = False) -> Iterator[str]:
    """A line per record, what does not add up, and the sums; long texts are cut unless ``full``."""
    joining, records = one.joining(), 0
    for record in one.records(joining):
        records += 1
        said = sentence(record.event)
        shown = said if full or len(said) <= CUT_AT else said[: CUT_AT - 1] + "…"
        at = datetime.fromtimestamp(record.at_ms / 1000, UTC)
        yield f"#{record.seq:<8} {at:%Y-%m-%d %H:%M:%S} {record.execution}  {record.log:<10} {plain(shown)}\n"
    faults = joining.faults()
    for fault in faults:
        yield f"{fault.kind}: {plain(fault.sentence)}\n"
    sums = (
        counted(joining.executions, "turn"),
        counted(len(joining.ends), "handoff"),
        counted(records, "record"),
        counted(len(faults), "fault"),
    )
    yield " · ".join([f"{one.tenant}/{one.conversation}", *sums]) + "\n"


def json_pieces(one: Filed) -> Iterator[bytes]:
    """What ``json_of`` gives for the same trace, byte for byte, piece by piece."""
    joining = one.joining()
    yield _json({"tenant": one.tenant, "conversation": one.conversation, "records": ()}).removesuffix(b"]\n}\n")
    between = b"\n    "
    for record in one.records(joining):
        yield between + record.to_line()
        between = b",\n    "
    closed = b"]" if between.startswith(b"\n") else b"\n  ]"
    handoffs = [
        {"id": ends.handoff_id, "from": ends.source, "to": ends.to, "reason": ends.reason,
         "left": ends.left, "arrived": ends.arrived}
        for ends in joining.ends
    ]  # fmt: skip
    faults = [{"kind": one.kind, "sentence": one.sentence, "seqs": one.seqs} for one in joining.faults()]
    yield closed + b"," + _json({"handoffs": handoffs, "faults": faults}).removeprefix(b"{")


def _json(found: Mapping[str, object]) -> bytes:
    return orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

"""The trace for a person: a tree of turns, one coloured lane per agent; and for a program: JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from handoffs.events import (
    AttemptFailed,
    BudgetSpent,
    CallCleared,
    CallFinished,
    CallIntended,
    Decided,
    Ended,
    Escalated,
    HandedIn,
    HandedOut,
    Hinted,
    Recalled,
    Routed,
    TurnStarted,
)
from tracing.join import Handoff, Trace
from tracing.record import Dropped, TraceRecord
from tracing.sentences import plain, sentence

PALETTE = ("yellow", "cyan", "green", "magenta", "blue", "bright_red", "bright_cyan", "bright_yellow")
PEOPLE = {"customer": "bold", "operator": "bold magenta", "system": "dim"}
CUT_AT = 240
UNWRAPPED = 1_000_000
SEQ_WIDTH, OFFSET_WIDTH = 4, 7


def show(trace: Trace, console: Console, *, full: bool = False) -> None:
    """Print the tree; where no terminal reads along, each record is one unwrapped line."""
    if not console.is_terminal:
        console.width = UNWRAPPED
    console.print(tree_of(trace, full=full))


def tree_of(trace: Trace, *, full: bool = False) -> Tree:
    """The trace as a tree; long texts are cut unless ``full``."""
    tree = Tree(_title(trace), guide_style="dim")
    lanes = _lanes(trace.records)
    for position, records in enumerate(trace.turns().values(), start=1):
        branch = tree.add(_turn(position, records))
        fence = records[0].fence
        for record in records:
            if record.fence > fence and not isinstance(record.event, Dropped):
                branch.add(Text(f"↻ resumed by another worker (fence {fence} → {record.fence})", style="bold red"))
                fence = record.fence
            branch.add(_line(record, records[0].at_ms, lanes, full=full))
    if trace.faults:
        faults = tree.add(Text(f"does not add up: {counted(len(trace.faults), 'fault')}", style="bold red"))
        for fault in trace.faults:
            faults.add(Text.assemble((f"{fault.kind}: ", "red"), plain(fault.sentence)))
    return tree


def json_of(trace: Trace) -> bytes:
    """The same as one JSON object: records in order, handoffs matched, faults."""
    return orjson.dumps(
        {
            "tenant": trace.tenant,
            "conversation": trace.conversation,
            "records": [orjson.Fragment(record.to_line()) for record in trace.records],
            "handoffs": [_handoff(handoff) for handoff in trace.handoffs],
            "faults": [{"kind": fault.kind, "sentence": fault.sentence, "seqs": fault.seqs} for fault in trace.faults],
        },
        option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
    )


def _handoff(handoff: Handoff) -> dict[str, object]:
    left, arrived = handoff.left, handoff.arrived
    half = left.event if left else arrived.event if arrived else None
    match half:
        case HandedOut():
            ends = {"from": half.agent, "to": half.to, "reason": half.reason}
        case HandedIn():
            ends = {"from": half.source, "to": half.agent, "reason": half.reason}
        case _:
            ends = {}
    return {"id": handoff.handoff_id, **ends, "left": left and left.seq, "arrived": arrived and arrived.seq}


def _title(trace: Trace) -> Text:
    words = [
        f"{trace.tenant}/{trace.conversation}",
        counted(len(trace.turns()), "turn"),
        counted(len(trace.handoffs), "handoff"),
        counted(len(trace.records), "record"),
    ]
    return Text(" · ".join(words), style="bold")


def _turn(position: int, records: Sequence[TraceRecord]) -> Text:
    decisions = [record.event for record in records if isinstance(record.event, Decided)]
    status = next((record.event.status for record in records if isinstance(record.event, Ended)), "running")
    began = datetime.fromtimestamp(records[0].at_ms / 1000, UTC)
    words = [
        f"turn {position}",
        records[0].execution,
        f"{began:%Y-%m-%d %H:%M:%S} UTC",
        status.replace("_", " "),
        f"{(records[-1].at_ms - records[0].at_ms) / 1000:.1f} s",
        counted(len(decisions), "decision"),
        f"{sum(d.input_tokens for d in decisions):,} → {sum(d.output_tokens for d in decisions):,} tokens",
    ]
    return Text(" · ".join(words), style="bold")


def _line(record: TraceRecord, began_ms: int, lanes: Mapping[str, str], *, full: bool) -> Table:
    """One record in four columns, so that a long text is folded below itself."""
    said = sentence(record.event)
    shown = said if full or len(said) <= CUT_AT else said[: CUT_AT - 1] + "…"
    line = Table.grid(padding=(0, 2, 0, 0))
    line.add_column(style="dim", no_wrap=True, min_width=SEQ_WIDTH)
    line.add_column(style="dim", no_wrap=True, min_width=OFFSET_WIDTH, justify="right")
    line.add_column(style=lanes[record.log], no_wrap=True, min_width=max(map(len, lanes)))
    line.add_column(style=_style(record))
    line.add_row(f"#{record.seq}", f"{(record.at_ms - began_ms) / 1000:+.1f}s", record.log, Text(shown))
    return line


def _style(record: TraceRecord) -> str:
    """What went wrong stands out, what is routine steps back."""
    match record.event:
        case AttemptFailed() | BudgetSpent() | Dropped() | Escalated() | Hinted() | Ended(status="failed"):
            return "red"
        case (
            CallFinished(outcome="ok")
            | CallCleared()
            | CallIntended()
            | TurnStarted()
            | Routed()
            | Recalled(error="")
            | Ended()
        ):
            return "dim"
        case Recalled():
            return "red"
        case CallFinished(outcome="pending"):
            return "magenta"
        case CallFinished():
            return "red"
        case _:
            return ""


def _lanes(records: Sequence[TraceRecord]) -> dict[str, str]:
    """A colour for each lane: people have theirs, agents get the next free one, so that a new agent needs no line."""
    agents = [log for log in dict.fromkeys(record.log for record in records) if log not in PEOPLE]
    return PEOPLE | {log: PALETTE[index % len(PALETTE)] for index, log in enumerate(agents)}


def counted(count: int, what: str) -> str:
    """The count with its noun, one or many."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"

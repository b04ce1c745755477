"""A conversation's logs as files, one per agent or person, and back: what one mails to a colleague."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from handoffs.errors import UsageError
from tracing.fault import Fault
from tracing.join import Trace, join
from tracing.record import TraceRecord, UnreadableRecord


def export_files(trace: Trace, folder: Path) -> tuple[Path, ...]:
    """Write ``<tenant>.<conversation>.<log>.jsonl`` for each log; answers the files, which replace older ones."""
    folder.mkdir(parents=True, exist_ok=True)
    lines: defaultdict[str, list[bytes]] = defaultdict(list)
    for record in trace.records:
        lines[record.log].append(record.to_line() + b"\n")
    written: list[Path] = []
    for log, content in sorted(lines.items()):
        path = folder / f"{trace.tenant}.{trace.conversation}.{log}.jsonl"
        path.write_bytes(b"".join(content))
        written.append(path)
    return tuple(written)


def join_files(paths: Sequence[Path]) -> tuple[Trace, ...]:
    """One trace per conversation found in the files. Lines that cannot be read are faults of each.

    *Raises*: UsageError when a file cannot be opened, or no line of any is a record.
    """
    records: defaultdict[tuple[str, str], list[TraceRecord]] = defaultdict(list)
    faults: list[Fault] = []
    for path in paths:
        for where, line in _lines(path):
            try:
                record = TraceRecord.from_line(line, where)
            except UnreadableRecord as error:
                faults.append(Fault(kind="unreadable", sentence=str(error)))
            else:
                records[record.tenant, record.conversation].append(record)
    if not records:
        first = f" ({faults[0].sentence})" if faults else ""
        raise UsageError(f"no record of a Baton trace in {', '.join(map(str, paths))}{first}")
    return tuple(join(found, faults) for found in records.values())


def _lines(path: Path) -> Iterable[tuple[str, bytes]]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield f"{path.name}, line {number}", line
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be read: {error.strerror}") from error

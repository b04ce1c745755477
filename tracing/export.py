"""A conversation's logs as files, one per agent or person, and back: what one mails to a colleague."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from tracing.files import Filed, filed
from tracing.join import Trace, trace


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
    """One trace per conversation found in the files. What cannot be read is a fault of its conversation, or of each.

    *Raises*: UsageError when no line of any file is a record.
    """
    return tuple(trace_of(one) for one in filed(paths))


def trace_of(one: Filed) -> Trace:
    """A conversation's trace, held whole. *Raises*: as ``Filed.records``."""
    joining = one.joining()
    return trace(one.tenant, one.conversation, one.records(joining), joining)

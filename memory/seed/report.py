"""What a seeding job says of itself: how far it is, what it did, and which lines it could not take."""

from __future__ import annotations

import csv
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path

log = logging.getLogger(__name__)
COLUMNS = ("file", "line", "reason", "advice")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejected:
    """One line that was not loaded, why, and what to do. *Units*: ``line`` counts from 1; 0 is the whole file."""

    file: str
    line: int
    reason: str
    advice: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.reason}: {self.advice}"


def unforeseen(file: str, line: int, error: Exception) -> Rejected:
    """For the last resort: one line's surprise must not cost the others. Its message may hold what a customer said."""
    log.error("line %s of %r could not be taken: %s", line, file, type(error).__name__)
    return Rejected(file=file, line=line, reason="something in it was not foreseen", advice="write it another way")


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How many of the memories that are new or changed have been stored."""

    done: int
    total: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SeedReport:
    """What a job did, or, ``dry_run``, would have done. The numbers count memories."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: tuple[Rejected, ...] = ()
    dry_run: bool = False

    @property
    def exit_code(self) -> int:
        """0 everything was taken, 1 some lines were rejected, 2 nothing could be done."""
        if not self.rejected:
            return 0
        return 1 if self.added + self.replaced + self.unchanged + self.removed else 2


def write_report(path: Path, rejected: Sequence[Rejected]) -> None:
    """Write the rejected lines: as CSV where the name says so, else as JSON lines. *Raises*: OSError."""
    path.write_text(_csv(rejected) if path.suffix.lower() == ".csv" else _jsonl(rejected), encoding="utf-8")


def _jsonl(rejected: Sequence[Rejected]) -> str:
    return "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in rejected)


def _csv(rejected: Sequence[Rejected]) -> str:
    written = StringIO(newline="")
    table = csv.writer(written)
    table.writerow(COLUMNS)
    table.writerows([_cell(one.file), one.line, _cell(one.reason), _cell(one.advice)] for one in rejected)
    return written.getvalue()


def _cell(text: str) -> str:
    """A file may be called ``=HYPERLINK(…)``: no spreadsheet shall run its name."""
    return f"'{text}" if text.startswith(_FORMULA) else text

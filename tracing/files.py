"""Trace files, read in the order of the sequence without being held: first where each line is, then line by line.

Lines may stand in any order, in any number of files, and be broken; a place takes 24 bytes, whatever its line's length.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Final

from handoffs.errors import UsageError
from tracing.fault import Fault
from tracing.joining import Joining
from tracing.lines import Place, UnreadableRecord, place_of
from tracing.record import TraceRecord

LINE_MOST_BYTES: Final = 16 * 1024 * 1024
NAMED_MOST: Final = 20  # broken lines of one file that are named one by one


class Filed:
    """One conversation in files, known by where its lines are."""

    def __init__(self, tenant: str, conversation: str, paths: Sequence[Path], faults: Sequence[Fault]) -> None:
        self.tenant, self.conversation = tenant, conversation
        self._paths, self._faults = paths, faults
        self._seqs, self._files, self._numbers, self._offsets = array("q"), array("I"), array("I"), array("q")

    def __len__(self) -> int:
        """How many lines there are, doubles and broken ones too."""
        return len(self._seqs)

    def add(self, seq: int, *, file: int, number: int, offset: int) -> None:
        """Note a line: the file by its position, which line it is, and its first byte."""
        self._seqs.append(seq)
        self._files.append(file)
        self._numbers.append(number)
        self._offsets.append(offset)

    def joining(self) -> Joining:
        """A join of its own for ``records``; what belongs to no conversation is a fault of each."""
        return Joining(self._faults)

    def records(self, joining: Joining) -> Iterator[TraceRecord]:
        """The records in order, one at a time; after the last, ``joining`` knows every fault.

        *Raises*: UsageError when a file has gone since it was looked through.
        """
        order = array("q", sorted(range(len(self)), key=self._seqs.__getitem__))
        with ExitStack() as opened:
            readers: dict[int, _Reader] = {}
            for seq, lines in groupby(order, key=self._seqs.__getitem__):
                copies: list[TraceRecord] = []
                for line in lines:
                    file = self._files[line]
                    if file not in readers:
                        readers[file] = opened.enter_context(_Reader(self._paths[file]))
                    try:
                        copies.append(self._record(seq, line, readers[file]))
                    except UnreadableRecord as error:
                        joining.unreadable(str(error), seq)
                yield from joining.take(seq, copies)

    def _record(self, seq: int, line: int, reader: _Reader) -> TraceRecord:
        where = f"{reader.name}, line {self._numbers[line]}"
        record = TraceRecord.from_line(reader.line_at(self._offsets[line]), where)
        if (record.tenant, record.conversation, record.seq) != (self.tenant, self.conversation, seq):
            raise UnreadableRecord(f"{where} changed while it was read: join the files again")
        return record


def filed(paths: Sequence[Path]) -> Sequence[Filed]:
    """The conversations of the files, as they are first met. A file that cannot be read is a fault of each.

    *Raises*: UsageError when no line of any file is a record.
    """
    found: dict[tuple[str, str], Filed] = {}
    faults: list[Fault] = []
    for file, path in enumerate(paths):
        try:
            for line in _places(path):
                if isinstance(line, Fault):
                    faults.append(line)
                    continue
                (tenant, conversation, seq), number, offset = line
                if (one := found.get((tenant, conversation))) is None:
                    one = found[tenant, conversation] = Filed(tenant, conversation, paths, faults)
                one.add(seq, file=file, number=number, offset=offset)
        except OSError as error:
            faults.append(Fault(kind="unreadable", sentence=f"{str(path)!r} cannot be read: {error.strerror}"))
    if not found:
        first = f" ({faults[0].sentence})" if faults else ""
        raise UsageError(f"no record of a Baton trace in {', '.join(map(str, paths))}{first}")
    return tuple(found.values())


def _places(path: Path) -> Iterator[tuple[Place, int, int] | Fault]:
    """Place, number and offset of each line that tells its place; what is wrong with the others as faults.

    *Raises*: OSError when the file cannot be opened or read to its end.
    """
    if path.exists() and not path.is_file():
        what = "is a folder: name the files in it" if path.is_dir() else "is no plain file: copy it into one"
        yield Fault(kind="unreadable", sentence=f"{str(path)!r} {what}")
        return
    broken = offset = number = 0
    with path.open("rb") as file:
        for number, (line, size) in enumerate(_lines(file), start=1):
            if (place := place_of(line)) is not None:
                yield place, number, offset
            elif line.strip():
                broken += 1
                if broken <= NAMED_MOST:
                    yield Fault(kind="unreadable", sentence=_what_is_wrong(line, f"{path.name}, line {number}"))
            offset += size
    if broken > NAMED_MOST:
        sentence = f"{path.name} has {broken - NAMED_MOST:,} more lines that are no records of a Baton trace"
        yield Fault(kind="unreadable", sentence=sentence)
    if not offset:
        yield Fault(kind="unreadable", sentence=f"{path.name} is empty")


def _lines(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Lines with their full sizes; of one that never ends only the beginning is kept."""
    while line := file.readline(LINE_MOST_BYTES):
        size = len(line)
        if size == LINE_MOST_BYTES:
            rest = line
            while rest and not rest.endswith(b"\n"):
                rest = file.readline(LINE_MOST_BYTES)
                size += len(rest)
        yield line, size


def _what_is_wrong(line: bytes, where: str) -> str:
    if len(line) == LINE_MOST_BYTES:
        return f"{where} is longer than {LINE_MOST_BYTES:,} bytes: not a trace of Baton"
    try:
        TraceRecord.from_line(line, where)
    except UnreadableRecord as error:
        return str(error)
    raise AssertionError(f"{where} is a record, yet tells no place")


class _Reader:
    """A file whose lines are asked for by offset, mostly one after the other."""

    def __init__(self, path: Path) -> None:
        self.name, self._path, self._at = path.name, path, 0

    def __enter__(self) -> _Reader:
        try:
            self._file = self._path.open("rb")
        except OSError as error:
            raise UsageError(f"{str(self._path)!r} can no longer be read: {error.strerror}") from error
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def line_at(self, offset: int) -> bytes:
        """The line that begins there."""
        if offset != self._at:
            self._file.seek(offset)
        line = self._file.readline(LINE_MOST_BYTES)
        self._at = offset + len(line)
        return line

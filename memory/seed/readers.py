"""Reading one document: JSON lines, a table, or an article become numbered lines, or say why not."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import PurePosixPath
from typing import NamedTuple

from pydantic import ValidationError

from memory.seed.gather import Document
from memory.seed.line import FIELDS, MAX_LINE_BYTES, Line, unknown_field, why_not
from memory.seed.markdown import Broken, Section, sections
from memory.seed.report import Rejected, unforeseen

SAVE_UTF8 = "save it as UTF-8 (in a spreadsheet: 'CSV UTF-8')"
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Numbered(NamedTuple):
    """A good line and where it stands. *Units*: counted from 1."""

    number: int
    line: Line


Read = Iterator[Numbered | Rejected]


def read(document: Document) -> Read:
    """Every line of a document, good or rejected, in order."""
    data = document.data.removeprefix(_BOM)
    if data.startswith(_UTF_16) or b"\0" in data[:1_000]:
        yield _rejected(document, 0, "it is UTF-16 or no text at all", SAVE_UTF8)
        return
    if not data.strip():
        yield _rejected(document, 0, "it is empty", "write something into it, or remove it")
        return
    suffix = PurePosixPath(document.name).suffix.lower()
    reader = _table if suffix == ".csv" else _article if suffix in (".md", ".markdown") else _json_lines
    yield from reader(document, data)


def _json_lines(document: Document, data: bytes) -> Read:
    for number, raw in enumerate(data.split(b"\n"), 1):
        if len(raw) > MAX_LINE_BYTES:
            yield _too_long(document, number)
        elif (at := _undecodable(raw)) is not None:
            yield _wrong_encoding(document, number, at)
        elif raw.strip():
            yield _checked(document, number, raw)


def _table(document: Document, data: bytes) -> Read:
    text = data.decode(errors="surrogateescape")  # so that one wrong cell costs one row, not the table
    rows = _rows(text)
    columns = _trimmed([cell.casefold() for cell in next(rows)[1] or []])
    if (wrong := _wrong_columns(columns)) is not None:
        yield _rejected(document, 1, *wrong)
        return
    for number, cells in rows:
        if cells is None:
            yield _rejected(
                document, number, "its quotes do not match", 'close every ", and write "" for one in a text'
            )
        elif cells := _trimmed(cells):
            yield _row(document, number, columns, cells)


def _wrong_columns(columns: list[str]) -> tuple[str, str] | None:
    for name in columns:
        if name not in FIELDS:
            return unknown_field(name)
    if "text" not in columns:
        return "there is no column 'text'", "the first line names the columns, like kind,customer,text"
    if len(set(columns)) < len(columns):
        return "a column stands there twice", "the first line names each column once"
    return None


def _trimmed(cells: list[str]) -> list[str]:
    """Without the blanks around each and the empty ones at the end, which spreadsheets leave."""
    cells = [cell.strip() for cell in cells]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _row(document: Document, number: int, columns: list[str], cells: list[str]) -> Numbered | Rejected:
    whole = "".join(cells).encode(errors="surrogateescape")
    if len(whole) > MAX_LINE_BYTES:
        return _too_long(document, number)
    if (at := _undecodable(whole)) is not None:
        return _wrong_encoding(document, number, at)
    if len(cells) > len(columns):
        return _rejected(
            document, number, "it has more cells than there are columns", "put texts with commas in quotes"
        )
    return _checked(document, number, {name: cell for name, cell in zip(columns, cells, strict=False) if cell})


def _rows(text: str) -> Iterator[tuple[int, list[str] | None]]:
    """Each row with the number of its first line; None for one that cannot be read.

    After such a one reading goes on at the very next line, so that a quote that is never closed costs no other row.
    """
    lines, delimiter, begun = list(StringIO(text, newline="")), _delimiter(text), 0
    while begun < len(lines):
        rows = csv.reader((lines[at] for at in range(begun, len(lines))), delimiter=delimiter, strict=True)
        first = begun
        try:
            for row in rows:
                yield begun + 1, row
                begun = first + rows.line_num
        except csv.Error:
            yield begun + 1, None
            begun += 1


def _delimiter(text: str) -> str:
    """What stands most often between the column names; spreadsheets of half of Europe write semicolons."""
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _article(document: Document, data: bytes) -> Read:
    if (at := _undecodable(data)) is not None:
        yield _wrong_encoding(document, data.count(b"\n", 0, at) + 1, at)
        return
    called = PurePosixPath(document.name).stem.replace("-", " ").replace("_", " ").capitalize()
    for found in sections(data.decode(), called):
        match found:
            case Section(number=number, fields=fields):
                yield _checked(document, number, fields)
            case Broken(number=number, reason=reason, advice=advice):
                yield _rejected(document, number, reason, advice)


def _checked(document: Document, number: int, said: bytes | Mapping[str, object]) -> Numbered | Rejected:
    try:
        line = Line.model_validate_json(said) if isinstance(said, bytes) else Line.model_validate(said)
    except ValidationError as error:
        return _rejected(document, number, *why_not(error))
    except Exception as error:
        return unforeseen(document.name, number, error)
    return Numbered(number, line)


def _undecodable(raw: bytes) -> int | None:
    """Where the first byte is that is not UTF-8."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return error.start
    return None


def _wrong_encoding(document: Document, number: int, at: int) -> Rejected:
    return _rejected(document, number, f"it is not UTF-8 (byte {at + 1})", SAVE_UTF8)


def _too_long(document: Document, number: int) -> Rejected:
    return _rejected(document, number, f"it is longer than {MAX_LINE_BYTES // 1_000} KB", "split it into several lines")


def _rejected(document: Document, number: int, reason: str, advice: str) -> Rejected:
    return Rejected(file=document.name, line=number, reason=reason, advice=advice)

"""Between the tuples of session memory and what goes over the wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

import orjson

from memory.session import keys
from memory.session.types import Draft, Entry, StoredRecord

Wire: TypeAlias = bytes | str | int | float


def record(log: str, entry: Sequence[object]) -> StoredRecord:
    """The record of one stream entry: ``[b"<seq>-0", [b"x", …, b"n", …, b"f", …, b"at", …, b"d", …]]``."""
    stream_id, fields = cast("tuple[bytes, list[bytes]]", tuple(entry))
    return StoredRecord(
        seq=int(stream_id[:-2]),
        at_ms=int(fields[7]),
        execution=fields[1].decode(),
        number=int(fields[3]),
        fence=int(fields[5]),
        log=log,
        data=fields[9],
    )


def entries(lines: Sequence[bytes]) -> list[Entry]:
    """Window entries of ``<seq> <at_ms> <data>``."""
    split = (line.split(b" ", 2) for line in lines)
    return [Entry(int(seq), int(at_ms), data) for seq, at_ms, data in split]


def mapping(flat: Sequence[bytes]) -> dict[str, str]:
    """A hash of text, from its fields and values in turn."""
    texts = [text.decode() for text in flat]
    return dict(zip(texts[::2], texts[1::2], strict=True))


def changes(
    session: Mapping[str, str | None], hashes: Mapping[str, Mapping[str, str | None]], blobs: Mapping[str, bytes]
) -> list[Wire]:
    """The hash writes of a commit as {command, part, field, value}*; None deletes, a blob is stored once.

    *Raises*: InvalidName.
    """
    wire: list[Wire] = []
    for part, fields in (("session", session), *((keys.hash_part(name), fields) for name, fields in hashes.items())):
        for field, value in fields.items():
            wire += ("HDEL", part, field, "") if value is None else ("HSET", part, field, value)
    for digest, blob in blobs.items():
        wire += ("HSETNX", "blobs", digest, blob)
    return wire


def checked_index(index: Sequence[tuple[str, str, float]]) -> tuple[list[tuple[Wire, ...]], list[tuple[Wire, ...]]]:
    """The commands that add and those that remove index entries; score 0 removes. *Raises*: InvalidName."""
    adds: list[tuple[Wire, ...]] = [("ZADD", keys.index(name), score, member) for name, member, score in index if score]
    removes: list[tuple[Wire, ...]] = [("ZREM", keys.index(name), member) for name, member, score in index if not score]
    return adds, removes


def pack_draft(draft: Draft) -> bytes:
    """The draft as JSON."""
    return orjson.dumps(draft._asdict())


def unpack_draft(packed: bytes) -> Draft:
    """The draft of that JSON."""
    return Draft(**orjson.loads(packed))

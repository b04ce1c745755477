"""The tables of the archive, as the newest migration leaves them. ``migrations`` makes them; nothing else does."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, LargeBinary, MetaData, Table, Text

METADATA: Final = MetaData()
_SCOPE: Final = ("tenant", "conversation")

RECORDS: Final = Table(
    "records",
    METADATA,
    *(Column(name, Text, primary_key=True) for name in _SCOPE),
    Column("seq", BigInteger, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("execution", "log", "agent", "kind", "model", "outcome")),
    *(Column(name, BigInteger, nullable=False) for name in ("number", "fence", "at_ms", "dur_ms")),
    *(Column(name, BigInteger, nullable=False) for name in ("input_tokens", "output_tokens", "cached_tokens")),
    Column("cost", Float),  # none where it costs nothing, or has no known price
    Column("unpriced", Integer, nullable=False),  # 1: it costs, and nobody knows how much
    Column("data", LargeBinary, nullable=False),  # the record's own bytes
)
BLOBS: Final = Table(
    "blobs",
    METADATA,
    *(Column(name, Text, primary_key=True) for name in (*_SCOPE, "digest")),
    Column("seq", BigInteger, nullable=False),  # of the record that named it first
    Column("data", LargeBinary, nullable=False),
)
_COUNTS: Final = ("decisions", "calls", "handoffs", "errors", "escalations", "input_tokens", "output_tokens")
EXECUTIONS: Final = Table(
    "executions",
    METADATA,
    *(Column(name, Text, primary_key=True) for name in (*_SCOPE, "execution")),
    *(Column(name, BigInteger, nullable=False) for name in ("first_seq", "last_seq", "first_ms", "last_ms")),
    *(Column(name, Text, nullable=False) for name in ("status", "agent")),
    *(Column(name, BigInteger, nullable=False) for name in _COUNTS),
    Column("cost", Float, nullable=False),
    Column("unpriced", BigInteger, nullable=False),
    Column("trimmed", Boolean, nullable=False),  # whether session memory let go of it
)
CONVERSATIONS: Final = Table(
    "conversations",
    METADATA,
    *(Column(name, Text, primary_key=True) for name in _SCOPE),
    *(Column(name, Text, nullable=False) for name in ("customer", "status", "agent", "opening")),
    *(Column(name, BigInteger, nullable=False) for name in ("last_seq", "first_ms", "last_ms", "turns")),
    *(Column(name, BigInteger, nullable=False) for name in _COUNTS),
    Column("cost", Float, nullable=False),
    Column("unpriced", BigInteger, nullable=False),
)
AUDIT: Final = Table(
    "audit",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at_ms", BigInteger, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("tenant", "who", "role", "what", "subject", "detail")),
)
FORGOTTEN: Final = (RECORDS, BLOBS, EXECUTIONS, CONVERSATIONS)  # what goes when a customer is forgotten

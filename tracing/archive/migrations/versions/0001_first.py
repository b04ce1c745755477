"""The audit, which may be there already from before there were migrations, and the traces."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SCOPE = ("tenant", "conversation")
COUNTS = ("decisions", "calls", "handoffs", "errors", "escalations", "input_tokens", "output_tokens")


def upgrade() -> None:
    """Make all tables; an audit that is there keeps its entries."""
    _audit()
    _records()
    _blobs()
    _executions()
    _conversations()


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        *_texts("tenant", "who", "role", "what", "subject", "detail"),
        if_not_exists=True,
    )
    op.create_index("audit_of_tenant", "audit", ["tenant", "id"], if_not_exists=True)


def _records() -> None:
    op.create_table(
        "records",
        *_scope(),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        *_texts("execution", "log", "agent", "kind", "model", "outcome"),
        *_numbers("number", "fence", "at_ms", "dur_ms", "input_tokens", "output_tokens", "cached_tokens"),
        sa.Column("cost", sa.Float),
        sa.Column("unpriced", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_index("records_of_execution", "records", [*SCOPE, "execution", "seq"])


def _blobs() -> None:
    op.create_table(
        "blobs",
        *_scope("digest"),
        *_numbers("seq"),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_index("blobs_by_record", "blobs", [*SCOPE, "seq"])


def _executions() -> None:
    op.create_table(
        "executions",
        *_scope("execution"),
        *_numbers("first_seq", "last_seq", "first_ms", "last_ms"),
        *_texts("status", "agent"),
        *_numbers(*COUNTS),
        sa.Column("cost", sa.Float, nullable=False),
        *_numbers("unpriced"),
        sa.Column("trimmed", sa.Boolean, nullable=False),
    )
    live = sa.text("NOT trimmed")
    op.create_index("executions_to_trim", "executions", ["tenant", "last_ms"], sqlite_where=live, postgresql_where=live)


def _conversations() -> None:
    op.create_table(
        "conversations",
        *_scope(),
        *_texts("customer", "status", "agent", "opening"),
        *_numbers("last_seq", "first_ms", "last_ms", "turns", *COUNTS),
        sa.Column("cost", sa.Float, nullable=False),
        *_numbers("unpriced"),
    )
    for column in ("last_ms", "first_ms", "turns", "handoffs", "errors", "escalations", "cost"):
        op.create_index(f"conversations_by_{column}", "conversations", ["tenant", column, "conversation"])
    for column in ("customer", "status", "agent"):
        op.create_index(f"conversations_of_{column}", "conversations", ["tenant", column, "last_ms", "conversation"])


def _scope(*more: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, primary_key=True) for name in (*SCOPE, *more)]


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]

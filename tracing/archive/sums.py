"""The rows of ``executions`` and ``conversations``: sums over records, made by the database from what it holds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from sqlalchemy import (
    Case,
    ColumnElement,
    Executable,
    FromClause,
    SelectBase,
    Table,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from tracing.archive.engine import inserting
from tracing.archive.facts import opening_of
from tracing.archive.schema import CONVERSATIONS, EXECUTIONS, RECORDS

FAILED: Final = ("error", "failed", "in_doubt")  # outcomes of calls that count as errors
WENT_WRONG: Final = ("attempt_failed", "budget_spent", "dropped")  # kinds of events that do
STILL: Final = ("trimmed",)  # what a later sum leaves as it is
_SUMMED: Final = (
    "decisions", "calls", "handoffs", "errors", "escalations", "input_tokens", "output_tokens", "cost", "unpriced",
)  # fmt: skip


async def sum_up(
    connection: AsyncConnection, tenant: str, conversation: str, customer: str, executions: Sequence[str]
) -> None:
    """Write the rows of these executions and of their conversation."""
    statements, scope = _statements(connection.dialect.name), {"of_tenant": tenant, "of_conversation": conversation}
    await connection.execute(statements.executions, {**scope, "some": executions})
    said = (await connection.execute(statements.first_message, scope)).scalar_one_or_none()
    opening = opening_of(said) if said is not None else ""
    await connection.execute(statements.conversation, {**scope, "of_customer": customer, "begins": opening})


class _Statements(NamedTuple):
    executions: Executable
    first_message: Executable
    conversation: Executable


@cache
def _statements(dialect: str) -> _Statements:
    """Made once: making them takes longer than running them."""
    of = RECORDS.c
    said = select(of.data).where(*_scope(RECORDS), of.kind == "customer_said").order_by(of.seq).limit(1)
    return _Statements(
        _upsert(dialect, EXECUTIONS, _executions()), said, _upsert(dialect, CONVERSATIONS, _conversation())
    )


def _scope(table: FromClause) -> tuple[ColumnElement[bool], ...]:
    return table.c.tenant == bindparam("of_tenant"), table.c.conversation == bindparam("of_conversation")


def _executions() -> SelectBase:
    """Late drop records (number 0) belong to an execution, but do not prolong it."""
    of = RECORDS.c
    own = case((of.number > 0, of.seq))
    last_ms = func.max(case((of.number > 0, of.at_ms)))
    ended = func.max(case((of.kind == "ended", of.outcome)))
    wrong = or_(of.kind.in_(WENT_WRONG), and_(of.kind == "call_finished", of.outcome.in_(FAILED)))
    return (
        select(
            of.tenant,
            of.conversation,
            of.execution,
            func.min(of.seq).label("first_seq"),
            func.coalesce(func.max(own), func.max(of.seq)).label("last_seq"),
            func.min(of.at_ms).label("first_ms"),
            func.coalesce(last_ms, func.max(of.at_ms)).label("last_ms"),
            func.coalesce(ended, "running").label("status"),
            _last_agent().label("agent"),
            _many(of.kind == "decided").label("decisions"),
            _many(of.kind == "call_finished").label("calls"),
            _many(of.kind == "handoff_in").label("handoffs"),
            _many(wrong).label("errors"),
            _many(of.kind == "escalated").label("escalations"),
            func.sum(of.input_tokens).label("input_tokens"),
            func.sum(of.output_tokens).label("output_tokens"),
            func.coalesce(func.sum(of.cost), 0.0).label("cost"),
            func.sum(of.unpriced).label("unpriced"),
            literal(False).label("trimmed"),
        )
        .where(*_scope(RECORDS), of.execution.in_(bindparam("some", expanding=True)))
        .group_by(of.tenant, of.conversation, of.execution)
    )


def _conversation() -> SelectBase:
    of = EXECUTIONS.c
    newest = select(of.status).where(*_scope(EXECUTIONS)).order_by(of.first_seq.desc()).limit(1)
    led = select(of.agent).where(*_scope(EXECUTIONS), of.agent != "").order_by(of.first_seq.desc()).limit(1)
    reached = select(func.max(RECORDS.c.seq)).where(*_scope(RECORDS))
    return (
        select(
            of.tenant,
            of.conversation,
            bindparam("of_customer", type_=Text).label("customer"),
            newest.scalar_subquery().label("status"),
            func.coalesce(led.scalar_subquery(), "").label("agent"),
            bindparam("begins", type_=Text).label("opening"),
            reached.scalar_subquery().label("last_seq"),
            func.min(of.first_ms).label("first_ms"),
            func.max(of.last_ms).label("last_ms"),
            func.count().label("turns"),
            *(func.sum(of[name]).label(name) for name in _SUMMED),
        )
        .where(*_scope(EXECUTIONS))
        .group_by(of.tenant, of.conversation)
    )


def _last_agent() -> ColumnElement[str]:
    """Who was in control last, or ''."""
    inner = RECORDS.alias()
    same = [inner.c[name] == RECORDS.c[name] for name in ("tenant", "conversation", "execution")]
    query = select(inner.c.agent).where(*same, inner.c.agent != "").order_by(inner.c.seq.desc()).limit(1)
    return func.coalesce(query.correlate(RECORDS).scalar_subquery(), "")


def _many(what: ColumnElement[bool]) -> ColumnElement[int]:
    counted: Case[int] = case((what, 1), else_=0)
    return func.sum(counted)


def _upsert(dialect: str, table: Table, query: SelectBase) -> Executable:
    names = [str(column.name) for column in query.selected_columns]
    insert = inserting(dialect, table).from_select(names, query)
    key = [str(column.name) for column in table.primary_key]
    changed: dict[str, object] = {name: insert.excluded[name] for name in names if name not in {*key, *STILL}}
    return insert.on_conflict_do_update(index_elements=key, set_=changed)

"""The rows of ``executions`` and ``conversations``: sums over records, made by the database from what it holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Case, ColumnElement, SelectBase, Table, and_, case, func, literal, or_, select
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
    await _upsert(connection, EXECUTIONS, _executions(tenant, conversation, executions))
    opening = await _opening(connection, tenant, conversation)
    await _upsert(connection, CONVERSATIONS, _conversation(tenant, conversation, customer, opening))


def _executions(tenant: str, conversation: str, executions: Sequence[str]) -> SelectBase:
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
        .where(of.tenant == tenant, of.conversation == conversation, of.execution.in_(executions))
        .group_by(of.tenant, of.conversation, of.execution)
    )


def _conversation(tenant: str, conversation: str, customer: str, opening: str) -> SelectBase:
    of = EXECUTIONS.c
    last = select(of.status, of.agent).where(of.tenant == tenant, of.conversation == conversation)
    newest = last.order_by(of.first_seq.desc()).limit(1)
    led = last.where(of.agent != "").order_by(of.first_seq.desc()).limit(1)
    seq = RECORDS.c
    reached = select(func.max(seq.seq)).where(seq.tenant == tenant, seq.conversation == conversation)
    sums = [func.sum(of[name]).label(name) for name in _SUMMED]
    return (
        select(
            of.tenant,
            of.conversation,
            literal(customer).label("customer"),
            newest.with_only_columns(of.status).scalar_subquery().label("status"),
            func.coalesce(led.with_only_columns(of.agent).scalar_subquery(), "").label("agent"),
            literal(opening).label("opening"),
            reached.scalar_subquery().label("last_seq"),
            func.min(of.first_ms).label("first_ms"),
            func.max(of.last_ms).label("last_ms"),
            func.count().label("turns"),
            *sums,
        )
        .where(of.tenant == tenant, of.conversation == conversation)
        .group_by(of.tenant, of.conversation)
    )


def _last_agent() -> ColumnElement[str]:
    """Who was in control last, or ''."""
    inner = RECORDS.alias()
    same = [inner.c[name] == RECORDS.c[name] for name in ("tenant", "conversation", "execution")]
    query = select(inner.c.agent).where(*same, inner.c.agent != "").order_by(inner.c.seq.desc()).limit(1)
    return func.coalesce(query.correlate(RECORDS).scalar_subquery(), "")


async def _opening(connection: AsyncConnection, tenant: str, conversation: str) -> str:
    of = RECORDS.c
    said = select(of.data).where(of.tenant == tenant, of.conversation == conversation, of.kind == "customer_said")
    data = (await connection.execute(said.order_by(of.seq).limit(1))).scalar_one_or_none()
    return opening_of(data) if data is not None else ""


def _many(what: ColumnElement[bool]) -> ColumnElement[int]:
    counted: Case[int] = case((what, 1), else_=0)
    return func.sum(counted)


async def _upsert(connection: AsyncConnection, table: Table, query: SelectBase) -> None:
    names = [str(column.name) for column in query.selected_columns]
    insert = inserting(connection, table).from_select(names, query)
    key = [str(column.name) for column in table.primary_key]
    changed: dict[str, object] = {name: insert.excluded[name] for name in names if name not in {*key, *STILL}}
    await connection.execute(insert.on_conflict_do_update(index_elements=key, set_=changed))

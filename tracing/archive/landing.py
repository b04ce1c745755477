"""Writing into the archive: records land in one transaction with the prompt parts they name and the sums over them.

Everything that a row of ``executions`` or ``conversations`` says is summed up anew from the records, so landing twice
is landing once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, RowMapping, Table, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from handoffs.ports import Stored
from handoffs.runtime import pass_by
from tracing.archive.engine import alone, database_errors, for_writing, inserting
from tracing.archive.facts import Facts, facts_of
from tracing.archive.pricing import PriceTable, cost_of
from tracing.archive.schema import BLOBS, CONVERSATIONS, EXECUTIONS, RECORDS
from tracing.archive.sums import sum_up
from tracing.archive.uncut import uncut

DUE_MOST: Final = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Cargo:
    """What shall land: records in order, after the archive's newest (or, with ``anew``, in place of all from the first
    of them on), and the prompt parts that they name."""

    tenant: str
    conversation: str
    customer: str
    after_seq: int
    records: Sequence[Stored]
    blobs: Mapping[str, bytes]
    anew: bool = False


class Due(NamedTuple):
    """What session memory may let go of: a conversation's ended executions, and all records up to the last of them."""

    tenant: str
    conversation: str
    up_to_seq: int
    executions: Sequence[str]


class Landing:
    """The archive's writes. All *raise* Unavailable, and then nothing has changed.

    ``reach`` is called at each point where a crash would matter.
    """

    def __init__(self, engine: AsyncEngine, *, prices: PriceTable, reach: Callable[[str], None] = pass_by) -> None:
        self._engine, self._writer, self._prices, self._reach = engine, for_writing(engine), prices, reach

    @uncut
    async def newest(self, tenant: str, conversation: str) -> RowMapping | None:
        """The last record that landed, or None."""
        query = select(RECORDS).where(*_of(RECORDS, tenant, conversation)).order_by(RECORDS.c.seq.desc()).limit(1)
        async with database_errors(), self._engine.connect() as connection:
            return (await connection.execute(query)).mappings().one_or_none()

    @uncut
    async def reached(self, tenant: str, conversations: Sequence[str]) -> dict[str, int]:
        """Up to which sequence number each has landed; one that is not in the answer has not begun to."""
        table = CONVERSATIONS
        query = select(table.c.conversation, table.c.last_seq)
        query = query.where(table.c.tenant == tenant, table.c.conversation.in_(conversations))
        async with database_errors(), self._engine.connect() as connection:
            return {row.conversation: row.last_seq for row in await connection.execute(query)}

    @uncut
    async def land(self, cargo: Cargo, still_there: Callable[[], Awaitable[bool]]) -> bool:
        """Write it all; False, and nothing is written, when others were faster or ``still_there`` denies.

        Forgetting sets a tombstone first and then takes the same lock: either we see the tombstone here, or it finds
        what we wrote.
        """
        async with database_errors(), self._writer.begin() as connection:
            await alone(connection, cargo.tenant, cargo.customer)
            self._reach("landing: locked")
            if await _newest_seq(connection, cargo) != cargo.after_seq or not await still_there():
                return False
            if cargo.anew:
                await _make_room(connection, cargo)
            await self._blobs(connection, cargo)
            self._reach("landing: blobs written")
            await self._records(connection, cargo)
            self._reach("landing: records written")
            await sum_up(connection, cargo.tenant, cargo.conversation, cargo.customer, _executions(cargo))
            self._reach("landing: summed up")
        self._reach("landing: landed")
        return True

    @uncut
    async def due(self, tenant: str, before_ms: int, *, after: str = "") -> Sequence[Due]:
        """What ended before that time and session memory still holds, by conversation; ``after`` one asks for more."""
        of = EXECUTIONS.c
        over = and_(of.tenant == tenant, ~of.trimmed, of.last_ms < before_ms, of.status != "running")
        page = select(of.conversation).where(over, of.conversation > after).distinct()
        page = page.order_by(of.conversation).limit(DUE_MOST).subquery()
        query = select(of.conversation, of.execution, of.last_seq).join(page, page.c.conversation == of.conversation)
        rested: dict[str, list[tuple[str, int]]] = {}
        async with database_errors(), self._engine.connect() as connection:
            for name, execution, seq in await connection.execute(query.where(over).order_by(of.conversation)):
                rested.setdefault(name, []).append((execution, seq))
        return [
            Due(tenant, name, max(seq for _, seq in ended), [execution for execution, _ in ended])
            for name, ended in rested.items()
        ]

    @uncut
    async def digests(self, due: Due) -> Sequence[str]:
        """The prompt parts that those records named first."""
        query = select(BLOBS.c.digest).where(*_of(BLOBS, due.tenant, due.conversation), BLOBS.c.seq <= due.up_to_seq)
        async with database_errors(), self._engine.connect() as connection:
            return (await connection.execute(query)).scalars().all()

    @uncut
    async def let_go(self, due: Due) -> None:
        """Note that session memory holds them no more."""
        change = update(EXECUTIONS).where(*_of(EXECUTIONS, due.tenant, due.conversation)).values(trimmed=True)
        async with database_errors(), self._writer.begin() as connection:
            await connection.execute(change.where(EXECUTIONS.c.execution.in_(due.executions)))

    async def _blobs(self, connection: AsyncConnection, cargo: Cargo) -> None:
        named_by = {digest: one.seq for one in reversed(cargo.records) for digest in facts_of(one.data).digests}
        scope = {"tenant": cargo.tenant, "conversation": cargo.conversation}
        rows = [
            {**scope, "digest": digest, "seq": named_by[digest], "data": data} for digest, data in cargo.blobs.items()
        ]
        if rows:
            await connection.execute(inserting(connection.dialect.name, BLOBS).on_conflict_do_nothing(), rows)

    async def _records(self, connection: AsyncConnection, cargo: Cargo) -> None:
        rows = [self._row(cargo, one, facts_of(one.data)) for one in cargo.records]
        await connection.execute(inserting(connection.dialect.name, RECORDS), rows)

    def _row(self, cargo: Cargo, one: Stored, facts: Facts) -> dict[str, object]:
        cost = cost_of(facts, one.at_ms, self._prices)
        return {
            "tenant": cargo.tenant,
            "conversation": cargo.conversation,
            "seq": one.seq,
            "execution": one.execution,
            "number": one.number,
            "fence": one.fence,
            "log": one.log,
            "at_ms": one.at_ms,
            "data": one.data,
            "agent": _text(facts.agent),
            "kind": _text(facts.kind),
            "model": _text(facts.model),
            "outcome": _text(facts.outcome or facts.status),
            "dur_ms": facts.dur_ms,
            "input_tokens": facts.input_tokens,
            "output_tokens": facts.output_tokens,
            "cached_tokens": facts.cached_tokens,
            "cost": cost.amount,
            "unpriced": cost.unpriced,
        }


async def _newest_seq(connection: AsyncConnection, cargo: Cargo) -> int:
    table = CONVERSATIONS
    query = select(table.c.last_seq).where(*_of(table, cargo.tenant, cargo.conversation))
    return (await connection.execute(query)).scalar_one_or_none() or 0


async def _make_room(connection: AsyncConnection, cargo: Cargo) -> None:
    """Session memory lost its newest records (a power cut) and gave their numbers anew: what it holds now is true."""
    first = cargo.records[0].seq
    for table, column in ((RECORDS, "seq"), (BLOBS, "seq"), (EXECUTIONS, "last_seq")):
        where = (*_of(table, cargo.tenant, cargo.conversation), table.c[column] >= first)
        await connection.execute(delete(table).where(*where))


def _executions(cargo: Cargo) -> Sequence[str]:
    return sorted({one.execution for one in cargo.records})


def _of(table: Table, tenant: str, conversation: str) -> tuple[ColumnElement[bool], ...]:
    return table.c.tenant == tenant, table.c.conversation == conversation


def _text(value: str) -> str:
    """A database's text holds no NUL."""
    return value.replace("\0", "")

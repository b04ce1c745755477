"""The shop: one object over one database. Reads are transactions; an effect is a transaction with its key inside."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Table, Update, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from agents.shop.demo import world
from agents.shop.engine import commit_errors, connect, database_errors, for_upkeep, for_writing
from agents.shop.results.base import Result
from agents.shop.schema import EffectRow, Row, TenantRow
from handoffs.errors import NeedsPerson
from handoffs.tool import ApprovalNeed, Scope, ToolError

log = logging.getLogger(__name__)
T = TypeVar("T")
R = TypeVar("R", bound=Result)


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One try at an effect: for whom, its idempotency key, the conversation it comes from, and when (aware UTC)."""

    scope: Scope
    key: str
    conversation: str
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()


class Refused(Exception):
    """A rule of the shop forbids it; raised inside a transaction to undo it, answered as its ToolError."""

    def __init__(self, code: str, message: str, suggested_action: str) -> None:
        super().__init__(message)
        self.error = ToolError(code=code, message=message, suggested_action=suggested_action)


class Shop:
    """The shop's database. ``read`` and ``once`` are the only ways in; the topics' functions are built on them."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writer = for_writing(engine)
        self._reads = async_sessionmaker(engine, expire_on_commit=False)
        self._writes = async_sessionmaker(self._writer, expire_on_commit=False)

    @classmethod
    async def open(cls, url: str) -> Shop:
        """Connect and create the tables that are missing.

        *Raises*: UsageError for a URL of another kind, Unavailable when the database does not answer.
        """
        shop = cls(connect(url))
        async with database_errors(), shop._writer.begin() as connection:
            await connection.run_sync(Row.metadata.create_all)
        return shop

    async def close(self) -> None:
        """Give all connections back."""
        await self._engine.dispose()

    async def reset_on(self) -> date | None:
        """The day of the last reset; None when the shop was never filled."""
        async with database_errors(), self._reads() as session:
            return await session.scalar(select(TenantRow.reset_on).limit(1))

    async def reset(self, today: date) -> None:
        """Throw everything away and fill the shop with the demo data of that day, in one transaction."""
        async with database_errors(), self._writer.begin() as connection:
            await connection.run_sync(Row.metadata.drop_all)
            await connection.run_sync(Row.metadata.create_all)
            for table, rows in _by_table(world(today)).items():
                await connection.execute(table.insert(), rows)

    async def read(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T | ToolError:
        """Do ``work`` in one transaction; a refusal is answered as its ToolError."""
        try:
            async with database_errors(), self._reads() as session:
                return await work(session)
        except Refused as refused:
            return refused.error

    async def need(self, work: Callable[[AsyncSession], Awaitable[ApprovalNeed | None]]) -> ApprovalNeed | None:
        """Why a person is needed; None also for what the shop would refuse anyway, so that nobody approves in vain."""
        answer = await self.read(work)
        return None if isinstance(answer, ToolError) else answer

    async def write(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Do ``work`` in one writing transaction without a key: upkeep, never an agent. *Raises*: Unavailable."""
        async with database_errors(), self._writes.begin() as session:
            return await work(session)

    async def maintain(self, statements: Mapping[str, Sequence[str]]) -> None:
        """Carry out the statements of this database's dialect, each outside any transaction. *Raises*: Unavailable."""
        async with database_errors(), for_upkeep(self._engine).connect() as connection:
            for statement in statements.get(self._engine.dialect.name, ()):
                await connection.exec_driver_sql(statement)

    async def once(
        self,
        attempt: Attempt,
        tool: str,
        arguments: Mapping[str, object],
        answer: type[R],
        work: Callable[[AsyncSession], Awaitable[R]],
    ) -> R | ToolError:
        """Do ``work`` unless its key is recorded; record key, arguments and answer in the same transaction.

        A recorded key answers what it answered then. A refusal is undone and not recorded.
        *Raises*: Unavailable when nothing happened; NeedsPerson when whether it happened is in doubt: the key stands
        for something else, or the database went away while committing (the same key asks again).
        """
        row = _effect(attempt, tool, arguments)
        try:
            async with self._writes() as session:
                async with database_errors():
                    if not await self._claim(session, row):
                        return await _recorded(session, row, answer)
                    result = await work(session)
                    await session.flush()
                    await session.execute(_of_key(row).values(result=result.model_dump_json()))
                async with commit_errors():
                    await session.commit()
                return result
        except Refused as refused:
            return refused.error
        except IntegrityError as error:
            return _impossible(error)

    async def _claim(self, session: AsyncSession, row: EffectRow) -> bool:
        """Insert the key. A rival with the same key is waited for; then it is recorded and this is False."""
        insert = sqlite.insert if self._engine.dialect.name == "sqlite" else postgresql.insert
        claimed = await session.execute(
            insert(EffectRow).values(row.values()).on_conflict_do_nothing().returning(EffectRow.key)
        )
        return claimed.scalar_one_or_none() is not None


def _impossible(error: IntegrityError) -> ToolError:
    """The last barrier: a constraint of the tables themselves, such as never refunding more than was paid."""
    log.error("the shop's tables refused an effect: %s", error.orig)
    return ToolError(
        code="impossible",
        message="The shop's books do not allow this; nothing was changed.",
        suggested_action="Do not try again; offer a person with ask_for_person.",
    )


def _by_table(rows: Iterable[Row]) -> dict[Table, list[dict[str, object]]]:
    """Rows as plain values, the tables that others refer to first."""
    tables: dict[Table, list[dict[str, object]]] = {table: [] for table in Row.metadata.sorted_tables}
    for row in rows:
        tables[row.metadata.tables[row.__tablename__]].append(row.values())
    return {table: values for table, values in tables.items() if values}


def _effect(attempt: Attempt, tool: str, arguments: Mapping[str, object]) -> EffectRow:
    text = json.dumps(arguments, sort_keys=True)
    digest = hashlib.blake2b(f"{attempt.scope.customer}\n{tool}\n{text}".encode(), digest_size=16).hexdigest()
    return EffectRow(
        tenant=attempt.scope.tenant,
        key=attempt.key,
        customer=attempt.scope.customer,
        conversation=attempt.conversation,
        tool=tool,
        arguments=text,
        argument_hash=digest,
        result="",
        created_at=attempt.now,
    )


def _of_key(row: EffectRow) -> Update:
    return update(EffectRow).where(EffectRow.tenant == row.tenant, EffectRow.key == row.key)


async def _recorded(session: AsyncSession, row: EffectRow, answer: type[R]) -> R:
    recorded = await session.get_one(EffectRow, (row.tenant, row.key))
    if recorded.argument_hash != row.argument_hash:
        raise NeedsPerson(
            f"key {row.key!r} was used for {recorded.tool!r} with other arguments: whether {row.tool!r} happened is in "
            "doubt; compare the shop's effect_keys with the trace"
        )
    return answer.model_validate_json(recorded.result)

"""The archive: what session memory let go of, read in the same shape, and forgotten with the customer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Delete, Executable, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from handoffs.errors import Unavailable
from tracing.archive.engine import alone, connect, database_errors, for_upkeep, for_writing
from tracing.archive.listing import Page, Wanted, page_of, query_of
from tracing.archive.migrating import migrate
from tracing.archive.schema import BLOBS, CONVERSATIONS, FORGOTTEN, RECORDS
from tracing.archive.uncut import uncut

ASKED_MOST: Final = 500  # names in one question


class Archived(NamedTuple):
    """One record, as session memory holds it too. *Units*: ``at_ms`` ms since 1970."""

    seq: int
    at_ms: int
    execution: str
    number: int
    fence: int
    log: str
    data: bytes


_RECORD: Final = [RECORDS.c[name] for name in Archived._fields]


class Archive:
    """Opened when first used. All *raise* Unavailable; UsageError where a newer Baton wrote the database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._opening, self._open = asyncio.Lock(), False

    @classmethod
    def at(cls, url: str) -> Archive:
        """The archive of that URL; nothing is opened yet. *Raises*: UsageError for a URL of another kind."""
        return cls(connect(url))

    async def open(self) -> None:
        """Bring the tables to this program's schema, once."""
        async with self._opening:
            if not self._open:
                await migrate(self.engine)
                self._open = True

    async def close(self) -> None:
        """Give all connections back."""
        await self.engine.dispose()

    async def read(
        self, tenant: str, conversation: str, *, after_seq: int = 0, limit: int | None = None
    ) -> list[Archived]:
        """The records of all logs, by sequence number."""
        of = RECORDS.c
        query = select(*_RECORD).where(of.tenant == tenant, of.conversation == conversation, of.seq > after_seq)
        return await self._records(query.order_by(of.seq).limit(limit))

    async def execution(self, tenant: str, conversation: str, execution: str) -> list[Archived]:
        """The records of one execution, in order, without the store's own drop records."""
        of = RECORDS.c
        query = select(*_RECORD).where(of.tenant == tenant, of.conversation == conversation, of.execution == execution)
        return await self._records(query.where(of.number > 0).order_by(of.number))

    @uncut
    async def blobs(self, tenant: str, conversation: str, digests: Sequence[str]) -> dict[str, bytes]:
        """The prompt parts of those digests; what is not stored is not in the answer."""
        await self.open()
        of, found = BLOBS.c, dict[str, bytes]()
        query = select(of.digest, of.data).where(of.tenant == tenant, of.conversation == conversation)
        async with database_errors(), self.engine.connect() as connection:
            for some in _pages(digests):
                found |= {row.digest: row.data for row in await connection.execute(query.where(of.digest.in_(some)))}
        return found

    @uncut
    async def conversations(self, wanted: Wanted) -> Page:
        """One page of a tenant's conversations."""
        await self.open()
        async with database_errors(), self.engine.connect() as connection:
            return page_of(wanted, (await connection.execute(query_of(wanted))).mappings().all())

    @uncut
    async def forget(self, tenant: str, customer: str) -> int:
        """Delete all that is archived of a customer; answers how many conversations. Set the tombstones first, so that
        nothing lands anew; ``compact`` afterwards, so that the files hold nothing either."""
        await self.open()
        of = CONVERSATIONS.c
        names = select(of.conversation).where(of.tenant == tenant, of.customer == customer)
        async with database_errors(), for_writing(self.engine).begin() as connection:
            await alone(connection, tenant, customer)
            found = (await connection.execute(names)).scalars().all()
            for some in _pages(found):
                for table in FORGOTTEN:
                    await connection.execute(_rows(table, tenant, some))
        return len(found)

    @uncut
    async def compact(self) -> None:
        """Leave nothing of what was deleted in the files. SQLite overwrites what it deletes; its journal is emptied."""
        await self.open()
        async with database_errors(), for_upkeep(self.engine).connect() as connection:
            if connection.dialect.name == "sqlite":
                if (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).scalar_one():
                    raise Unavailable("the archive's journal is in use and could not be emptied: try again later")
                return
            for table in FORGOTTEN:
                await connection.exec_driver_sql(f"VACUUM FULL {table.name}")

    @uncut
    async def _records(self, query: Executable) -> list[Archived]:
        await self.open()
        async with database_errors(), self.engine.connect() as connection:
            return [Archived(*row) for row in await connection.execute(query)]


def _rows(table: Table, tenant: str, conversations: Sequence[str]) -> Delete:
    return delete(table).where(table.c.tenant == tenant, table.c.conversation.in_(conversations))


def _pages(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """A database takes only so many parameters at once."""
    return (names[start : start + ASKED_MOST] for start in range(0, len(names), ASKED_MOST))

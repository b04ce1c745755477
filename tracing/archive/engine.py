"""Connections of the archive: SQLite by file or Postgres by URL, and the one place where their errors become ours."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final, TypeAlias

from sqlalchemy import Connection, Table, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from handoffs.errors import Unavailable, UsageError

DRIVERS: Final = ("sqlite+aiosqlite", "postgresql+asyncpg")
BUSY_MS: Final = 8_000
_WRITING: Final = "archive_writing"
_UPKEEP: Final = "archive_upkeep"
Insert: TypeAlias = sqlite.Insert | postgresql.Insert


def connect(url: str) -> AsyncEngine:
    """An engine for the URL; nothing is opened yet.

    *Raises*: UsageError when the URL is no URL or names another driver.
    """
    try:
        drivername = make_url(url).drivername
    except ArgumentError as error:
        raise UsageError("the archive's database URL cannot be read: set one like sqlite:///archive.db") from error
    if drivername not in DRIVERS:
        raise UsageError(f"the archive cannot use {drivername!r}: set a URL that begins with one of {DRIVERS!r}")
    engine = create_async_engine(url, pool_pre_ping=drivername != DRIVERS[0])
    if drivername == DRIVERS[0]:
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def for_writing(engine: AsyncEngine) -> AsyncEngine:
    """The same pool, whose transactions take SQLite's write lock at once instead of failing half-way."""
    return engine.execution_options(**{_WRITING: True})


def for_upkeep(engine: AsyncEngine) -> AsyncEngine:
    """The same pool, for statements that stand outside any transaction. (The library's AUTOCOMMIT would leave a SQLite
    connection in another mode than it found it.)"""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_UPKEEP: True})
    return engine.execution_options(isolation_level="AUTOCOMMIT")


async def alone(connection: AsyncConnection, *names: str) -> None:
    """Let no other transaction that asks for the same name run beside this one; SQLite lets none at all."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("\x1f".join(names), 0))))


def inserting(dialect: str, table: Table) -> Insert:
    """An insert that may be told what to do about rows that are there."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@asynccontextmanager
async def database_errors() -> AsyncGenerator[None]:
    """Every error of the database leaves as Unavailable: what the archive was asked to write is not in it."""
    try:
        yield
    except (SQLAlchemyError, PoolTimeout, OSError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        said = str(cause).split("\n", 1)[0][:200]
        raise Unavailable(f"the archive's database did not answer ({said}): try again later") from error


def _prepare_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", f"busy_timeout={BUSY_MS}", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(_UPKEEP, False):
        return
    writing = options.get(_WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

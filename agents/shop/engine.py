"""Connections: SQLite by file or Postgres by URL, and the one place where their errors become ours."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry

from handoffs.errors import NeedsPerson, Unavailable, UsageError

DRIVERS: Final = ("sqlite+aiosqlite", "postgresql+asyncpg")
BUSY_MS: Final = 8_000
_WRITING: Final = "shop_writing"
_UPKEEP: Final = "shop_upkeep"


def connect(url: str) -> AsyncEngine:
    """An engine for the URL; nothing is opened yet.

    *Raises*: UsageError when the URL is no URL or names another driver.
    """
    try:
        drivername = make_url(url).drivername
    except ArgumentError as error:
        raise UsageError("the shop's database URL cannot be read: set one like sqlite+aiosqlite:///shop.db") from error
    if drivername not in DRIVERS:
        raise UsageError(f"the shop cannot use {drivername!r}: set a URL that begins with one of {DRIVERS!r}")
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


def _prepare_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(_UPKEEP, False):
        return
    writing = options.get(_WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@asynccontextmanager
async def database_errors() -> AsyncGenerator[None]:
    """Errors that mean "not now" leave as Unavailable; the transaction was rolled back, so a retry is safe."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout, StaleDataError, OSError) as error:
        raise Unavailable(f"the shop's database did not answer ({_cause(error)}): try again later") from error
    except DBAPIError as error:
        if not (error.connection_invalidated or _lost_a_race(error)):
            raise
        raise Unavailable(f"the shop's database gave up ({_cause(error)}): try again later") from error


@asynccontextmanager
async def commit_errors() -> AsyncGenerator[None]:
    """An error while committing leaves open whether the transaction holds, so it leaves as NeedsPerson."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise NeedsPerson(
            f"the shop's database went away while committing ({_cause(error)}): ask again with the same key"
        ) from error


def _lost_a_race(error: DBAPIError) -> bool:
    """Postgres: serialization failure and deadlock, SQLSTATE class 40."""
    return str(getattr(error.orig, "sqlstate", "") or "").startswith("40")


def _cause(error: SQLAlchemyError | OSError) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(cause).split("\n", 1)[0][:200]

"""Bringing a database to the schema of this program, whatever earlier program left it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from handoffs.errors import UsageError
from tracing.archive.engine import alone, database_errors, for_writing
from tracing.archive.uncut import uncut

MIGRATIONS: Final = Path(__file__).parent / "migrations"
VERSION_TABLE: Final = "records_version"  # the database may be the shop's too


@uncut
async def migrate(engine: AsyncEngine) -> None:
    """Run what has not run yet, all or nothing; whoever else starts meanwhile waits. If there is nothing to run, nobody
    is waited for: not for one that was stopped in the midst of writing either.

    *Raises*: Unavailable; UsageError when a newer Baton wrote the database.
    """
    config = _config()
    async with database_errors(), engine.connect() as connection:
        if await connection.run_sync(_is_current, config):
            return
    async with database_errors(), for_writing(engine).begin() as connection:
        await alone(connection, VERSION_TABLE)
        await connection.run_sync(_upgrade, config)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["version_table"] = VERSION_TABLE
    return config


def _is_current(connection: Connection, config: Config) -> bool:
    there = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_heads()
    return set(there) == set(ScriptDirectory.from_config(config).get_heads())


def _upgrade(connection: Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise UsageError(f"the records were written by a newer Baton ({error}): upgrade this one") from error

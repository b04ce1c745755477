"""A database of any earlier program is brought to this one's schema, and loses nothing by it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, text
from sqlalchemy.ext.asyncio import AsyncEngine

from handoffs.errors import UsageError
from tracing.archive.audit import Audit
from tracing.archive.engine import connect, for_writing
from tracing.archive.migrating import VERSION_TABLE, migrate
from tracing.archive.schema import AUDIT, METADATA
from tracing.archive.store import Archive

DEED = {"at_ms": 7, "tenant": "v", "who": "o", "role": "r", "what": "deed", "subject": "", "detail": ""}
OURS = (*METADATA.tables, VERSION_TABLE)


@pytest.fixture
async def empty(url: str) -> AsyncIterator[AsyncEngine]:
    """A database without tables of ours."""
    engine = connect(url)
    await clear(engine)
    yield engine
    await clear(engine)
    await engine.dispose()


async def clear(engine: AsyncEngine) -> None:
    async with for_writing(engine).begin() as connection:
        for table in OURS:
            await connection.execute(text(f"DROP TABLE IF EXISTS {table}"))


async def test_an_audit_from_before_there_were_migrations_is_taken_over_with_its_entries(empty, url):
    async with for_writing(empty).begin() as connection:
        await connection.run_sync(lambda sync: METADATA.create_all(sync, tables=[AUDIT]))
        await connection.execute(text("CREATE INDEX audit_of_tenant ON audit (tenant, id)"))
        await connection.execute(insert(AUDIT), DEED)
    audit = await Audit.open(url, b"key")
    await audit.note(at=datetime(2026, 11, 23, tzinfo=UTC), tenant="v", who="o", role="r", what="a later deed")
    assert [entry.what for entry in await audit.read("v")] == ["a later deed", "deed"]
    await audit.close()


async def test_the_migrations_make_what_the_program_works_with(empty):
    await migrate(empty)

    def differences(connection: Connection) -> list[object]:
        ours = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        found = compare_metadata(ours, METADATA)
        beside = ("remove_index", "remove_table")  # indexes are the migrations' own; a database may be shared
        return [difference for difference in found if not isinstance(difference, tuple) or difference[0] not in beside]

    async with empty.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_whoever_starts_at_the_same_time_waits(empty, url):
    others = [Archive.at(url) for _ in range(4)]
    await asyncio.gather(*(other.open() for other in others))
    assert await asyncio.gather(*(other.read("volta", "c1") for other in others)) == [[]] * 4
    for other in others:
        await other.close()


async def test_starting_again_waits_for_nobody_who_writes(empty, url):
    await migrate(empty)
    other = connect(url)
    async with for_writing(empty).begin() as connection:
        await connection.execute(insert(AUDIT), DEED)
        async with asyncio.timeout(5):
            await migrate(other)
    await other.dispose()


async def test_records_of_a_newer_program_are_left_alone(empty):
    await migrate(empty)
    async with for_writing(empty).begin() as connection:
        await connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(UsageError, match="newer Baton"):
        await migrate(empty)

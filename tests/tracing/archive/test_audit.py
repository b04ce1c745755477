"""Who looked at what, and who changed what."""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from handoffs.errors import Unavailable, UsageError
from tracing.archive.audit import Audit

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'audit.sqlite'}"
    return os.environ.get("BATON_TEST_POSTGRES_URL") or pytest.skip("set BATON_TEST_POSTGRES_URL to run this there")


@pytest.fixture
def volta() -> str:
    """A tenant of this test alone, for a database may serve many tests."""
    return f"volta-{uuid4()}"


@pytest.fixture
async def audit(url: str) -> AsyncIterator[Audit]:
    opened = await Audit.open(url, b"key")
    yield opened
    await opened.close()


async def note(audit, tenant, what, **more):
    await audit.note(at=NOON, tenant=tenant, who="olga@volta.example", role="operator", what=what, **more)


async def test_the_newest_come_first_and_older_ones_are_asked_for(audit, volta):
    for number in range(5):
        await note(audit, volta, f"deed {number}", detail="3 added")
    first = await audit.read(volta, limit=2)
    assert [entry.what for entry in first] == ["deed 4", "deed 3"]
    assert (first[0].who, first[0].role, first[0].detail) == ("olga@volta.example", "operator", "3 added")
    assert first[0].at == NOON
    older = await audit.read(volta, limit=2, before=first[-1].id)
    assert [entry.what for entry in older] == ["deed 2", "deed 1"]


async def test_another_tenants_entries_are_not_seen(audit, volta):
    await note(audit, f"lumen-{volta}", "a deed of lumen")
    assert await audit.read(volta) == []


async def test_a_customer_stands_under_a_digest_that_only_the_key_makes(audit, url, tmp_path, volta):
    await note(audit, volta, "memory.ask", customer="anna-of-the-garden")
    entry = (await audit.read(volta))[0]
    assert entry.subject == audit.pseudonym(volta, "anna-of-the-garden")
    assert entry.subject != audit.pseudonym("lumen", "anna-of-the-garden")
    other = await Audit.open(url, b"another key")
    assert other.pseudonym(volta, "anna-of-the-garden") != entry.subject
    await other.close()
    assert all(b"anna-of-the-garden" not in path.read_bytes() for path in tmp_path.iterdir())


async def test_entries_outlive_the_process(audit, url, volta):
    await note(audit, volta, "a deed")
    await audit.close()
    again = await Audit.open(url, b"key")
    assert [entry.what for entry in await again.read(volta)] == ["a deed"]
    await again.close()


async def test_times_keep_their_milliseconds(audit, volta):
    late = NOON + timedelta(milliseconds=7)
    await audit.note(at=late, tenant=volta, who="olga", role="operator", what="a deed")
    assert (await audit.read(volta))[0].at == late


@pytest.mark.parametrize("address", ["mysql://localhost/x", "not a url"])
async def test_another_database_is_refused_with_advice(address):
    with pytest.raises(UsageError, match="URL"):
        await Audit.open(address, b"key")


async def test_a_database_that_is_not_there_is_said_so(tmp_path, until):
    with pytest.raises(Unavailable, match="try again"):
        await Audit.open(f"sqlite+aiosqlite:///{tmp_path / 'no' / 'such' / 'folder.sqlite'}", b"key")
    await until(lambda: not any("_connection_worker" in thread.name for thread in threading.enumerate()))

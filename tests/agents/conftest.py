"""A filled shop on disk for every test: reset once, then copied."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

import pytest

from agents.shop.people import CUSTOMERS
from agents.shop.store import Attempt, Shop
from handoffs.tool import Scope

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the demo world of TODAY."""
    path = tmp_path_factory.mktemp("shop") / "shop.db"

    async def fill() -> None:
        shop = await Shop.open(f"sqlite+aiosqlite:///{path}")
        await shop.reset(TODAY)
        await shop.close()

    asyncio.run(fill())
    return path


@pytest.fixture
def url(filled: Path, tmp_path: Path) -> str:
    """A database of this test alone."""
    shutil.copy(filled, tmp_path / "shop.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}"


@pytest.fixture
async def shop(url: str) -> AsyncIterator[Shop]:
    shop = await Shop.open(url)
    yield shop
    await shop.close()


@pytest.fixture(params=["sqlite", "postgres"])
async def two_shops(request: pytest.FixtureRequest, url: str) -> AsyncIterator[tuple[Shop, Shop]]:
    """Two processes' views of one filled database: engines that share nothing."""
    if request.param == "postgres":
        url = os.environ.get("BATON_TEST_POSTGRES_URL", "")
        if not url:
            pytest.skip("set BATON_TEST_POSTGRES_URL to run this against Postgres")
    one, other = await Shop.open(url), await Shop.open(url)
    if request.param == "postgres":
        await one.reset(TODAY)
    yield one, other
    await one.close()
    await other.close()


@pytest.fixture
def today() -> date:
    return TODAY


@pytest.fixture
def scope() -> Callable[[str], Scope]:
    """The scope of a demo customer by id."""
    tenants = {person.customer: person.tenant for person in CUSTOMERS}
    return lambda customer: Scope(tenant=tenants[customer], customer=customer)


@pytest.fixture
def by(scope: Callable[[str], Scope]) -> Callable[..., Attempt]:
    """An attempt by a demo customer; with a new key where none is given."""
    keys = count(1)

    def attempt(customer: str, key: str | None = None) -> Attempt:
        now = datetime.combine(TODAY, datetime.min.time(), UTC)
        return Attempt(scope=scope(customer), key=key or f"key-{next(keys)}", conversation="c-1", now=now)

    return attempt

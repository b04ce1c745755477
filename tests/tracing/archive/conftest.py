"""An archive in a database of each kind, and conversations that really went through Redis."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from handoffs.events import AnyEvent, encode
from memory.session.redis_client import connect
from memory.session.redis_journal import RedisJournal
from memory.session.redis_log import RedisSessionLog
from memory.session.redis_trimming import RedisTrimming
from memory.session.types import StoredRecord
from tracing.archive.landing import Landing
from tracing.archive.move import Mover
from tracing.archive.ports import LiveLog
from tracing.archive.pricing import FlatPrice, PriceTable
from tracing.archive.store import Archive
from tracing.archive.whole import Whole

BLOBS = {"d1": b'{"role":"system"}', "d2": b'{"role":"user"}'}


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind; Postgres where one is named."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'records.sqlite'}"
    return os.environ.get("BATON_TEST_POSTGRES_URL") or pytest.skip("set BATON_TEST_POSTGRES_URL to run this there")


@pytest.fixture
def volta() -> str:
    """A tenant of this test alone, for a database may serve many tests."""
    return f"volta-{uuid4()}"


@pytest.fixture
async def archive(url: str) -> AsyncIterator[Archive]:
    opened = Archive.at(url)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def redis(redis_url: str, redis_client: Redis) -> AsyncIterator[Redis]:
    """The product's own client on an empty database."""
    redis = connect(redis_url)
    yield redis
    await redis.aclose()


@dataclass(frozen=True, kw_only=True)
class Talk:
    """Session memory in Redis, in which turns are told, each one commit; and the archive behind it."""

    redis: Redis
    archive: Archive
    tenant: str
    turns: Sequence[Sequence[AnyEvent]]

    @property
    def log(self) -> RedisSessionLog:
        return RedisSessionLog(self.redis)

    @property
    def whole(self) -> Whole:
        return Whole(self.log, self.archive)

    def mover(
        self,
        *,
        log: LiveLog | None = None,
        archive: Archive | None = None,
        prices: PriceTable | None = None,
    ) -> Mover:
        """A mover as the wiring makes it; every decision costs a cent."""
        landing = Landing((archive or self.archive).engine, prices=prices or FlatPrice(0.01))
        return Mover(log or self.log, landing, RedisTrimming(self.redis), tenants=[self.tenant])

    async def tell(
        self, conversation: str, *turns: int, customer: str = "anna", ends: bool = True
    ) -> list[StoredRecord]:
        """Tell those turns of the small conversation; answers all records that Redis holds by then."""
        for turn in turns:
            said = [(event.log, encode(event), None) for event in self.turns[turn]]
            execution = await self.begin(conversation, customer)
            await self.write(conversation, execution, said, ends=ends)
        return await self.log.read(self.tenant, conversation)

    async def begin(self, conversation: str, customer: str = "anna") -> str:
        """A message comes in and a worker takes it up; answers the execution."""
        submitted = await self._journal.submit(
            self.tenant, conversation, customer=customer, item_id=str(uuid4()), item=b"hello"
        )
        claimed = await self._journal.claim(self.tenant, conversation, submitted.execution, lease_s=15, window_after=0)
        assert claimed is not None
        return submitted.execution

    async def write(
        self, conversation: str, execution: str, said: Sequence[tuple[str, bytes, None]], *, ends: bool, number: int = 1
    ) -> None:
        """Commit records to an execution."""
        committed = await self._journal.commit(
            self.tenant, conversation, execution, fence=1, epoch=None, number=number, commit_id=str(uuid4()),
            records=said, session={}, hashes={}, blobs=BLOBS, index=[], take=1, quiet=False,
            status="completed" if ends else None,
        )  # fmt: skip
        assert committed.status == "ok"

    @property
    def _journal(self) -> RedisJournal:
        return RedisJournal(self.redis)


@pytest.fixture
def talk(redis, archive, volta, records) -> Talk:
    turns = [[record.event for record in turn] for _, turn in groupby(records, key=lambda record: record.execution)]
    return Talk(redis=redis, archive=archive, tenant=volta, turns=turns)

"""Worlds that outlive the processes working in them: a shop's file, a Redis, and lives that end as they are told."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import redis
from redis.asyncio import Redis

from agents.shop.store import Shop
from baton.embedded_redis import borrowed_redis
from handoffs.events import AnyEvent
from memory.session import keys
from memory.session.redis_client import connect
from memory.session.redis_log import RedisSessionLog
from tracing.join import Trace, join
from tracing.record import Dropped, TraceRecord

ROOT = Path(__file__).parents[2]
TIMES = ("created_at", "written_at")

TOUR = tuple(
    ("say", "c1", text)
    for text in (
        "I was charged twice for my last order",
        "yes",
        "my parcel has not arrived",
        "mail me a new password, please",
        "which of your headphones has the longest battery life?",
        "so when do I get my money back?",
    )
)
Rows = set[tuple[object, ...]]


def rows_of(file: Path) -> Rows:
    """What an auditor sees: every row of the shop with its table's name, but for the times at which it was written."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        rows: Rows = set()
        for (table,) in database.execute("select name from sqlite_master where type = 'table'").fetchall():
            columns = [row[1] for row in database.execute(f"pragma table_info({table})") if row[1] not in TIMES]
            rows |= {(table, *row) for row in database.execute(f"select {', '.join(columns)} from {table}")}
        return rows


class Lives:
    """A process that forks lives; several may be had, each lives one life at a time."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
        command = [sys.executable, str(Path(__file__).with_name("life.py"))]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen(command, text=True, env=environment, start_new_session=True, **pipes)
        assert self._process.stdin and self._process.stdout
        self._orders, self._answers = self._process.stdin, self._process.stdout
        self._living = False

    def begin(self, order: dict[str, object]) -> None:
        self._living = True
        self._orders.write(json.dumps(order) + "\n")
        self._orders.flush()

    def told(self) -> tuple[str, int]:
        """How the life went (or that it stopped), and its process."""
        said = json.loads(self._answers.readline())
        self._living = said["how"] == "stopped"
        return said["how"], said["pid"]

    def rest(self) -> None:
        """After a test that failed, no life of it goes on."""
        if self._living:
            self.close()
            self._start()

    def close(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._orders.close()
        self._answers.close()


class Outcome(NamedTuple):
    """What a conversation came to: every event with what was said or how a call went, and which rows the shop lost
    and gained by it."""

    story: list[tuple[str, str, str]]
    shop: tuple[Rows, Rows]


def told_by(event: AnyEvent) -> str:
    """The text of what was said, the outcome and content of a call."""
    return getattr(event, "text", "") or f"{getattr(event, 'outcome', '')} {getattr(event, 'content', '')}".strip()


@dataclass(kw_only=True)
class World:
    """One customer's shop and session memory, and what a life in it is ordered to do."""

    folder: Path
    filled_shop: Path
    redis: str | None
    lives: list[Lives]
    customer: str = "anna"
    steps: tuple[tuple[str, str, str], ...] = TOUR
    keyless: str = ""

    def begin(self, *, crash_at: str = "", trap: dict[str, object] | None = None, by: int = 0) -> None:
        """Order a life; ``told`` is its answer."""
        order = {
            "folder": str(self.folder), "redis": self.redis, "tenant": "volta", "customer": self.customer,
            "steps": self.steps, "crash_at": crash_at, "keyless": self.keyless,
            "trap": {"tool": "", "when": "", "question": 0, **trap} if trap else None,
        }  # fmt: skip
        self.lives[by].begin(order)

    async def told(self, by: int = 0) -> tuple[str, int]:
        return await asyncio.to_thread(self.lives[by].told)

    async def live(self, *, crash_at: str = "", trap: dict[str, object] | None = None, by: int = 0) -> str:
        """One life, to its end: done, killed, or failed."""
        self.begin(crash_at=crash_at, trap=trap, by=by)
        return (await self.told(by))[0]

    async def time_passes(self) -> None:
        """Every lease runs out."""
        async with self._client() as client:
            async for key in client.scan_iter(match="baton:{*}:exec:*"):
                await client.hset(key, "lease_until", 0)
            for member in await client.zrange(keys.LEASES, 0, -1):
                await client.zadd(keys.LEASES, {member: 0}, xx=True)

    async def redis_pid(self) -> int:
        """The process of this world's Redis."""
        async with self._client() as client:
            return int((await client.info("server"))["process_id"])

    async def trace(self, conversation: str = "c1") -> Trace:
        """The conversation's joined trace."""
        async with self._log() as log:
            records = await log.read("volta", conversation)
        return join(TraceRecord.of("volta", conversation, record) for record in records)

    async def outcome(self) -> Outcome:
        """What it came to; the trace is whole."""
        trace = await self.trace()
        assert not trace.faults
        happened = [record for record in trace.records if not isinstance(record.event, Dropped)]
        story = [(record.execution, record.event.kind, told_by(record.event)) for record in happened]
        before, now = rows_of(self.filled_shop), rows_of(self.folder / "shop.sqlite")
        return Outcome(story, (before - now, now - before))

    async def book(self, name: str) -> dict[str, str]:
        """What waits for a person: approvals, doubts, escalations."""
        async with self._log() as log:
            return await log.hash("volta", "c1", name)

    def _client(self) -> Redis:
        return Redis.from_url(self.redis or f"unix://{(self.folder / 'redis' / 'address').read_text()}")

    @asynccontextmanager
    async def _log(self) -> AsyncIterator[RedisSessionLog]:
        async with AsyncExitStack() as stack:
            url = self.redis or await stack.enter_async_context(borrowed_redis(self.folder))
            yield RedisSessionLog(await stack.enter_async_context(connect(url)))


@dataclass(frozen=True, kw_only=True)
class Worlds:
    """Makes worlds, each with its own copy of the shop and its own database of one Redis (or a Redis of its own)."""

    redis_url: str
    lives: list[Lives]
    filled_shop: Path
    calm_outcomes: dict[tuple[object, ...], Outcome]
    folder: Path
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def __call__(self, *, embedded: bool = False, **wanted: object) -> World:
        folder = self.folder / f"world-{(number := next(self.numbers))}"
        folder.mkdir()
        shutil.copy(self.filled_shop, folder / "shop.sqlite")
        url = None if embedded else f"{self.redis_url}?db={number % 16}"
        if url is not None:
            with redis.Redis.from_url(url) as client:
                client.flushdb()  # the world of sixteen worlds ago is over
        return World(folder=folder, filled_shop=self.filled_shop, redis=url, lives=self.lives, **wanted)

    async def calm(self, **wanted: object) -> Outcome:
        """What it comes to where nothing goes wrong."""
        key = tuple(wanted.items())
        if key not in self.calm_outcomes:
            world = self(**wanted)
            assert await world.live() == "done"
            self.calm_outcomes[key] = await world.outcome()
        return self.calm_outcomes[key]


@pytest.fixture(scope="session")
def lives() -> Iterator[list[Lives]]:
    """Two of them, for two cores and for two workers that race."""
    both = [Lives(), Lives()]
    yield both
    for one in both:
        one.close()


@pytest.fixture(scope="session")
def filled_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop's file as the first start leaves it."""
    path = tmp_path_factory.mktemp("shop") / "shop.sqlite"

    async def fill() -> None:
        shop = await Shop.open(f"sqlite+aiosqlite:///{path}")
        await shop.reset(datetime.now(UTC).date())
        await shop.close()

    asyncio.run(fill())
    return path


@pytest.fixture(scope="session")
def calm_outcomes() -> dict[tuple[object, ...], Outcome]:
    """What was found out before."""
    return {}


@pytest.fixture
async def new_world(redis_url, lives, filled_shop, calm_outcomes, tmp_path) -> AsyncIterator[Worlds]:
    yield Worlds(
        redis_url=redis_url, lives=lives, filled_shop=filled_shop, calm_outcomes=calm_outcomes, folder=tmp_path
    )
    for one in lives:
        one.rest()
    async with Redis.from_url(redis_url) as client:
        await client.flushall()

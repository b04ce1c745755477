"""SIGKILL while records move to the archive, at every labelled point: nothing is lost, doubled or brought back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from handoffs.events import AnyEvent, CustomerSaid, Decided, Ended, Said, encode
from handoffs.values import PromptRef
from memory.session.redis_client import connect
from memory.session.redis_erasing import RedisErasing
from memory.session.redis_journal import RedisJournal
from memory.session.redis_log import RedisSessionLog
from memory.session.types import StoredRecord
from tracing.archive.listing import Wanted
from tracing.archive.store import Archive
from tracing.archive.whole import Whole

ROOT = Path(__file__).parents[2]
POINTS_MOST = 60
BLOBS = {"d1": b"instructions", "d2": b"a question"}
ENDED, RUNNING = "c1", "c2"


def said(text: str) -> list[AnyEvent]:
    """A turn in which a model is asked once."""
    decided = Decided(
        agent="billing", prompt=PromptRef(spans=("d1", "d2")), options=(), text=text, calls=(), model="scripted",
        finish="stop", input_tokens=100, output_tokens=10,
    )  # fmt: skip
    return [
        CustomerSaid(message_id="m", text=text),
        decided,
        Said(agent="billing", text=text),
        Ended(agent="billing", status="completed"),
    ]


@dataclass(frozen=True, kw_only=True)
class World:
    """A tenant's conversations in Redis and in the archive, and a mover to be killed."""

    redis: Redis
    archive: Archive
    tenant: str
    order: Callable[[str, str], str]

    @property
    def log(self) -> RedisSessionLog:
        return RedisSessionLog(self.redis)

    def moves(self, *, crash_at: str = "") -> str:
        """One life of the mover, to its end: done, killed, or failed."""
        return self.order(self.tenant, crash_at)

    async def turn(self, conversation: str, *, ends: bool = True) -> None:
        """A turn of four records, or of three where it still runs."""
        journal, item = RedisJournal(self.redis), str(uuid4())
        submitted = await journal.submit(self.tenant, conversation, customer="anna", item_id=item, item=b"hello")
        await journal.claim(self.tenant, conversation, submitted.execution, lease_s=15, window_after=0)
        committed = await journal.commit(
            self.tenant, conversation, submitted.execution, fence=1, epoch=None, number=1, commit_id=item,
            records=[(one.log, encode(one), None) for one in said("hello")[: None if ends else 3]],
            session={}, hashes={}, blobs=BLOBS, index=[], take=1, quiet=False, status="completed" if ends else None,
        )  # fmt: skip
        assert committed.status == "ok"

    async def whole(self) -> dict[str, list[StoredRecord]]:
        """What a reader sees."""
        return {name: await Whole(self.log, self.archive).read(self.tenant, name) for name in (ENDED, RUNNING)}

    async def archived(self) -> dict[str, list[StoredRecord]]:
        """What the archive holds."""
        return {name: await self.archive.read(self.tenant, name) for name in (ENDED, RUNNING)}


@pytest.fixture(scope="module")
def mover() -> Iterator[Callable[[dict[str, str]], str]]:
    """A process that lives one life of a mover for each order."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    command = [sys.executable, str(Path(__file__).with_name("archive_mover.py"))]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, env=environment, start_new_session=True, **pipes) as process:
        assert process.stdin is not None and process.stdout is not None

        def live(order: dict[str, str]) -> str:
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        yield live
        process.stdin.close()


@pytest.fixture(params=["sqlite", "postgres"])
def archive_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'records.sqlite'}"
    return os.environ.get("BATON_TEST_POSTGRES_URL") or pytest.skip("set BATON_TEST_POSTGRES_URL to run this there")


@pytest.fixture
async def new_world(redis_url, redis_client, archive_url, mover) -> AsyncIterator[Callable[[], World]]:
    """Makes worlds: a conversation of two turns that are over, and one of which the second turn runs."""
    archive = Archive.at(archive_url)

    def order(tenant: str, crash_at: str) -> str:
        return mover({"redis": redis_url, "archive": archive_url, "tenant": tenant, "crash_at": crash_at})

    async with connect(redis_url) as redis:

        async def make() -> World:
            world = World(redis=redis, archive=archive, tenant=f"volta-{uuid4()}", order=order)
            for name in (ENDED, RUNNING):
                await world.turn(name)
                await world.turn(name, ends=name != RUNNING)
            return world

        yield make
    await archive.close()
    await redis_client.flushall()


async def test_killed_at_every_point_and_started_again_it_has_moved_everything_once(new_world):
    for point in range(1, POINTS_MOST):
        world = await new_world()
        told = await world.whole()
        if (how := world.moves(crash_at=f"#{point}")) == "done":
            break
        assert how == "killed"
        assert await world.whole() == told, f"after it was killed at point {point}"
        assert world.moves() == "done"
        assert await world.whole() == await world.archived() == told
        await holds_what_it_must(world)
    else:
        pytest.fail("there are more points than this test looks at")
    assert point > 10, "the test must have killed it at all points"


async def holds_what_it_must(world: World) -> None:
    """Redis has let go of the turns that are over, and of nothing that runs; every number is right."""
    assert await world.log.read(world.tenant, ENDED) == []
    assert len(await world.log.read(world.tenant, RUNNING)) == 7
    assert await world.archive.blobs(world.tenant, ENDED, list(BLOBS)) == BLOBS
    listed = (
        await world.archive.conversations(Wanted(tenant=world.tenant, sort="first_ms", ascending=True))
    ).conversations
    assert [(one.conversation, one.status, one.turns, one.decisions, one.input_tokens) for one in listed] == [
        ("c1", "completed", 2, 2, 200),
        ("c2", "running", 2, 2, 200),
    ]


async def test_killed_again_and_again_while_turns_go_on_it_loses_none(new_world):
    world = await new_world()
    for point in range(1, 12):
        await world.turn(ENDED)
        told = await world.whole()
        world.moves(crash_at=f"#{point}")
        assert await world.whole() == told
    assert world.moves() == "done"
    assert await world.archived() == told
    assert [one.seq for one in told[ENDED]] == list(range(1, 4 * 13 + 1))


@pytest.mark.parametrize("point", ["landing: locked", "landing: summed up", "landing: landed", "trimming: done"])
async def test_killed_before_a_customer_was_forgotten_it_brings_nothing_back(new_world, point):
    world = await new_world()
    assert world.moves(crash_at=point) == "killed"
    for name in (ENDED, RUNNING):
        await RedisErasing(world.redis).erase(world.tenant, "anna", name)
    await world.archive.forget(world.tenant, "anna")
    assert world.moves() == "done"
    assert [*(await world.archived()).values(), *(await world.whole()).values()] == [[]] * 4
    assert (await world.archive.conversations(Wanted(tenant=world.tenant))).conversations == []

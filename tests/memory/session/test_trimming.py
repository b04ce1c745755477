"""Letting go of what is archived: both twins, whatever they are told to keep stays."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memory.session.in_memory import InMemoryJournal
from memory.session.in_memory_log import InMemorySessionLog
from memory.session.in_memory_store import InMemoryStore
from memory.session.in_memory_trimming import InMemoryTrimming
from memory.session.redis_journal import RedisJournal
from memory.session.redis_log import RedisSessionLog
from memory.session.redis_trimming import RedisTrimming

TWO = [("billing", b"one", None), ("customer", b"two", b"said")]


@pytest.fixture(params=["redis", "in memory"])
def memory(request, redis):
    """Journal, log and trimming of one store."""
    if request.param == "redis":
        return RedisJournal(redis), RedisSessionLog(redis), RedisTrimming(redis)
    store = InMemoryStore(lambda: datetime(2026, 11, 23, tzinfo=UTC))
    return InMemoryJournal(store), InMemorySessionLog(store), InMemoryTrimming(store)


@pytest.fixture
async def two_turns(memory, committing):
    """Two executions of two records each; the second still runs."""
    journal, *_ = memory
    for name, status in (("x000001", "completed"), ("x000002", None)):
        submitted = await journal.submit("volta", "c1", customer="anna", item_id=name, item=b"hello")
        assert submitted.execution == name
        await journal.claim("volta", "c1", name, lease_s=15, window_after=0)
        await committing(journal, name, records=TWO, blobs={name: b"part"}, session={"agent": "billing"}, take=1,
                         status=status)  # fmt: skip


async def test_nothing_goes_while_an_execution_runs(memory, two_turns):
    _, log, trimming = memory
    assert not await trimming.trim("volta", "c1", up_to_seq=2, executions=["x000001"], digests=["x000001"])
    assert [record.seq for record in await log.read("volta", "c1")] == [1, 2, 3, 4]
    assert len(await log.execution("volta", "c1", "x000001")) == 2


async def test_only_what_is_named_goes(memory, two_turns, committing):
    journal, log, trimming = memory
    await committing(journal, "x000002", number=3, commit_id="k2", status="completed")
    assert await trimming.trim("volta", "c1", up_to_seq=2, executions=["x000001"], digests=["x000001"])
    assert [record.seq for record in await log.read("volta", "c1")] == [3, 4, 5]
    assert await log.execution("volta", "c1", "x000001") == []
    assert len(await log.execution("volta", "c1", "x000002")) == 3
    assert await log.blobs("volta", "c1", ["x000001", "x000002"]) == {"x000002": b"part"}


async def test_what_the_next_turn_needs_stays(memory, two_turns, committing):
    journal, log, trimming = memory
    await committing(journal, "x000002", number=3, commit_id="k2", status="completed")
    await trimming.trim("volta", "c1", up_to_seq=5, executions=["x000001", "x000002"], digests=["x000001", "x000002"])
    assert await log.read("volta", "c1") == []
    assert [entry.seq for entry in await log.window("volta", "c1")] == [2, 4, 5]
    assert await log.session("volta", "c1") == {"agent": "billing"}
    assert (await log.head("volta", "c1")).seq == 5
    assert (await journal.submit("volta", "c1", customer="anna", item_id="m3", item=b"on")).execution == "x000003"


async def test_trimming_twice_is_trimming_once(memory, two_turns, committing):
    journal, log, trimming = memory
    await committing(journal, "x000002", number=3, commit_id="k2", status="completed")
    for _ in range(2):
        assert await trimming.trim("volta", "c1", up_to_seq=2, executions=["x000001"], digests=["x000001"])
    assert [record.seq for record in await log.read("volta", "c1")] == [3, 4, 5]


async def test_a_conversation_that_never_was_holds_nothing(memory):
    _, _, trimming = memory
    assert await trimming.trim("volta", "c9", up_to_seq=2, executions=["x000001"], digests=["d"])


async def test_conversations_are_named_page_by_page(memory):
    journal, _, trimming = memory
    for name in ("c1", "c2", "c3"):
        await journal.submit("volta", name, customer="anna", item_id="m1", item=b"hello")
    pages = [await trimming.active("volta", skip=skip, limit=2) for skip in (0, 2, 4)]
    assert sorted(one.conversation for page in pages for one in page) == ["c1", "c2", "c3"]
    assert [len(page) for page in pages] == [2, 1, 0]
    assert await trimming.active("lumen", skip=0, limit=2) == []

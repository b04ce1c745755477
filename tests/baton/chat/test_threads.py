"""The sidebar's store: Redis and its twin answer alike."""

from __future__ import annotations

import pytest

from baton.chat.in_memory_threads import InMemoryThreads
from baton.chat.ports import Thread
from baton.chat.redis_threads import RedisThreads
from memory.session.redis_client import connect


@pytest.fixture(params=["redis", "twin"])
async def threads(request):
    if request.param == "twin":
        yield InMemoryThreads()
        return
    request.getfixturevalue("redis_url")
    async with connect(request.getfixturevalue("redis_url")) as redis:
        await redis.flushall()
        yield RedisThreads(redis)
        assert all([await redis.ttl(key) > 0 for key in await redis.keys()]), "everything ends one day"


def thread(name, owner="volta:anna"):
    return Thread(id=name, owner=owner, title=f"about {name}", created_ms=1)


async def names(threads, owner="volta:anna", after=None, size=10):
    return [found.id for found in await threads.page(owner, after=after, size=size)]


async def test_a_conversation_belongs_to_who_used_it_first(threads):
    assert await threads.open(thread("a"), now_ms=1)
    assert not await threads.open(thread("a", "volta:ben"), now_ms=2)
    assert (await threads.get("a")).owner == "volta:anna"
    assert await names(threads, "volta:ben") == []
    assert await threads.get("b") is None


async def test_the_list_is_newest_first_and_comes_in_pages(threads):
    for at, name in enumerate("abcd"):
        await threads.open(thread(name), now_ms=at)
    await threads.open(thread("a"), now_ms=9)
    assert await names(threads) == ["a", "d", "c", "b"]
    assert await names(threads, size=2) == ["a", "d", "c"], "one more, to know that there are more"
    assert await names(threads, after="d") == ["c", "b"]


async def test_a_title_is_the_first_one_until_it_is_renamed(threads):
    await threads.open(thread("a"), now_ms=1)
    await threads.rename("a", "my parcel")
    await threads.open(thread("a"), now_ms=2)
    assert (await threads.get("a")).title == "my parcel"


async def test_a_hidden_conversation_keeps_its_owner_and_returns_when_used(threads):
    await threads.open(thread("a"), now_ms=1)
    await threads.hide("a")
    assert await names(threads) == []
    assert (await threads.get("a")).hidden
    assert not await threads.open(thread("a", "volta:ben"), now_ms=2)
    assert await threads.open(thread("a"), now_ms=3)
    assert await names(threads) == ["a"]

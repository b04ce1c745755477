"""A customer is forgotten in Redis: keys, indexes, and the raw files; what comes late finds a tombstone."""

from __future__ import annotations

from pathlib import Path

from memory.session import keys
from memory.session.redis_client import connect
from memory.session.redis_erasing import RedisErasing
from memory.session.redis_journal import RedisJournal
from memory.session.redis_log import RedisSessionLog

PLANTED = b"the-planted-string"


async def speak(redis, committing, *, customer="anna", conversation="c1", ends=True):
    """One turn in which the planted string stands everywhere that a commit can put it."""
    journal = RedisJournal(redis)
    submitted = await journal.submit("volta", conversation, customer=customer, item_id="m1", item=PLANTED)
    await journal.claim("volta", conversation, submitted.execution, lease_s=15, window_after=0)
    text = PLANTED.decode()
    everywhere = {
        "records": [("billing", PLANTED, PLANTED), ("customer", PLANTED, None)],
        "session": {"agent": "billing", "preferences": text},
        "hashes": {"approvals": {"A1": text}},
        "blobs": {"d": PLANTED},
        "index": [("approvals", f"volta/{conversation}/A1", 1.0), ("to-learn", f"volta/{conversation}/x000001", 1.0)],
    }
    if conversation == "c1":
        await committing(journal, submitted.execution, **everywhere, take=1, status="completed" if ends else None)
    return journal


def held(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and PLANTED in path.read_bytes()]


async def test_nothing_of_a_forgotten_conversation_is_left_in_any_file(server, committing):
    folder = Path(server.url.removeprefix("unix://")).parent
    redis = connect(server.url)
    await speak(redis, committing)
    assert held(folder), "the test must be able to fail: the file held it"

    erasing = RedisErasing(redis)
    assert await erasing.conversations("volta", "anna") == ["c1"]
    assert await erasing.erase("volta", "anna", "c1")
    await erasing.compact()

    left = [key async for key in redis.scan_iter("*")]
    assert left == [b"baton:{volta/c1}:head"]
    assert held(folder) == []
    await redis.aclose()


async def test_only_a_tombstone_stays_and_it_refuses_what_comes_late(redis, committing):
    journal = await speak(redis, committing, ends=False)

    assert await RedisErasing(redis).erase("volta", "anna", "c1")

    late = await committing(journal, "x000001", number=3, commit_id="late", status="completed")
    again = await journal.submit("volta", "c1", customer="anna", item_id="m2", item=b"hello?")
    head = await RedisSessionLog(redis).head("volta", "c1")
    assert (late.status, again.status) == ("gone", "gone")
    assert (head.gone, head.customer, head.epoch) == (True, "", 1)
    assert await RedisSessionLog(redis).read("volta", "c1") == []


async def test_another_customer_s_conversation_is_not_touched(redis, committing):
    await speak(redis, committing)
    await speak(redis, committing, customer="ben", conversation="c2")
    erasing = RedisErasing(redis)

    assert not await erasing.erase("volta", "anna", "c2")

    assert await erasing.conversations("volta", "ben") == ["c2"]
    assert await erasing.conversations("lumen", "anna") == []
    assert await redis.exists(keys.head("volta", "c1"))


async def test_an_old_conversation_that_no_index_names_is_found(redis, committing):
    await speak(redis, committing)
    await redis.delete(keys.conversations("volta"), keys.conversations("volta", "anna"))

    assert await RedisErasing(redis).conversations("volta", "anna") == ["c1"]

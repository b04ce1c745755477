"""The list of conversations: what may be asked of it, and how fast it answers at 100,000."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from tracing.archive.engine import for_writing
from tracing.archive.listing import Wanted
from tracing.archive.schema import CONVERSATIONS

NOON_MS = 1_795_000_000_000
MANY = 100_000
MOST_MS = 200
MOST_TO_SEARCH_MS = 1_000  # every text is looked at: 0.1 s where nothing else runs


def row(tenant: str, number: int, **more: object) -> dict[str, object]:
    """Conversation ``number`` of a shop: every tenth has errors, every thousandth was escalated."""
    plain = {
        "tenant": tenant,
        "conversation": f"c{number:06d}",
        "customer": f"customer-{number % 1000}",
        "status": ("completed", "completed", "running", "failed")[number % 4],
        "agent": ("billing", "support", "sales")[number % 3],
        "opening": f"where is my parcel {number}?",
        "last_seq": 20,
        "first_ms": NOON_MS + 1000 * number,
        "last_ms": NOON_MS + 1000 * number + 500,
        "turns": number % 7,
        "decisions": 3,
        "calls": 2,
        "handoffs": number % 5,
        "errors": int(number % 10 == 0),
        "escalations": int(number % 1000 == 0),
        "input_tokens": 900,
        "output_tokens": 50,
        "cost": (number % 97) / 100,
        "unpriced": 0,
    }
    return plain | more


@pytest.fixture
def fill(archive, volta):
    """Puts conversations into the list."""

    async def put(count: int, **more: object) -> None:
        async with for_writing(archive.engine).begin() as connection:
            await connection.execute(insert(CONVERSATIONS), [row(volta, number, **more) for number in range(count)])

    return put


async def names(archive, **wanted: object) -> list[str]:
    return [one.conversation for one in (await archive.conversations(Wanted(**wanted))).conversations]


async def test_the_last_active_come_first_and_pages_miss_and_repeat_none(archive, volta, fill):
    await fill(23)
    seen, after = [], None
    while True:
        page = await archive.conversations(Wanted(tenant=volta, limit=5, after=after))
        seen += [one.conversation for one in page.conversations]
        if (after := page.after) is None:
            break
    assert seen == [f"c{number:06d}" for number in reversed(range(23))]


@pytest.mark.parametrize("sort", ["last_ms", "first_ms", "turns", "handoffs", "errors", "escalations", "cost"])
@pytest.mark.parametrize("ascending", [False, True])
async def test_pages_are_whole_whatever_they_are_sorted_by(archive, volta, fill, sort, ascending):
    await fill(23)
    seen, after = [], None
    while True:
        page = await archive.conversations(Wanted(tenant=volta, limit=4, after=after, sort=sort, ascending=ascending))
        seen += [one.conversation for one in page.conversations]
        if (after := page.after) is None:
            break
    rows = [row(volta, number) for number in range(23)]
    rows.sort(key=lambda one: (one[sort], one["conversation"]), reverse=not ascending)
    assert seen == [one["conversation"] for one in rows]


async def test_filters_leave_what_was_asked_for(archive, volta, fill):
    await fill(30)
    assert await names(archive, tenant=volta, customer="customer-7") == ["c000007"]
    assert await names(archive, tenant=volta, agent="support", status="failed") == ["c000019", "c000007"]
    assert await names(archive, tenant=volta, with_errors=True) == ["c000020", "c000010", "c000000"]
    assert await names(archive, tenant=volta, escalated=True) == ["c000000"]
    assert await names(archive, tenant=volta, name="c00002", limit=3) == ["c000029", "c000028", "c000027"]
    assert await names(archive, tenant=volta, text="Parcel 12?") == ["c000012"]
    assert await names(archive, tenant=volta, text="%") == []
    since = datetime.fromtimestamp(NOON_MS / 1000 + 20, UTC)
    until = datetime.fromtimestamp(NOON_MS / 1000 + 22, UTC)
    assert await names(archive, tenant=volta, since=since, until=until) == ["c000021", "c000020"]


async def test_another_tenant_sees_none_of_it(archive, volta, fill):
    await fill(3)
    assert await names(archive, tenant="lumen") == []


async def test_the_first_page_is_there_at_once_at_100000_conversations(archive, volta, fill):
    await fill(MANY)
    questions = {
        "newest": Wanted(tenant=volta),
        "dearest": Wanted(tenant=volta, sort="cost"),
        "rare": Wanted(tenant=volta, escalated=True),
        "of an agent that has none": Wanted(tenant=volta, agent="nobody"),
        "failed and dear": Wanted(tenant=volta, status="failed", sort="cost", with_errors=True),
        "of a customer": Wanted(tenant=volta, customer="customer-7"),
    }
    for what, wanted in questions.items():
        took_ms = [await timed(archive, wanted) for _ in range(3)]
        assert min(took_ms) <= MOST_MS, (what, took_ms)
    assert await timed(archive, Wanted(tenant=volta, text="no such words")) <= MOST_TO_SEARCH_MS


async def timed(archive, wanted: Wanted) -> float:
    began = time.perf_counter()
    await archive.conversations(wanted)
    return (time.perf_counter() - began) * 1000

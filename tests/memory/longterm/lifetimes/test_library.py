"""What the library answers about all it holds: preferences, pages, exports, counts; and what forgetting leaves."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from memory.longterm.hashing import HashingEncoder
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import CustomerScope, Encoded, Memory, Note, Scope, TenantScope
from memory.longterm.library import Library, library_over
from memory.longterm.ports import Where
from memory.longterm.stats import Counts
from memory.longterm.supersession import Written
from memory.seed.gather import uploaded
from memory.seed.job import seed

Day = Callable[[float], datetime]
Learn = Callable[..., Awaitable[Written]]
Notes = Callable[..., Note]
Stored = Callable[[], Awaitable[dict[str, Memory]]]
Wishes = Callable[[float], Awaitable[list[str]]]


@pytest.fixture
async def story(learn: Learn, note: Notes, csv_or: Notes) -> None:
    """Anna's memories in every state."""
    await learn(csv_or("CSV", on=0, conversation="c1", event="e1/2", speaker="customer"), on=0)
    await learn(csv_or("PDF", on=1), note("Likes „blue“\u2028boxes\x85 and\n“red”", on=1, value="blue"), on=1)
    await learn(note("Asked for a quote", on=1, kind="operational", position=3), on=1)
    await learn(note("What helped: another cable", on=2, kind="resolution", title="Hubs"), on=2)


@pytest.mark.usefixtures("story")
async def test_preferences_are_what_holds_last_heard_first(learn: Learn, wishes: Wishes, csv_or: Notes):
    await learn(csv_or("PDF", on=5), on=5)

    assert await wishes(5) == ["PDF", "blue"]
    assert await wishes(91.5) == ["PDF"]


@pytest.mark.usefixtures("story")
async def test_the_shop_has_no_preferences_of_its_own(library: Library, day: Day):
    assert await library.preferences(CustomerScope(tenant="volta", customer=""), now=day(2)) == ()


@pytest.mark.usefixtures("story")
async def test_each_memory_is_counted_in_one_column(library: Library, volta: TenantScope, day: Day):
    stats = await library.stats(volta, now=day(3))

    nothing = Counts(active=0, proposed=0, superseded=0, retired=0, expired=0)
    assert stats.kinds["preference"] == replace(nothing, active=2, superseded=1)
    assert stats.kinds["operational"] == replace(nothing, expired=1)
    assert stats.kinds["resolution"] == replace(nothing, proposed=1)
    assert stats.kinds["knowledge"] == nothing
    assert "5 memories" in stats.engine


@pytest.mark.usefixtures("story")
async def test_an_export_seeded_elsewhere_is_the_same_memories(
    library: Library, volta: TenantScope, stored: Stored, day: Day
):
    lines = "\n".join([line async for line in library.export(volta)]).encode()
    elsewhere = InMemoryMemoryStore()
    report = await seed(elsewhere, HashingEncoder(), volta, uploaded([("volta.jsonl", lines)]), now=day(9))
    again = await seed(elsewhere, HashingEncoder(), volta, uploaded([("volta.jsonl", lines)]), now=day(9))

    assert not report.rejected
    assert (report.added, again.unchanged) == (5, 5)
    page = await elsewhere.scan(volta, Where())
    assert {memory.place: memory for memory in page.memories} == await stored()


@pytest.mark.usefixtures("story")
async def test_an_export_holds_nothing_empty_and_no_tenant(library: Library, anna: CustomerScope):
    where = Where(kinds=("operational",))
    (line,) = [json.loads(line) async for line in library.export(anna, where)]

    assert line.keys() == {
        "customer", "kind", "text", "said_at", "confirmed_at", "expires_at", "source", "place", "position", "status",
        "digest",
    }  # fmt: skip


@pytest.mark.usefixtures("story")
async def test_an_export_can_be_read_by_people(library: Library, anna: CustomerScope):
    assert any("Likes „blue“" in line for line in [line async for line in library.export(anna)])


async def test_an_export_is_whole_however_long(library: Library, volta: TenantScope, learn: Learn, note: Notes):
    await learn(*(note(f"Wish {number}", place=str(number)) for number in range(300)), on=0)

    assert len({json.loads(line)["text"] async for line in library.export(volta)}) == 300


@pytest.mark.usefixtures("story")
async def test_forgetting_takes_just_what_was_named(library: Library, volta: TenantScope, stored: Stored):
    assert await library.forget(volta, Where(customer="anna")) == 4

    assert {memory.kind for memory in (await stored()).values()} == {"resolution"}
    assert await library.forget(volta, Where(customer="anna")) == 0


class Filed(InMemoryMemoryStore):
    """What is erased stays in its files until they are rewritten, as with every database."""

    def __init__(self) -> None:
        super().__init__()
        self.files: set[str] = set()

    async def put(self, scope: Scope, items: Sequence[tuple[Memory, Encoded]]) -> None:
        self.files |= {memory.text for memory, _ in items}
        await super().put(scope, items)

    async def compact(self) -> None:
        self.files = {memory.text for memory in (await self.scan(TenantScope(tenant="volta"), Where())).memories}


async def test_what_is_forgotten_is_in_no_file(volta: TenantScope, anna: CustomerScope, csv_or: Notes, day: Day):
    store = Filed()
    library = library_over(store, HashingEncoder())
    await library.write(anna, [csv_or("CSV")], now=day(0))
    await library.forget(volta, Where(customer="anna"))

    assert not store.files


async def test_no_cache_outlives_forgetting(volta: TenantScope, anna: CustomerScope, csv_or: Notes, day: Day):
    texts = {"Wants invoices as CSV"}
    library = library_over(InMemoryMemoryStore(), HashingEncoder(), caches=[texts.clear])
    await library.write(anna, [csv_or("CSV")], now=day(0))
    await library.forget(volta, Where(customer="anna"))

    assert not texts


async def test_pages_hold_every_memory_once(library: Library, volta: TenantScope, learn: Learn, note: Notes):
    await learn(*(note(f"Wish {number}", place=str(number)) for number in range(25)), on=0)

    seen: list[str] = []
    after: str | None = None
    while (page := await library.pages(volta, after=after, limit=10)).memories:
        seen += [memory.text for memory in page.memories]
        if (after := page.after) is None:
            break
    assert sorted(seen) == sorted(f"Wish {number}" for number in range(25))

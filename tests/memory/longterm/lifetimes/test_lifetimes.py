"""How long each kind lives, which of two conflicting facts is told, and what the sweeper takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import pytest

from memory.longterm.hashing import HashingEncoder
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import CustomerScope, Memory, Note, TenantScope
from memory.longterm.kinds import LIFETIMES, Kind
from memory.longterm.library import Library, library_over
from memory.longterm.ports import Where
from memory.longterm.supersession import Written

HOUR = 1 / 24
Day = Callable[[float], datetime]
Learn = Callable[..., Awaitable[Written]]
Notes = Callable[..., Note]
Stored = Callable[[], Awaitable[dict[str, Memory]]]
Sweep = Callable[[float], Awaitable[Mapping[Kind, int]]]
Told = Callable[..., Awaitable[list[str]]]
Wishes = Callable[[float], Awaitable[list[str]]]


async def test_the_newer_of_two_conflicting_facts_is_told(learn: Learn, told: Told, note: Notes):
    for on, street in enumerate(["Mill Lane 12", "Oak Road 7"]):
        fact = note(f"Delivery address: {street}", on=on, kind="factual", key="delivery_address", value=street)
        await learn(fact, on=on)

    assert await told("delivery address", on=2) == ["Delivery address: Oak Road 7"]


async def test_a_preference_is_gone_after_90_days(learn: Learn, told: Told, wishes: Wishes, csv_or: Notes):
    await learn(csv_or("CSV"), on=0)

    assert await wishes(89) == ["CSV"] and await told("invoices as CSV", on=89)
    assert await wishes(90) == [] == await told("invoices as CSV", on=90)


async def test_a_confirmed_one_lives_90_days_more(learn: Learn, wishes: Wishes, csv_or: Notes):
    await learn(csv_or("CSV", on=0), on=0)
    await learn(csv_or("CSV", on=80), on=80)

    assert await wishes(169) == ["CSV"]
    assert await wishes(170) == []


async def test_what_was_asked_for_today_is_gone_tomorrow(learn: Learn, told: Told, note: Notes):
    await learn(note("Asked for a quote on monitors", kind="operational"), on=0)

    assert await told("quote on monitors", on=23 * HOUR)
    assert not await told("quote on monitors", on=24 * HOUR)


@pytest.mark.parametrize("kind", [kind for kind in LIFETIMES if LIFETIMES[kind].lives is None])
async def test_what_lives_until_its_source_changes_never_expires(learn: Learn, sweep: Sweep, note: Notes, kind: Kind):
    await learn(note("Batteries are recycled", kind=kind), on=0)

    assert await sweep(10_000) == {}


async def test_the_sweeper_takes_what_is_over_and_counts_it_by_kind(
    learn: Learn, stored: Stored, sweep: Sweep, note: Notes
):
    wishes = [note(f"Wish {number}", place=f"w{number}") for number in range(300)]  # more than a page
    await learn(*wishes, note("Asked for a quote", kind="operational"), on=0)

    assert await sweep(2) == {"operational": 1}
    assert await sweep(91) == {"preference": 300}
    assert await sweep(91) == {} == await stored()


async def test_nothing_vanishes_in_the_middle_of_a_turn(learn: Learn, sweep: Sweep, csv_or: Notes):
    await learn(csv_or("CSV"), on=0)

    assert await sweep(90 + 0.9 * HOUR) == {}
    assert await sweep(90 + 1.1 * HOUR) == {"preference": 1}


async def test_a_superseded_fact_stays_for_a_year_to_be_looked_at(
    learn: Learn, stored: Stored, sweep: Sweep, note: Notes
):
    for on, work in enumerate(["baker", "pilot"]):
        await learn(note(work, on=on, kind="factual", key="occupation", value=work, place=work), on=on)

    assert await sweep(365) == {}
    assert await sweep(367) == {"factual": 1}
    assert set(await stored()) == {"pilot"}


async def test_a_superseded_preference_lives_no_longer_for_it(learn: Learn, sweep: Sweep, csv_or: Notes):
    for on, value in enumerate(["CSV", "PDF"]):
        await learn(csv_or(value, on=on), on=on)

    assert await sweep(90.5) == {"preference": 1}


async def test_what_is_confirmed_while_the_sweeper_looks_stays(
    volta: TenantScope, anna: CustomerScope, csv_or: Notes, day: Day
):
    class Store(InMemoryMemoryStore):
        async def erase(self, scope: TenantScope, where: Where) -> int:
            await library.write(anna, [csv_or("CSV", on=91)], now=day(91))  # between the sweeper's look and its hand
            return await super().erase(scope, where)

    library = library_over(Store(), HashingEncoder())
    await library.write(anna, [csv_or("CSV", on=0)], now=day(0))

    assert not any((await library.sweep(volta, now=day(91))).values())
    assert len((await library.pages(volta)).memories) == 1


async def test_a_sweep_of_one_tenant_leaves_the_others(library: Library, volta: TenantScope, csv_or: Notes, day: Day):
    lumen = TenantScope(tenant="lumen")
    for tenant in (volta, lumen):
        await library.write(CustomerScope(tenant=tenant.tenant, customer="anna"), [csv_or("CSV")], now=day(0))
    await library.sweep(volta, now=day(100))

    assert not (await library.pages(volta)).memories
    assert len((await library.pages(lumen)).memories) == 1

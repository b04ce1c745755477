"""A fact of last week is asked for at its source before it is used; a silent source is named, nothing is guessed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from memory.longterm.hashing import HashingEncoder
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import CustomerScope, Memory, Note
from memory.longterm.library import Library, library_over
from memory.longterm.ports import Verified
from memory.longterm.recall import Candidate
from memory.longterm.supersession import Written
from memory.longterm.verify import retold
from memory.longterm.write import memory_of

Day = Callable[[float], datetime]
Learn = Callable[..., Awaitable[Written]]
Notes = Callable[..., Note]
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
ADDRESS = "Delivery address: Mill Lane 12"


class Source:
    """A shop that answers as told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[CustomerScope, str]] = []
        self.answer: Callable[[], Awaitable[Verified]] = said(Verified("confirmed"))

    async def __call__(self, scope: CustomerScope, value: str) -> Verified:
        self.asked.append((scope, value))
        return await self.answer()


def said(answer: Verified | Exception) -> Callable[[], Awaitable[Verified]]:
    async def answered() -> Verified:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return answered


@pytest.fixture
def shop() -> Source:
    return Source()


@pytest.fixture
async def library(shop: Source, anna: CustomerScope, note: Notes, day: Day) -> Library:
    """It remembers Anna's address since day 0; the shop knows addresses."""
    library = library_over(InMemoryMemoryStore(), HashingEncoder(), verifiers={"delivery_address": shop})
    fact = note(ADDRESS, kind="factual", key="delivery_address", value="Mill Lane 12", place="address")
    await library.write(anna, [fact], now=day(0))
    return library


@pytest.fixture
def recall(library: Library, anna: CustomerScope, day: Day) -> Callable[[float], Awaitable[list[Candidate]]]:
    """What is told of the address on that day, and what not."""

    async def asked(on: float) -> list[Candidate]:
        return list((await library.recall(anna, "delivery address", now=day(on))).candidates)

    return asked


Recall = Callable[[float], Awaitable[list[Candidate]]]
Stored = Callable[[], Awaitable[dict[str, Memory]]]


async def test_within_a_week_nobody_is_asked(shop: Source, recall: Recall):
    (told,) = await recall(6.9)

    assert told.is_kept and told.memory.text == ADDRESS
    assert not shop.asked


async def test_after_a_week_the_shop_is_asked_about_this_customer(shop: Source, recall: Recall, anna: CustomerScope):
    await recall(7.1)

    assert shop.asked == [(anna, "Mill Lane 12")]


async def test_confirmed_is_good_for_another_week(shop: Source, recall: Recall, day: Day):
    (told,) = await recall(8)
    await recall(14.9)

    assert told.is_kept and told.memory.verified_at == day(8)
    assert len(shop.asked) == 1
    await recall(15.1)
    assert len(shop.asked) == 2


async def test_what_changed_is_told_as_it_is_now_and_supersedes(shop: Source, recall: Recall, stored: Stored, day: Day):
    shop.answer = said(Verified("changed", "Oak Road 7"))
    (told,) = await recall(8)
    (later,) = await recall(9)

    assert told.is_kept and told.memory.text == "Delivery address: Oak Road 7"
    assert told.note == "updated from its source"
    assert (later.memory.value, later.memory.verified_at) == ("Oak Road 7", day(8))
    assert (await stored())["address"].superseded_by == later.memory.id


@pytest.mark.parametrize(
    ("text", "value", "told"),
    [
        ("Newsletter: no", "no", r"Newsletter: y\1s"),
        ("Does not want the newsletter", "no", r"Weekly newsletter: y\1s"),  # no "no" by itself in it
        ("No, no newsletter", "no", r"Weekly newsletter: y\1s"),  # which of the two?
        ("Mail goes to A@B.example.", "a@b.example", r"Mail goes to y\1s."),
    ],
)
async def test_a_sentence_is_retold_only_where_its_value_is_plain(
    anna: CustomerScope, note: Notes, text: str, value: str, told: str
):
    fact = memory_of(anna, note(text, kind="factual", key="weekly_newsletter", value=value), BEGIN)

    assert retold(fact, r"y\1s") == told


async def test_a_change_back_is_followed_too(shop: Source, recall: Recall):
    for on, street in ((8, "Oak Road 7"), (16, "Mill Lane 12"), (24, "Oak Road 7")):
        shop.answer = said(Verified("changed", street))
        (told,) = await recall(on)
        assert told.memory.value == street

    (told,) = await recall(25)
    assert (told.memory.value, told.note) == ("Oak Road 7", "")  # as stored, without asking again
    assert len(shop.asked) == 3


async def test_changed_into_the_same_value_is_a_confirmation(shop: Source, recall: Recall):
    shop.answer = said(Verified("changed", "mill lane  12"))
    (told,) = await recall(8)

    assert told.is_kept and (told.note, told.memory.text) == ("", ADDRESS)


async def test_what_is_gone_is_not_told_again(shop: Source, recall: Recall, stored: Stored):
    shop.answer = said(Verified("gone"))
    (told,) = await recall(8)

    assert told.verdict == "no longer true, says its source"
    assert await recall(9) == []
    assert (await stored())["address"].status == "retired"


async def test_what_was_gone_and_is_said_again_is_told_again(shop: Source, recall: Recall, learn: Learn, note: Notes):
    shop.answer = said(Verified("gone"))
    await recall(8)
    await learn(note(ADDRESS, on=9, kind="factual", key="delivery_address", value="Mill Lane 12"), on=9)

    assert [one.memory.text for one in await recall(9)] == [ADDRESS]


async def test_only_what_would_be_told_is_asked_for(
    shop: Source, library: Library, anna: CustomerScope, note: Notes, day: Day
):
    await library.write(anna, [note("Delivery address, says Anna, is secret", kind="operational", on=8)], now=day(8))
    recalled = await library.recall(anna, "delivery address, says Anna", now=day(8), most=1)

    assert [one.is_kept for one in recalled.candidates] == [True, False]
    assert not shop.asked


@pytest.mark.parametrize("answer", [Verified("unknown"), ConnectionError("away")])
async def test_a_source_that_cannot_say_leaves_the_fact_with_a_note(
    shop: Source, recall: Recall, answer: Verified | Exception
):
    shop.answer = said(answer)
    (told,) = await recall(8)

    assert told.is_kept and told.note == "could not be verified since 2026-01-01"
    await recall(8)
    assert len(shop.asked) == 2


async def test_a_source_that_dawdles_is_not_waited_for(anna: CustomerScope, note: Notes, day: Day):
    started, over = list[str](), asyncio.Event()

    async def slow(scope: CustomerScope, value: str) -> Verified:
        started.append(value)
        if len(started) == 2:
            over.set()  # both are asked before either has answered
        await asyncio.Event().wait()
        return Verified("confirmed")

    library = library_over(
        InMemoryMemoryStore(), HashingEncoder(), verifiers={"email": slow, "phone": slow}, verify_within_s=0.05
    )
    facts = [note(f"Contact {key} a@b.example", kind="factual", key=key, value=key) for key in ("email", "phone")]
    await library.write(anna, facts, now=day(0))
    recalled = await library.recall(anna, "contact", now=day(8))

    assert over.is_set()
    assert {one.note for one in recalled.kept} == {"could not be verified since 2026-01-01"}


async def test_a_fact_nobody_can_verify_says_how_old_it_is(
    library: Library, anna: CustomerScope, note: Notes, day: Day
):
    await library.write(anna, [note("Works as a baker", kind="factual", key="occupation", value="baker")], now=day(0))
    told = {one.memory.key: one for one in (await library.recall(anna, "works as a baker", now=day(8))).kept}

    assert told["occupation"].note == "could not be verified since 2026-01-01"


async def test_what_the_customer_said_again_today_is_not_asked_for(
    shop: Source, recall: Recall, learn: Learn, note: Notes
):
    await learn(note(ADDRESS, on=8, kind="factual", key="delivery_address", value="Mill Lane 12"), on=8)
    (told,) = await recall(8)

    assert told.is_kept and not shop.asked


async def test_another_customers_fact_is_never_asked_for(shop: Source, library: Library, day: Day):
    ben = CustomerScope(tenant="volta", customer="ben")

    assert not (await library.recall(ben, "delivery address", now=day(8))).candidates
    assert not shop.asked

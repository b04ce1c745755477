"""Said again is confirmed, said otherwise supersedes; what was said before does not, and nothing is merged by looks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from memory.longterm.hashing import HashingEncoder
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import CustomerScope, Memory, Note
from memory.longterm.library import Library, library_over
from memory.longterm.supersession import Written

Day = Callable[[float], datetime]
Learn = Callable[..., Awaitable[Written]]
Notes = Callable[..., Note]
Stored = Callable[[], Awaitable[dict[str, Memory]]]
Wishes = Callable[[float], Awaitable[list[str]]]


async def test_the_same_note_twice_is_one_memory(learn: Learn, stored: Stored, csv_or: Notes):
    first = await learn(csv_or("CSV"), on=0)
    again = await learn(csv_or("CSV"), on=0)

    assert again == Written(unchanged=first.added)
    assert len(await stored()) == 1


async def test_a_new_value_supersedes_and_the_old_stays_marked(
    learn: Learn, stored: Stored, wishes: Wishes, csv_or: Notes
):
    await learn(csv_or("CSV", on=0, place="old"), on=0)
    written = await learn(csv_or("PDF", on=1, place="new"), on=1)

    kept = await stored()
    assert kept["old"].superseded_by == kept["new"].id
    assert written == Written(added=(kept["new"].id,), superseded=(kept["old"].id,))
    assert await wishes(1) == ["PDF"]


async def test_the_same_value_again_confirms_and_renews(learn: Learn, stored: Stored, csv_or: Notes, day: Day):
    first = await learn(csv_or("CSV", on=0), on=0)
    again = await learn(csv_or(" csv.", on=60), on=60)

    (kept,) = (await stored()).values()
    assert again == Written(confirmed=first.added)
    assert (kept.said_at, kept.confirmed_at, kept.expires_at) == (day(0), day(60), day(150))


async def test_going_back_to_the_first_value_is_a_third_one(
    learn: Learn, stored: Stored, wishes: Wishes, csv_or: Notes
):
    for number, value in enumerate(["CSV", "PDF", "CSV"]):
        await learn(csv_or(value, on=number), on=number)

    assert await wishes(3) == ["CSV"]
    assert len(await stored()) == 3


async def test_what_was_said_before_the_present_value_does_not_supersede_it(
    learn: Learn, wishes: Wishes, csv_or: Notes
):
    await learn(csv_or("PDF", on=5), on=5)
    late = await learn(csv_or("CSV", on=1), on=6)

    assert await wishes(6) == ["PDF"]
    assert late.superseded == late.added != ()


async def test_a_value_confirmed_since_outlasts_what_was_said_between(learn: Learn, wishes: Wishes, csv_or: Notes):
    await learn(csv_or("PDF", on=1), csv_or("PDF", on=5), on=5)
    await learn(csv_or("CSV", on=3), on=6)

    assert await wishes(6) == ["PDF"]


async def test_a_late_confirmation_takes_nothing_back(learn: Learn, stored: Stored, csv_or: Notes, day: Day):
    await learn(csv_or("PDF", on=5), on=5)
    late = await learn(csv_or("PDF", on=2), on=6)

    (kept,) = (await stored()).values()
    assert late == Written(unchanged=(kept.id,))
    assert kept.confirmed_at == day(5)


async def test_in_one_turn_the_last_word_counts(learn: Learn, wishes: Wishes, csv_or: Notes):
    turn = [csv_or("CSV", place="1"), csv_or("PDF", place="2"), csv_or("paper", place="3")]
    await learn(*turn, on=0)
    again = await learn(*turn, on=0)

    assert await wishes(0) == ["paper"]
    assert len(again.unchanged) == 3 and not again.superseded


async def test_a_clock_that_runs_ahead_does_not_win_for_ever(learn: Learn, wishes: Wishes, csv_or: Notes):
    await learn(csv_or("CSV", on=400), on=0)
    await learn(csv_or("PDF", on=1), on=1)

    assert await wishes(1) == ["PDF"]


async def test_equal_words_without_a_key_are_a_confirmation(learn: Learn, stored: Stored, note: Notes):
    first = await learn(note("Likes blue boxes"), on=0)
    again = await learn(note("likes  blue boxes.", on=9), on=9)

    assert again == Written(confirmed=first.added)
    assert len(await stored()) == 1


@pytest.mark.parametrize(
    "alike",
    [
        ("Wants at most 2 mails a week", "Wants at most 3 mails a week"),
        ("Prefers wired headphones", "Does not prefer wired headphones"),
        ("The order V-10021 was charged twice", "The order V-10022 was charged twice"),
        ("Was born on 3 May", "Was born on 5 March"),
    ],
)
async def test_alike_is_not_the_same(learn: Learn, stored: Stored, note: Notes, alike: tuple[str, str]):
    for on, text in enumerate(alike):
        await learn(note(text, on=on), on=on)

    assert {one.text for one in (await stored()).values() if not one.superseded_by} == set(alike)


async def test_one_key_of_two_kinds_is_two_things(learn: Learn, wishes: Wishes, note: Notes):
    rule = note("Budget 150 as a rule", key="budget", value="150")
    today = note("Budget 400 today", on=1, kind="operational", key="budget", value="400")
    await learn(rule, today, on=1)

    assert await wishes(1) == ["150"]


async def test_what_is_rewritten_in_its_place_is_replaced(learn: Learn, stored: Stored, note: Notes):
    first = await learn(note("So far: a refund", kind="episode", place="episode"), on=0)
    again = await learn(note("A refund, then a quote", kind="episode", place="episode"), on=0)

    assert again == Written(replaced=first.added)
    assert (await stored())["episode"].text == "A refund, then a quote"


async def test_what_a_customer_teaches_the_shop_is_a_proposal_of_the_shops(learn: Learn, stored: Stored, note: Notes):
    await learn(note("What helped: a new cable", kind="resolution"), on=0)

    (kept,) = (await stored()).values()
    assert (kept.customer, kept.status) == ("", "proposed")


async def test_the_shop_itself_has_no_preferences(library: Library, note: Notes, day: Day):
    with pytest.raises(ValueError, match="belongs to a customer"):
        await library.write(CustomerScope(tenant="volta", customer=""), [note("Likes blue")], now=day(0))


async def test_where_it_came_from_stands_on_it(learn: Learn, stored: Stored, csv_or: Notes):
    await learn(csv_or("CSV", conversation="c1", event="e1/3", speaker="customer"), on=0)

    (kept,) = (await stored()).values()
    assert (kept.source, kept.conversation, kept.event, kept.speaker) == ("conversation/c1", "c1", "e1/3", "customer")


class Crash(BaseException):
    """The process dies here."""


class DyingStore(InMemoryMemoryStore):
    """Dies before it marks anything."""

    dies = True

    async def amend(self, *arguments: object) -> None:
        if self.dies:
            raise Crash
        await super().amend(*arguments)


async def test_a_crash_before_the_old_value_is_marked_leaves_the_new_one_in_force(
    anna: CustomerScope, csv_or: Notes, day: Day
):
    store = DyingStore()
    library = library_over(store, HashingEncoder())
    await library.write(anna, [csv_or("CSV", on=0)], now=day(0))
    with pytest.raises(Crash):
        await library.write(anna, [csv_or("PDF", on=1)], now=day(1))

    recalled = await library.recall(anna, "wants invoices as PDF", now=day(1))
    assert {one.memory.superseded_by for one in recalled.candidates} == {""}
    assert [one.memory.value for one in recalled.kept] == ["PDF"]
    assert [one.value for one in await library.preferences(anna, now=day(1))] == ["PDF"]

    just_one = await library.recall(anna, "wants invoices as CSV", now=day(1), most=1)
    assert [one.verdict for one in just_one.candidates] == ["superseded meanwhile", "over the cap of 1"]

    store.dies = False
    again = await library.write(anna, [csv_or("PDF", on=1)], now=day(1))  # the turn is learnt once more
    assert len(again.unchanged) == len(again.superseded) == 1


async def test_two_conversations_that_begin_alike_are_both_remembered(learn: Learn, day: Day):
    def episode(conversation: str, at: float) -> Note:
        source = f"conversation/{conversation}"
        return Note(kind="episode", text="Asked: where is my order?", said_at=day(at), source=source, place="episode")

    await learn(episode("c1", 0), on=0)
    written = await learn(episode("c2", 1), on=1)

    assert len(written.added) == 1, "the second is no confirmation of the first"

"""Asked what it remembers, the model tells what memory holds, with its day; silence is said to be silence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agents.models.offline.retelling import retold
from agents.models.offline.scene import Remembered
from agents.tools.notes_in_memory import ListedNotes
from handoffs.errors import Unavailable
from handoffs.recall_in_memory import ListRecall
from handoffs.tool import Scope
from handoffs.values import RecalledMemory
from memory.longterm.item import Note

ELLA = Scope(tenant="volta", customer="ella")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
CHAT = "The customer asked about headphones for the train and chose none."


@pytest.fixture
def remembered() -> ListRecall:
    recall = ListRecall()
    recall.keep(ELLA, RecalledMemory(id="m1", kind="episode", text=CHAT, said_on="2026-11-02"))
    device = "The customer owns this device: Pebble M2"
    note = "could not be verified"
    recall.keep(ELLA, RecalledMemory(id="m2", kind="factual", text=device, said_on="2026-10-02", note=note))
    recall.keep(ELLA, RecalledMemory(id="m3", kind="knowledge", text="Headphones are paired by the power key."))
    return recall


async def test_the_last_conversation_is_told_with_its_day(talk, remembered):
    answer = await talk("ella", recall=remembered).say("what did we talk about last time? the headphones?")
    assert "You asked about headphones for the train and chose none. (from 2 November 2026)" in answer
    assert "paired" not in answer


async def test_a_fact_that_could_not_be_verified_says_so(talk, remembered):
    answer = await talk("ella", recall=remembered).say("do you remember which device I own?")
    assert "You own this device: Pebble M2 (from 2 October 2026, could not be verified)" in answer


async def test_nothing_remembered_is_said(talk, remembered):
    assert "remember nothing" in await talk("ella", recall=remembered).say("do you remember my cat?")


async def test_anothers_memories_are_not_told(talk, remembered):
    assert "remember nothing" in await talk("chloe", recall=remembered).say("do you remember which device I own?")


async def test_wishes_of_this_conversation_are_told_too(talk):
    ella = talk("ella")
    await ella.say("my budget is 150")
    await ella.say("call me Lizzie")
    answer = await ella.say("what do you know about me?")
    assert "a budget of 150.00" in answer and "I call you Lizzie" in answer


async def test_a_question_on_orders_goes_to_the_orders_not_to_memory(talk, remembered):
    chloe = talk("chloe", recall=remembered)
    assert "V-10040" in await chloe.say("what did I order last time?")


async def test_the_recall_tool_is_asked_and_told(talk):
    notes = ListedNotes()
    said = Note(kind="factual", text="My doorbell is broken", said_at=NOW, source="conversation/old", place="1")
    await notes.remember(ELLA, [said], now=NOW)
    ella = talk("ella", notes=notes)
    assert "My doorbell is broken (from 1 November 2026)" in await ella.say("do you remember what my doorbell does?")
    assert [call.tool for call in ella.turns[-1].tool_calls] == ["recall"]


async def test_memory_that_is_away_is_said_to_be_away_not_empty(talk, remembered):
    notes = ListedNotes()
    notes.failures += [Unavailable("no memory")] * 3
    assert "can't look into my memory" in await talk("ella", notes=notes).say("do you remember which device I own?")


async def test_what_came_with_the_turn_is_told_when_the_tool_fails(talk, remembered):
    notes = ListedNotes()
    notes.failures += [Unavailable("no memory")] * 3
    answer = await talk("ella", recall=remembered, notes=notes).say("do you remember which device I own?")
    assert "Pebble M2" in answer


EPISODE = (
    "Asked: Please remember that my budget for headphones is 100 | do you sell monitors? "
    "| what do you remember about me?\n"
    "Answered by: sales\nDone: Open ticket\nOutcome: answered"
)


@pytest.fixture
async def notes() -> ListedNotes:
    """An earlier conversation of ella's, as it was learnt before memory questions were left out."""
    notes = ListedNotes()
    texts = {
        "episode": EPISODE,
        "operational": "The customer asked: do you sell monitors?",
        "factual": "Delivery address: 4 Quay Street, Bristol BS1 4DB",
        "preference": "Budget: at most 100.00",
        "knowledge": "Headphones are paired by the power key.",
    }
    for kind, text in texts.items():
        note = Note(kind=kind, text=text, said_at=NOW, source="conversation/old", place=kind)  # type: ignore[arg-type]
        await notes.remember(ELLA, [note], now=NOW)
    return notes


@pytest.mark.parametrize("question", ["what do you remember about me?", "what do you know about me?"])
async def test_all_that_is_known_is_told_wishes_and_facts_first_each_once_and_to_the_customer(talk, notes, question):
    recall = ListRecall()
    recall.prefer(ELLA, "budget_max_cents", "10000")
    recall.prefer(ELLA, "name", "Ellie")
    answer = await talk("ella", notes=notes, recall=recall).say(question)
    assert answer == (
        "This is what I remember of you:\n\n"
        "- Noted of you: a budget of 100.00 and I call you Ellie.\n"
        "- Your delivery address: 4 Quay Street, Bristol BS1 4DB (from 1 November 2026)\n"
        "- You asked about “do you sell monitors?”; done: Open ticket (from 1 November 2026)"
    )


async def test_nothing_known_of_the_customer_is_said(talk):
    assert await talk("ella").say("what do you remember about me?") == "I remember nothing about you yet."


async def test_what_does_not_bear_on_the_question_is_told_only_where_it_is_about_everything(talk):
    notes, recall = ListedNotes(), ListRecall()
    recall.keep(
        ELLA,
        RecalledMemory(
            id="m1",
            kind="factual",
            text="Delivery address: 1 Remember Lane, Leeds LS1 4DB",
            note="nothing nearer is known; not verified since 2026-10-02",
        ),
    )
    ella = talk("ella", recall=recall, notes=notes)
    assert "remember nothing" in await ella.say("do you remember my cat?")
    assert "not verified since 2026-10-02" in await ella.say("what do you remember about me? my cat?")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The customer's own words: my bell is broken", "“my bell is broken”"),
        ("The customer no longer owns this device: Slate 14", "You no longer own this device: Slate 14"),
        ("Called on Monday: the customer is moving, and the customer's dog too.",
         "Called on Monday: you are moving, and your dog too."),
        ("E-mail address: jo@mail.example", "Your e-mail address: jo@mail.example"),
        ("The customer asked: where is my parcel?", "You asked about “where is my parcel?”"),
        ("Done: Refund payment\nOutcome: waits for a person's decision",
         "Done: Refund payment; waits for a person's decision"),
    ],
)  # fmt: skip
def test_a_memory_is_told_in_the_second_person(text: str, told: str):
    assert retold([Remembered(text=text)], bool) == [told]

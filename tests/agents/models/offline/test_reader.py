"""What one utterance says: its tool, its agent, its act, and whether it is the shop's matter at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from agents.models.offline.reader import Reader
from agents.team import TEAM, team_of
from handoffs.agent import Agent
from handoffs.tool import ToolContext, tool
from memory.longterm.embed import Embedder


@pytest.mark.parametrize(
    ("text", "tool_name", "agent"),
    [
        ("the postie still has not brought my monitor", "track_order", "support"),
        ("I no longer want what I ordered this morning", "cancel_order", "support"),
        ("my account got locked", "unlock_account", "support"),
        ("you took the money two times", "list_payments", "billing"),
        ("mail me that invoice a second time", "resend_invoice", "billing"),
        ("which of your headphones run longest", "search_products", "sales"),
        ("write me an offer for six laptops", "make_quote", "sales"),
        ("let me speak to somebody in charge", "ask_for_person", "support"),
        ("please remember that my budget is 150", "remember_preference", "sales"),
    ],
)
async def test_the_right_tool_and_agent_come_first(reader: Reader, text: str, tool_name: str, agent: str) -> None:
    reading = await reader.read(text)
    assert (reading.tools[0].name, reading.agents[0].name) == (tool_name, agent)
    assert reading.in_scope
    assert len(reading.tools) == 5


async def test_a_question_about_money_back_reads_and_a_wish_for_it_acts(reader: Reader) -> None:
    question = await reader.read("when do I get my refund?")
    wish = await reader.read("refund me")
    assert (question.act, question.tools[0].name) == ("question", "track_refunds")
    assert (wish.act, wish.tools[0].name) == ("command", "refund_payment")


async def test_what_must_not_be_done_never_ranks_first(reader: Reader) -> None:
    reading = await reader.read("don't cancel it")
    assert reading.negated
    assert reading.tools[0].name != "cancel_order"


async def test_typing_errors_cost_little(reader: Reader) -> None:
    reading = await reader.read("hadphones nevr arived!! ordr V-10034")
    assert reading.corrected == "headphones never arrived!! order V-10034"
    assert (reading.language, reading.tools[0].name) == ("en", "track_order")


@pytest.mark.parametrize(
    ("text", "kind"),
    [("hello there", "greeting"), ("thanks a lot!", "thanks"), ("are you a robot?", "robot"), ("you idiot", "insult")],
)
async def test_small_talk_is_known_as_such(reader: Reader, text: str, kind: str) -> None:
    reading = await reader.read(text)
    assert reading.chitchat == kind
    assert reading.in_scope


@pytest.mark.parametrize("text", ["what is the tallest mountain", "write me a song", "book a hotel in Porto"])
async def test_what_the_shop_cannot_do_is_out_of_scope(reader: Reader, text: str) -> None:
    reading = await reader.read(text)
    assert (reading.in_scope, reading.rule) == (False, "out_of_scope")
    assert reading.scope_score < 0.5


@pytest.mark.parametrize("text", ["", "   ", "?!", "V-10041", "\x00", "a" * 5_000, "<b>x</b>"])
async def test_odd_input_is_read_without_harm(reader: Reader, text: str) -> None:
    assert (await reader.read(text)).language == "en"


class Booked(BaseModel):
    """What booking a repair answers."""

    day: str


@tool(effect="write", title="Booking a repair", examples=("book me in for a repair", "I want a repair appointment"))
async def book_repair(ctx: ToolContext[None], day: str) -> Booked:
    """Book a repair appointment in the workshop."""
    return Booked(day=day)


async def test_a_new_agents_tools_are_understood_by_their_examples(embedder: Embedder) -> None:
    workshop = Agent(
        name="workshop",
        display_name="Workshop",
        purpose="Repairs what is broken.",
        instructions="Repair.",
        short_instructions="Repair.",
        tools=(book_repair,),
        hands_to=(),
        examples=("can your workshop look at it", "I'd like your technicians to have a look"),
    )
    reader = Reader(embedder, team_of((*TEAM.agents, workshop), default="support"))
    booked = await reader.read("can I get an appointment for a repair")
    looked = await reader.read("could a technician in your workshop have a look")
    assert (booked.tools[0].name, booked.agents[0].name) == ("book_repair", "workshop")
    assert looked.agents[0].name == "workshop"


async def test_what_was_fitted_is_kept_for_the_next_start(embedder: Embedder, tmp_path: Path) -> None:
    await Reader(embedder, TEAM, cache_dir=tmp_path).ready()
    kept = list(tmp_path.glob("references-*.npz"))
    assert len(kept) == 1
    again = await Reader(embedder, TEAM, cache_dir=tmp_path).read("refund me")
    assert again.tools[0].name == "refund_payment"
    assert list(tmp_path.iterdir()) == kept


async def test_a_broken_cache_is_fitted_anew(embedder: Embedder, tmp_path: Path) -> None:
    await Reader(embedder, TEAM, cache_dir=tmp_path).ready()
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"half a file")
    again = await Reader(embedder, TEAM, cache_dir=tmp_path).read("refund me")
    assert again.tools[0].name == "refund_payment"

"""A fourth agent that nobody foresaw is served by its declaration alone; and the model says the same to the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel

from agents.entry import EntryRoute
from agents.models.offline.model import OfflineModel
from agents.models.offline.reader import Reader
from agents.models.offline.state import Carry
from agents.team import TEAM
from agents.tools.toolbox import Toolbox
from evals.local import LocalSwarm
from handoffs.agent import Agent, Team
from handoffs.model import ModelRequest, ModelResponse, Part
from handoffs.tool import Scope, ToolContext, tool

BOOKED: list[str] = []


class Workshop(BaseModel):
    """A booked visit."""

    visit: str
    price_cents: int


@tool(
    effect="write",
    title="Booking a repair visit on {day}",
    examples=("book a repair visit", "i need a technician at home", "can a mechanic come by and mend my dishwasher"),
)
async def book_repair_visit(ctx: ToolContext[object], day: Literal["monday", "tuesday", "friday"]) -> Workshop:
    """Book a technician's visit at home. Example: book_repair_visit(day="monday")."""
    BOOKED.append(day)
    return Workshop(visit="W-7", price_cents=4500)


REPAIRS = Agent(
    name="repairs",
    display_name="Repairs",
    purpose="Technicians' visits at home.",
    instructions="Book visits.",
    short_instructions="Book visits.",
    tools=(book_repair_visit,),
    hands_to=("billing", "support", "sales"),
    examples=("a technician should come to my house",),
)


def _with_repairs() -> Team:
    known = tuple(replace(agent, hands_to=(*agent.hands_to, "repairs")) for agent in TEAM.agents)
    return Team(agents=(*known, REPAIRS), default=TEAM.default)


async def test_a_tool_without_a_flow_is_asked_for_confirmed_and_told(embedder, shop):
    BOOKED.clear()
    team = _with_repairs()
    reader = Reader(embedder, team)
    swarm = LocalSwarm(
        team=team, model=OfflineModel(reader, team), tools=Toolbox(team, shop), entry=EntryRoute(reader, team),
        scope=Scope(tenant="volta", customer="ella"), now=datetime(2026, 11, 22, tzinfo=UTC),
    )  # fmt: skip
    asked = await swarm.say("i need to book a repair visit at home by a technician")
    assert asked.agent == "repairs" and "day" in asked.text
    confirmed = await swarm.say("friday")
    assert "friday" in confirmed.text and BOOKED == []
    done = await swarm.say("yes")
    assert BOOKED == ["friday"] and "W-7" in done.text and "45.00" in done.text


async def test_the_same_request_gets_the_same_answer(reader):
    messages = (
        Part.of(b'{"role":"system","content":"You are support."}'),
        Part.of(b'{"role":"system","content":"{\\"today\\":\\"2026-11-22\\"}"}'),
        Part.of(b'{"role":"user","content":"hello there"}'),
    )
    request = ModelRequest(
        agent="support", messages=messages, tools=(), tools_part=None, max_output_tokens=500, deadline_s=10.0
    )
    model = OfflineModel(reader, TEAM)
    once, again = [[piece async for piece in model.stream(request)] for _ in range(2)]
    assert once == again
    response = once[-1]
    assert isinstance(response, ModelResponse) and response.text and response.usage.estimated
    assert "".join(piece.text for piece in once[:-1] if not isinstance(piece, ModelResponse)) == response.text
    assert response.candidates and Carry.read(response.carry).state.said


def test_an_unreadable_carry_starts_anew():
    assert Carry.read('{"state": {"of": "another version"}}') == Carry()

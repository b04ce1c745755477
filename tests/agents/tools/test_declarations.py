"""What every tool owes the runtime, the model and the reader."""

from __future__ import annotations

import re
from dataclasses import replace
from string import Formatter

import pytest
from pydantic import ValidationError

from agents.team import AGENTS, TEAM, team_of
from handoffs.agent import Agent
from handoffs.tool import Tool

TOOLS = {tool.name: tool for agent in TEAM.agents for tool in agent.tools}
each_tool = pytest.mark.parametrize("tool", TOOLS.values(), ids=TOOLS)


@each_tool
def test_a_tool_tells_the_model_what_it_is_and_gives_an_example(tool: Tool) -> None:
    assert "Example:" in tool.description
    assert len(tool.description) < 700
    assert 3 <= len(tool.examples) <= 6


@each_tool
def test_a_title_names_only_arguments_that_are_always_there(tool: Tool) -> None:
    named = {field for _, field, _, _ in Formatter().parse(tool.title) if field}
    assert named <= set(tool.schema().get("required", [])) | {"quantity"}


@each_tool
def test_ids_amounts_and_addresses_of_effects_must_be_traceable(tool: Tool) -> None:
    if tool.has_effect:
        names = {name for name in tool.arguments.model_fields if re.search(r"_id$|_cents$|address", name)}
        assert names <= set(tool.grounded())


@each_tool
def test_authority_is_never_an_argument(tool: Tool) -> None:
    assert not {"tenant", "customer", "customer_id", "email", "scope"} & set(tool.arguments.model_fields)


def test_no_utterance_belongs_to_two_tools_or_agents() -> None:
    said = [utterance for tool in TOOLS.values() for utterance in tool.examples]
    said += [utterance for agent in TEAM.agents for utterance in agent.examples]
    assert len(said) == len(set(said))


def test_money_moves_by_two_tools_and_both_know_a_limit() -> None:
    money = {tool.name for tool in TOOLS.values() if tool.effect == "money"}
    assert money == {"refund_payment", "place_order"}
    assert {tool.name for tool in TOOLS.values() if tool.approval} == money | {"close_account", "change_order_quantity"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"order_id": "10021", "amount_cents": 5_900, "reason": "duplicate_charge"},
        {"order_id": "V-10021", "amount_cents": 0, "reason": "duplicate_charge"},
        {"order_id": "V-10021", "amount_cents": 5_900, "reason": "goodwill"},
        {"order_id": "V-10021", "amount_cents": 5_900, "reason": "duplicate_charge", "customer": "ben"},
    ],
)
def test_malformed_arguments_never_reach_the_shop(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TOOLS["refund_payment"].arguments.model_validate(wrong)


def test_everybody_reaches_everybody_and_support_answers_when_unsure() -> None:
    assert {agent.name: agent.hands_to for agent in TEAM.agents} == {
        "billing": ("support", "sales"),
        "support": ("billing", "sales"),
        "sales": ("billing", "support"),
    }
    assert TEAM.default == "support"


def test_a_fourth_agent_is_one_more_in_the_tuple() -> None:
    repairs = Agent(
        name="repairs",
        display_name="Repairs",
        purpose="Mends things.",
        instructions="You mend things.",
        short_instructions="You mend things.",
        tools=(),
        hands_to=(),
    )
    team = team_of((*AGENTS, repairs), default="support")
    assert "repairs" in team["billing"].hands_to
    assert team["repairs"].hands_to == ("billing", "support", "sales")
    assert team.version != TEAM.version


def test_an_agent_may_reach_only_some() -> None:
    shy = tuple(replace(agent, hands_to=("support",)) if agent.name == "sales" else agent for agent in AGENTS)
    assert team_of(shy, default="support")["sales"].hands_to == ("support",)

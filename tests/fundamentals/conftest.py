"""The smallest swarm that shows everything: two agents, one tool each."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from agents.models.scripted import Scripted
from evals.local import LocalSwarm
from handoffs.agent import Agent, Team
from handoffs.tool import Scope, ToolContext, tool


class Parcel(BaseModel):
    order_id: str
    where: str


@tool(effect="read", title="Tracking {order_id}")
async def track(ctx: ToolContext[None], order_id: str) -> Parcel:
    """Find a parcel."""
    return Parcel(order_id=order_id, where="Leeds")


def _agent(name: str, *tools: Any, to: str) -> Agent:
    return Agent(
        name=name,
        display_name=name.capitalize(),
        purpose=f"does {name}",
        instructions=f"You are {name}.",
        short_instructions="",
        tools=tools,
        hands_to=(to,),
    )


TEAM = Team(agents=(_agent("billing", to="support"), _agent("support", track, to="billing")), default="billing")


class Tools:
    """Performs the team's tools."""

    async def call(
        self, tool: Any, arguments: BaseModel, *, scope: Scope, conversation: str, key: Any, now: Any
    ) -> Any:
        context = ToolContext(scope=scope, conversation=conversation, key=key, now=now, deps=None)
        return await tool.run(context, **arguments.model_dump())

    async def approval(self, *_: object, **__: object) -> None:
        return None


class ToBilling:
    """An entry route that knows one way."""

    agent, candidates, rule = "billing", (), "always"

    async def route(self, text: str) -> Any:
        return self


@pytest.fixture
def swarm():
    """A swarm that answers by the given script."""

    def make(*script: Any) -> LocalSwarm:
        scope = Scope(tenant="volta", customer="ben")
        return LocalSwarm(team=TEAM, model=Scripted(script), tools=Tools(), entry=ToBilling(), scope=scope)

    return make

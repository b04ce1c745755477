"""A desk: the tools on a filled shop, called as the runtime calls them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from itertools import count

import pytest
from pydantic import BaseModel

from agents.shop.store import Shop
from agents.team import TEAM
from agents.tools.toolbox import Toolbox
from handoffs.tool import ApprovalNeed, Scope

TOOLS = {tool.name: tool for agent in TEAM.agents for tool in agent.tools}


class Desk:
    """Calls tools by name for a demo customer; every effect gets a new key."""

    def __init__(self, shop: Shop, scope: Callable[[str], Scope], today: date) -> None:
        self._toolbox = Toolbox(TEAM, shop)
        self._scope = scope
        self._now = datetime.combine(today, time(12), UTC)
        self._keys = count(1)

    async def __call__(self, customer: str, name: str, **arguments: object) -> BaseModel:
        tool = TOOLS[name]
        return await self._toolbox.call(
            tool,
            tool.arguments.model_validate(arguments),
            scope=self._scope(customer),
            conversation="c-1",
            key=f"k-{next(self._keys)}" if tool.has_effect else None,
            now=self._now,
        )

    async def need(self, customer: str, name: str, **arguments: object) -> ApprovalNeed | None:
        tool = TOOLS[name]
        return await self._toolbox.approval(
            tool,
            tool.arguments.model_validate(arguments),
            scope=self._scope(customer),
            conversation="c-1",
            now=self._now,
        )


@pytest.fixture
def desk(shop: Shop, scope: Callable[[str], Scope], today: date) -> Desk:
    return Desk(shop, scope, today)

"""The runtime's way to the tools: a call gets its context here, and the authority in it never comes from a model."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from agents.shop.store import Shop
from handoffs.agent import Team
from handoffs.tool import ApprovalNeed, Scope, Tool, ToolContext


class Toolbox:
    """Runs the team's tools on one shop."""

    def __init__(self, team: Team, shop: Shop) -> None:
        self.team = team
        self._shop = shop

    async def call(
        self, tool: Tool, arguments: BaseModel, *, scope: Scope, conversation: str, key: str | None, now: datetime
    ) -> BaseModel:
        """Run the tool and answer its result or ToolError.

        *Raises*: Unavailable when the shop is away, NeedsPerson when the key stands for another call.
        """
        context = ToolContext(scope=scope, conversation=conversation, key=key, now=now, deps=self._shop)
        return await tool.run(context, **{name: getattr(arguments, name) for name in type(arguments).model_fields})

    async def approval(
        self, tool: Tool, arguments: BaseModel, *, scope: Scope, conversation: str, now: datetime
    ) -> ApprovalNeed | None:
        """Why this call needs a person, or None; asked before a call and again when the person has decided.

        *Raises*: Unavailable when the shop is away.
        """
        if tool.approval is None:
            return None
        context = ToolContext(scope=scope, conversation=conversation, key=None, now=now, deps=self._shop)
        return await tool.approval(context, arguments)

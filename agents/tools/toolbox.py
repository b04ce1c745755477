"""The runtime's way to the tools: a call gets its context here, and the authority in it never comes from a model."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from agents.shop.store import Shop
from agents.tools.help import HelpDesk, Knowledge
from agents.tools.memory import NoNotes, Notes
from handoffs.agent import Team
from handoffs.errors import UsageError
from handoffs.tool import ApprovalNeed, Scope, Tool, ToolContext


class Toolbox:
    """Runs the team's tools: each gets what its context says it needs (the shop, the help desk, memory)."""

    def __init__(
        self, team: Team, shop: Shop, *, knowledge: Knowledge | None = None, notes: Notes | None = None
    ) -> None:
        self.team = team
        self._deps: dict[type, object] = {
            Shop: shop,
            object: shop,  # a tool that does not say what it acts on
            HelpDesk: HelpDesk(shop, knowledge),
            Notes: notes or NoNotes(),
        }

    async def call(
        self, tool: Tool, arguments: BaseModel, *, scope: Scope, conversation: str, key: str | None, now: datetime
    ) -> BaseModel:
        """Run the tool and answer its result or ToolError.

        *Raises*: Unavailable when the shop is away, NeedsPerson when the key stands for another call, UsageError for a
        tool that needs what this toolbox does not have.
        """
        context = ToolContext(scope=scope, conversation=conversation, key=key, now=now, deps=self._needed(tool))
        return await tool.run(context, **{name: getattr(arguments, name) for name in type(arguments).model_fields})

    async def approval(
        self, tool: Tool, arguments: BaseModel, *, scope: Scope, conversation: str, now: datetime
    ) -> ApprovalNeed | None:
        """Why this call needs a person, or None; asked before a call and again when the person has decided.

        *Raises*: Unavailable when the shop is away.
        """
        if tool.approval is None:
            return None
        context = ToolContext(scope=scope, conversation=conversation, key=None, now=now, deps=self._needed(tool))
        return await tool.approval(context, arguments)

    def _needed(self, tool: Tool) -> object:
        try:
            return self._deps[tool.needs]
        except KeyError:
            known = ", ".join(sorted(kind.__name__ for kind in self._deps if kind is not object))
            raise UsageError(
                f"tool {tool.name!r} needs {tool.needs.__name__!r}, which the toolbox does not have ({known}): "
                "annotate its ctx as ToolContext of one of these, or give the toolbox more"
            ) from None

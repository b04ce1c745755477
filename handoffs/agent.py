"""What an agent is: a frozen declaration. No base class, no registry: a team is a tuple of these."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from handoffs.errors import UsageError
from handoffs.tool import Tool


@dataclass(frozen=True, kw_only=True)
class Agent:
    """One specialist: who it is, what it may do, to whom it may hand off.

    ``short_instructions`` replace ``instructions`` on continued turns; ``examples`` are customer utterances that
    belong to this agent beside the examples of its tools. ``input_share`` of the model's window is for its input (None:
    the usual); one that reads much may take more.
    """

    name: str
    display_name: str
    purpose: str
    instructions: str
    short_instructions: str
    tools: tuple[Tool, ...]
    hands_to: tuple[str, ...]
    examples: tuple[str, ...] = ()
    input_share: float | None = None

    def tool(self, name: str) -> Tool | None:
        """The tool of that name if this agent has it."""
        return next((tool for tool in self.tools if tool.name == name), None)


@dataclass(frozen=True, kw_only=True)
class Team:
    """The agents and who answers when the entry route is unsure.

    *Raises*: UsageError when a name is doubled, or an agent hands to one who is not there.
    """

    agents: tuple[Agent, ...]
    default: str

    def __post_init__(self) -> None:
        names = [agent.name for agent in self.agents]
        if len(set(names)) != len(names):
            raise UsageError(f"two agents share a name in {names!r}: rename one")
        for agent in self.agents:
            if unknown := set(agent.hands_to) - set(names):
                raise UsageError(f"agent {agent.name!r} hands to {sorted(unknown)!r}, not in the team: {names!r}")
        if self.default not in names:
            raise UsageError(f"default agent {self.default!r} is not in the team: {names!r}")

    def __getitem__(self, name: str) -> Agent:
        return next(agent for agent in self.agents if agent.name == name)

    def __contains__(self, name: object) -> bool:
        return any(agent.name == name for agent in self.agents)

    @cached_property
    def version(self) -> str:
        """A digest of everything that shapes a decision; pinned by an execution's first event."""
        digest = hashlib.blake2b(digest_size=8)
        for agent in self.agents:
            digest.update(repr((agent.name, agent.purpose, agent.instructions, agent.hands_to)).encode())
            for tool in agent.tools:
                digest.update(repr((tool.name, tool.description, tool.effect, tool.schema())).encode())
        return digest.hexdigest()

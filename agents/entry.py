"""Who answers first: by embedding, without a model call. Doubt goes to the team's default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from agents.models.offline.examples import PERSON_TOOL
from agents.models.offline.languages import ENGLISH
from agents.models.offline.reader import Reading, split
from handoffs.agent import Team
from handoffs.model import Candidate

_SURE = 0.3


class UtteranceReader(Protocol):
    """What the route needs of the reader."""

    async def read(self, text: str) -> Reading: ...


@dataclass(frozen=True, kw_only=True)
class Routed:
    """Who answers first, the agents that were weighed (best first), and the rule that decided.

    ``rule`` is "matter:<topic>", "person", "unsure", "chitchat", "out_of_scope" or "language:<code>".
    """

    agent: str
    candidates: tuple[Candidate, ...]
    rule: str


class EntryRoute:
    """Routes a customer's message to the agent whose matters it sounds like."""

    def __init__(self, reader: UtteranceReader, team: Team) -> None:
        self._reader = reader
        self._team = team

    async def route(self, text: str) -> Routed:
        """The agent for a message that opens a conversation; the first of several requests decides."""
        reading = await self._reader.read(split(text)[0])
        rule = _rule(reading)
        agent = reading.agents[0].name if rule == "person" or rule.startswith("matter") else self._team.default
        return Routed(agent=agent, candidates=reading.agents, rule=rule)


def _rule(reading: Reading) -> str:
    if reading.language != ENGLISH:
        return f"language:{reading.language}"
    if not reading.in_scope:
        return "out_of_scope"
    if reading.tools and reading.tools[0].name == PERSON_TOOL:
        return "person"
    if reading.chitchat:
        return "chitchat"
    if not reading.agents or reading.agents[0].score < _SURE:
        return "unsure"
    return f"matter:{reading.topics[0].name}"

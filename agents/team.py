"""The team: a new agent is one new file and one line here."""

from __future__ import annotations

from dataclasses import replace

from agents.billing import BILLING
from agents.sales import SALES
from agents.support import SUPPORT
from handoffs.agent import Agent, Team

AGENTS = (
    BILLING,
    SUPPORT,
    SALES,
)


def team_of(agents: tuple[Agent, ...], default: str) -> Team:
    """A team in which an agent that names nobody in ``hands_to`` may hand to everybody else."""

    def connected(agent: Agent) -> Agent:
        everybody = tuple(other.name for other in agents if other.name != agent.name)
        return replace(agent, hands_to=agent.hands_to or everybody)

    return Team(agents=tuple(connected(agent) for agent in agents), default=default)


TEAM = team_of(AGENTS, default="support")

"""Reference utterances, our own words: topics with the agent and the tools that serve them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from handoffs.agent import Agent, Team
from handoffs.tool import Tool

PERSON_TOOL = "ask_for_person"
PREFERENCE_TOOL = "remember_preference"
_SESSION_TOOLS = (PERSON_TOOL, PREFERENCE_TOOL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """One matter customers bring: who answers, which tools serve it (best first), and how it sounds.

    ``agent`` is empty for small talk and for what is out of scope; ``chitchat`` is empty for real matters.
    """

    name: str
    agent: str
    tools: tuple[str, ...]
    chitchat: str
    in_scope: bool
    says: tuple[str, ...]


def topics(team: Team) -> tuple[Topic, ...]:
    """Every topic this team can serve: the written ones, then one per tool or agent that none of them serves.

    A written topic whose tools the team lacks is left out, so that another team does not offer what it cannot do.
    """
    tools = {tool.name: (agent.name, tool) for agent in reversed(team.agents) for tool in agent.tools}
    known = set(tools) | set(_SESSION_TOOLS)
    kept = [topic for topic in _written() if _served(topic, team, known)]
    named = {name for topic in kept for name in topic.tools}
    own = [_declared(agent, tool) for name, (agent, tool) in tools.items() if name not in named]
    served = {topic.agent for topic in kept}
    matters = [_matters(agent) for agent in team.agents if agent.examples and agent.name not in served]
    return (*_enriched(kept, tools), *own, *matters)


def _served(topic: Topic, team: Team, known: set[str]) -> bool:
    return not topic.agent or (topic.agent in team and (not topic.tools or bool(known & set(topic.tools))))


def _enriched(kept: Sequence[Topic], tools: Mapping[str, tuple[str, Tool]]) -> Iterator[Topic]:
    """The topics with the examples that tools declare, each at the topic of its name or the first that it serves."""
    written = {line for topic in kept for line in topic.says}
    named = {topic.name for topic in kept}
    taken: set[str] = set()
    for topic in kept:
        first = topic.tools[0] if topic.tools else ""
        more: tuple[str, ...] = ()
        if first in tools and first not in taken and (topic.name == first or first not in named):
            taken.add(first)
            more = tuple(line for line in tools[first][1].examples if line not in written)
        yield replace(topic, says=topic.says + more)


def _declared(agent: str, tool: Tool) -> Topic:
    says = tool.examples or (tool.description.splitlines()[0],)
    return Topic(name=f"tool:{tool.name}", agent=agent, tools=(tool.name,), chitchat="", in_scope=True, says=says)


def _matters(agent: Agent) -> Topic:
    name = f"agent:{agent.name}"
    return Topic(name=name, agent=agent.name, tools=(), chitchat="", in_scope=True, says=agent.examples)


def _written() -> Iterator[Topic]:
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            yield Topic(
                name=name,
                agent=str(table.get("agent", "")),
                tools=tuple(cast("list[str]", table.get("tools", []))),
                chitchat=str(table.get("chitchat", "")),
                in_scope=not table.get("out_of_scope", False),
                says=tuple(line.strip() for line in str(table["says"]).splitlines() if line.strip()),
            )

"""Reference utterances, our own words: topics with the agent and the tools that serve them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from handoffs.agent import Team

OUT_OF_SCOPE = "out_of_scope"
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
    says: tuple[str, ...]


def topics(team: Team) -> tuple[Topic, ...]:
    """Every topic this team can serve: the written ones, then one per tool and agent that brings its own examples.

    A written topic whose tools the team lacks is left out, so that another team does not offer what it cannot do.
    """
    known = {tool.name for agent in team.agents for tool in agent.tools} | set(_SESSION_TOOLS)
    kept = tuple(topic for topic in _written() if _served(topic, team, known))
    return kept + tuple(_declared(team, {name for topic in kept for name in topic.tools[:1]}))


def _served(topic: Topic, team: Team, known: set[str]) -> bool:
    return not topic.agent or (topic.agent in team and (not topic.tools or bool(known & set(topic.tools))))


def _declared(team: Team, covered: set[str]) -> Iterator[Topic]:
    for agent in team.agents:
        if agent.examples:
            yield Topic(name=f"agent:{agent.name}", agent=agent.name, tools=(), chitchat="", says=agent.examples)
        for tool in agent.tools:
            if tool.name in covered and not tool.examples:
                continue
            says = tool.examples or (tool.description.splitlines()[0],)
            yield Topic(name=f"tool:{tool.name}", agent=agent.name, tools=(tool.name,), chitchat="", says=says)
            covered = covered | {tool.name}


def _written() -> Iterator[Topic]:
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            yield Topic(
                name=name,
                agent=str(table.get("agent", "")),
                tools=tuple(cast("list[str]", table.get("tools", []))),
                chitchat=str(table.get("chitchat", "")),
                says=tuple(line.strip() for line in str(table["says"]).splitlines() if line.strip()),
            )

"""How a problem was solved, as a proposal for the whole shop: a person reads it before anybody is told.

Nothing of the customer gets in: the problem is told in a sentence of our own tools' examples and in listed words, what
helped in names of tools and of their fixed choices. No word is copied, so there is nothing to be stripped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, cast

from agents.learning.episode import Episode
from agents.learning.turn import Turn
from agents.learning.words import words
from agents.shop.text import words as words_of
from handoffs.agent import Team
from handoffs.events import CallFinished, Ended, Escalated
from handoffs.tool import Tool
from memory.longterm.item import Note, content_digest

SOURCE: Final = "resolutions"
_NO_PROBLEM, _ABOUT = words("resolution", "no_problem"), words("resolution", "about")
_TROUBLE: Final = ("error", "failed", "in_doubt", "refused")


class Resolutions:
    """Knows the team's tools, and what their examples call the problems that they solve."""

    def __init__(self, team: Team) -> None:
        self._tools = {tool.name: tool for agent in team.agents for tool in agent.tools}

    def proposed(self, turn: Turn) -> Note | None:
        """What helped in this turn; the same problem and tools give the same note, whoever had it."""
        done = list(self._solving(turn))
        if not done or not _ended_well(turn):
            return None
        said = " ".join([*Episode.read(turn.episode).asked, *(text for _, text in turn.said())])
        about = ", ".join(sorted({match[0].casefold() for match in _ABOUT.finditer(said)}))
        problem = _nearest(said, [example for call in done for example in self._tools[call.tool].examples])
        helped = ", then ".join(dict.fromkeys(self._step(call) for call in done))
        text = f"Problem: “{problem}”{f' ({about})' if about else ''}. What helped: {helped}."
        return Note(
            kind="resolution",
            text=text,
            said_at=turn.at,
            source=SOURCE,
            place=content_digest(text),
            title=f"What helped: {problem}",
            status="proposed",
        )

    def _solving(self, turn: Turn) -> Iterator[CallFinished]:
        calls = (event for event in turn.events if isinstance(event, CallFinished) and event.outcome == "ok")
        for call in calls:
            tool = self._tools.get(call.tool)
            if tool is not None and tool.has_effect and not _NO_PROBLEM.fullmatch(call.tool):
                yield call

    def _step(self, call: CallFinished) -> str:
        chosen = ", ".join(f"{name} {value}" for name, value in _choices(self._tools[call.tool], call.arguments))
        return f"{call.tool} ({chosen})" if chosen else call.tool


def _ended_well(turn: Turn) -> bool:
    ended = any(isinstance(event, Ended) and event.status == "completed" for event in turn.events)
    trouble = any(
        isinstance(event, Escalated) or (isinstance(event, CallFinished) and event.outcome in _TROUBLE)
        for event in turn.events
    )
    return ended and not trouble


def _choices(tool: Tool, arguments: str) -> Iterator[tuple[str, str]]:
    """Arguments that come from a fixed list, which we wrote ourselves."""
    given = cast("Mapping[str, object]", json.loads(arguments or "{}"))
    schema = tool.schema()
    known = cast("Mapping[str, Mapping[str, object]]", schema.get("properties", {}))
    for name, about in known.items():
        if given.get(name) in cast("Iterable[object]", about.get("enum", ())):
            yield name, str(given[name])


def _nearest(said: str, examples: Iterable[str]) -> str:
    """The example that shares most words with what was said; the first where none does."""
    spoken = set(words_of(said))

    def shared(example: str) -> float:
        own = set(words_of(re.sub(r"['’]", "", example)))
        return len(own & spoken) / (len(own) + 3)

    return max(examples, key=shared)

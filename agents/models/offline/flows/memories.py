"""What is remembered of the customer, said with its day; silence is said to be silence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from pydantic import BaseModel, ConfigDict

from agents.learning.preferences import DROPPED
from agents.models.offline import wording
from agents.models.offline.patterns import any_of
from agents.models.offline.preferences import told
from agents.models.offline.scene import Remembered
from agents.models.offline.state import Task
from agents.models.offline.talk import Talk, Trouble, team_has

_SAID_MOST: Final = 4
_QUERY_MOST: Final = 150
_OF_EPISODES: Final = " (conversation: asked, answered by, done, outcome)"  # the words that every episode holds
_OF_THE_CUSTOMER: Final = ("episode", "operational", "factual", "preference", "")
_LAST_TIME: Final = any_of(
    r"\blast (?:time|week|month|conversation|chat)\b", r"\b(?:before|previous\w*|earlier|yesterday|already)\b"
)
_NOT_TOLD: Final = "Answered by:"  # a line of an episode that says nothing to the customer
_HAPPENED: Final = ("episode", "operational")


class Memories(BaseModel):
    """What the recall tool answers, as far as it is told on."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    memories: tuple[Remembered, ...] = ()


def recall(talk: Talk, task: Task) -> str:
    """Wishes that are noted, and what memory holds on the question."""
    noted = [told(key, value) for key, value in talk.facts.preferences.items() if value.lower() != DROPPED]
    wishes = f"Noted of you: {wording.joined(noted)}." if noted else ""
    found = _found(talk, task)
    if found is None:
        return f"I can't look into my memory just now. {wishes}".strip()
    asked = _about(found, task.text)
    if asked:
        lines = wording.bullets([_line(one) for one in asked[:_SAID_MOST]])
        return "\n\n".join(filter(None, [f"This is what I remember:\n\n{lines}", wishes]))
    if wishes:
        return f"{wishes} Beyond that I remember nothing about it."
    return talk.vary(
        "I remember nothing about that: there is no note of it from you.",
        "On that I have no note, so I'd rather not guess.",
    )


def _found(talk: Talk, task: Task) -> Sequence[Remembered] | None:
    """What memory holds, asked by the tool where there is one; None while it is away."""
    if not team_has(talk, "recall"):
        return talk.scene.recalled
    hint = _OF_EPISODES if _LAST_TIME.search(task.text) else ""
    answer = talk.learn(Memories, "recall", query=f"{' '.join(task.text.split())[:_QUERY_MOST]}{hint}")
    if isinstance(answer, Trouble):
        return talk.scene.recalled or None
    return (*answer.memories, *talk.scene.recalled)


def _about(found: Sequence[Remembered], text: str) -> list[Remembered]:
    """The customer's own memories, each once; for "last time" what happened, newest first."""
    own = list({one.text: one for one in found if one.kind in _OF_THE_CUSTOMER}.values())
    if _LAST_TIME.search(text):
        happened = [one for one in own if one.kind in _HAPPENED]
        return sorted(happened, key=lambda one: one.said_on, reverse=True) or own
    return [one for one in own if one.kind != "preference"]


def _line(one: Remembered) -> str:
    day = _day(one.said_on)
    about = ", ".join(filter(None, [f"from {day}" if day else "", one.note]))
    lines = [line.replace(" | ", ", ") for line in one.text.splitlines() if not line.startswith(_NOT_TOLD)]
    return f"{'; '.join(lines)}{f' ({about})' if about else ''}"


def _day(said_on: str) -> str:
    match = re.match(r"\d{4}-\d\d-\d\d", said_on)
    return wording.day(date.fromisoformat(match[0])) if match else said_on

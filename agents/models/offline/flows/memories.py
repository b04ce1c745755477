"""What is remembered of the customer: their wishes, then facts, then what happened; silence is said to be silence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict

from agents.learning.gist import asked_for, matter
from agents.learning.preferences import DROPPED
from agents.models.offline import wording
from agents.models.offline.patterns import any_of
from agents.models.offline.preferences import told
from agents.models.offline.retelling import retold
from agents.models.offline.scene import Remembered
from agents.models.offline.state import Task
from agents.models.offline.talk import Talk, Trouble, team_has
from agents.tools.memory import BESIDE

_FACTS_MOST, _HAPPENED_MOST = 6, 4
_QUERY_MOST: Final = 150
_OF_EPISODES: Final = " (conversation: asked, answered by, done, outcome)"  # the words that every episode holds
_FACTS_ASKED: Final = "Delivery address; e-mail address; plan; the customer owns this device"  # and every fact
_LAST_TIME: Final = any_of(
    r"\blast (?:time|week|month|conversation|chat)\b", r"\b(?:before|previous\w*|earlier|yesterday|already)\b"
)
_OF_ME: Final = any_of(
    r"\b(?:about|of|on) me\b",
    r"\bremember me\b",
    r"\beverything (?:that )?you (?:know|remember)\b",
)
_HAPPENED: Final = ("episode", "operational")
_TOLD: Final = ("factual", "")


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
    facts = retold([one for one in found if one.kind in _TOLD], bool)[:_FACTS_MOST]
    if _OF_ME.search(task.text):
        lines = [*filter(None, [wishes]), *facts, *_happened(found, asked_for)]
        return _listed("This is what I remember of you", lines) if lines else "I remember nothing about you yet."
    is_last_time = _LAST_TIME.search(task.text) is not None
    happened = _happened(found, matter if is_last_time else asked_for)
    lines = (happened or facts) if is_last_time else [*facts, *happened]
    if lines:
        return "\n\n".join(filter(None, [_listed("This is what I remember", lines), wishes]))
    if wishes:
        return f"{wishes} Beyond that I remember nothing about it."
    return talk.vary(
        "I remember nothing about that: there is no note of it from you.",
        "On that I have no note, so I'd rather not guess.",
    )


def _listed(lead: str, lines: Sequence[str]) -> str:
    return f"{lead}:\n\n{wording.bullets(lines)}"


def _found(talk: Talk, task: Task) -> Sequence[Remembered] | None:
    """What memory holds, each once, asked by the tool where there is one; None while it is away. What does not bear on
    the question counts only where it is about everything, or about the last time."""
    came = talk.scene.recalled
    if team_has(talk, "recall"):
        answer = talk.learn(Memories, "recall", query=_query(task.text))
        if isinstance(answer, Trouble):
            return came or None
        came = (*answer.memories, *came)
    if not _OF_ME.search(task.text) and not _LAST_TIME.search(task.text):
        came = tuple(one for one in came if not one.note.startswith(BESIDE))
    return list({one.text: one for one in came}.values())


def _query(text: str) -> str:
    if _OF_ME.search(text):
        return _FACTS_ASKED
    return f"{' '.join(text.split())[:_QUERY_MOST]}{_OF_EPISODES if _LAST_TIME.search(text) else ''}"


def _happened(found: Sequence[Remembered], of_interest: Callable[[str], object]) -> list[str]:
    """What was asked and done, newest first; a whole conversation before what was only asked in it."""
    newest = sorted((one for one in found if one.kind in _HAPPENED), key=lambda one: one.kind)
    newest.sort(key=lambda one: one.said_on, reverse=True)
    return retold(newest, of_interest)[:_HAPPENED_MOST]

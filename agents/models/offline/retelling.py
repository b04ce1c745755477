"""Memories as the customer is told them: in the second person, each thing once, with its day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from agents.learning.episode import Episode
from agents.learning.facts import TITLES
from agents.models.offline import wording
from agents.models.offline.scene import Remembered
from agents.tools.memory import BESIDE

_ASKED: Final = "The customer asked: "
_OWN_WORDS: Final = "The customer's own words: "
_AS_USUAL: Final = ("", "answered", "settled")
_VERBS: Final = {
    "is": "are",
    "has": "have",
    "was": "were",
    "owns": "own",
    "uses": "use",
    "wants": "want",
    "likes": "like",
    "hates": "hate",
    "needs": "need",
    "lives": "live",
    "prefers": "prefer",
}
_THE_CUSTOMER: Final = re.compile(
    r"\b(?P<the>t)he customer(?P<own>'s|’s)?"
    rf"(?: (?P<when>(?:no longer |always |never |also )?)(?P<does>{'|'.join(_VERBS)})\b)?",
    re.IGNORECASE,
)
_TITLED: Final = re.compile(rf"^(?:{'|'.join(TITLES.values())}): ")


def retold(memories: Iterable[Remembered], of_interest: Callable[[str], object]) -> list[str]:
    """A line for each memory that says something new; of what was asked only what is ``of_interest``."""
    asked_before: set[str] = set()
    lines: list[str] = []
    for one in memories:
        asked, rest = _parts(one)
        new = [text for text in asked if text not in asked_before and of_interest(text)]
        asked_before.update(asked)
        said = [f"You asked about {wording.joined([f'“{text}”' for text in new])}"] if new else []
        if (line := wording.capital("; ".join([*said, *rest]))) and (new or not asked):
            lines.append(_dated(line, one))
    return list(dict.fromkeys(lines))


def _parts(one: Remembered) -> tuple[tuple[str, ...], list[str]]:
    """What was asked, and what else there is to tell."""
    if one.text.startswith(_ASKED):
        return (one.text.removeprefix(_ASKED),), []
    episode = Episode.read(one.text)
    if episode == Episode():
        return (), [_to_you(one.text)]
    rest = [f"done: {wording.joined(episode.done)}"] if episode.done else []
    rest += [f"still open: {wording.joined(episode.open)}"] if episode.open else []
    return episode.asked, [*rest, *([] if episode.outcome in _AS_USUAL else [episode.outcome])]


def _to_you(text: str) -> str:
    """A sentence about the customer, said to them."""
    if text.startswith(_OWN_WORDS):
        return f"“{text.removeprefix(_OWN_WORDS)}”"
    if _TITLED.match(text):
        return f"Your {text[0].lower()}{text[1:]}"
    return _THE_CUSTOMER.sub(_you, " ".join(text.split()))


def _you(found: re.Match[str]) -> str:
    you = f"{'Y' if found['the'] == 'T' else 'y'}ou{'r' if found['own'] else ''}"
    return f"{you} {found['when']}{_VERBS[found['does'].lower()]}" if found["does"] else you


def _dated(line: str, one: Remembered) -> str:
    match = re.match(r"\d{4}-\d\d-\d\d", one.said_on)
    day = wording.day(date.fromisoformat(match[0])) if match else one.said_on
    about = [f"from {day}" if day else "", one.note.removeprefix(BESIDE).strip("; ")]
    return f"{line} ({', '.join(filter(None, about))})" if any(about) else line

"""Learning without a model: what the patterns find, what was asked, how the conversation stands, what helped."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Final, cast

from agents.learning.canonical import canonical
from agents.learning.episode import episode_note
from agents.learning.facts import fact
from agents.learning.findings import findings
from agents.learning.gist import asked_for
from agents.learning.guard import objection
from agents.learning.preferences import DROPPED, preference, tells_too_much
from agents.learning.resolutions import Resolutions
from agents.learning.turn import Finding, Turn
from agents.learning.words import BUDGET, TOPICS
from handoffs.agent import Team
from handoffs.events import AnyEvent, CallFinished, CustomerSaid, PreferenceSet
from memory.longterm.item import Note

_SAID: Final = "customer"
_VOCABULARY: Final = {topic.key: {*topic.values, *topic.opposite.values()} for topic in TOPICS}
_TELLING: Final = ("change_account_address", "set_newsletter")


class PatternLearner:
    """The offline learner; the same turn gives the same notes."""

    def __init__(self, team: Team) -> None:
        self._resolutions = Resolutions(team)

    async def learn(self, turn: Turn) -> Sequence[Note]:
        """What the customer prefers and is, what they asked for, the conversation summed up, what helped."""
        return [*stated(turn, lambda _, text: findings(text)), *self.told(turn)]

    def told(self, turn: Turn) -> Iterator[Note]:
        """What does not depend on who reads the customer's words: the request, the episode, the proposal."""
        yield from (note for note in (_request(turn), episode_note(turn), self._resolutions.proposed(turn)) if note)


def stated(turn: Turn, reading: Callable[[int, str], Iterable[Finding]]) -> list[Note]:
    """Preferences and facts, one for each key: the last of a turn counts. ``reading`` says what a message states."""
    kept: dict[str, Note] = {}
    spoken = frozenset(word for _, text in turn.said() for word in _words(text))
    for number, event in zip(turn.numbers, turn.events, strict=True):
        for finding in reading(number, event.text) if isinstance(event, CustomerSaid) else _of(event, spoken):
            kept.pop(finding.key, None)
            kept[finding.key] = turn.note(finding, number)
    return list(kept.values())


def _of(event: AnyEvent, spoken: Set[str]) -> Iterator[Finding]:
    match event:
        case PreferenceSet() if event.value == DROPPED or not _objected(event):
            finding = canonical(event.key, event.value)
            if _is_spoken(finding, event.value, spoken) and not tells_too_much(finding):
                yield finding
        case CallFinished() if event.outcome == "ok":
            yield from _of_result(event)
        case _:
            return


def _is_spoken(finding: Finding, value: str, spoken: Set[str]) -> bool:
    """Whether the customer said it, not the agent that noted it: a word of the vocabulary, or their own words."""
    if finding.value == DROPPED or finding.value in _VOCABULARY.get(finding.key, ()):
        return True
    if finding.key == BUDGET:
        whole, cents = divmod(int(finding.value), 100)
        return not spoken.isdisjoint((finding.value, str(whole), f"{whole}.{cents:02}"))
    return all(word in spoken for word in _words(value))


def _words(text: str) -> list[str]:
    return re.findall(r"\d+\.\d{2}|\w+", text.casefold())


def _objected(event: PreferenceSet) -> bool:
    return objection(f"{event.key.replace('_', ' ')}: {event.value}") is not None


def _of_result(event: CallFinished) -> Iterator[Finding]:
    """What the shop now holds of the customer because they asked for it."""
    if event.tool not in _TELLING:
        return
    result = cast("Mapping[str, object]", json.loads(event.content))
    if "address" in result:
        yield fact("delivery_address", str(result["address"]))
    if "subscribed" in result:
        yield preference("newsletter", "yes" if result["subscribed"] else "no")


def _request(turn: Turn) -> Note | None:
    """What they asked for in this turn, to be picked up later the same day."""
    for number, text in turn.said():
        if asked := asked_for(text):
            return Note(
                kind="operational",
                text=f"The customer asked: {asked}",
                said_at=turn.at,
                source=turn.source,
                place=f"{turn.execution}/asked",
                speaker=_SAID,
                position=number,
                conversation=turn.conversation,
                event=f"{turn.execution}/{number}",
            )
    return None

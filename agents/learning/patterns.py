"""Learning without a model: what the patterns find, what was asked, how the conversation stands, what helped."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, cast

from agents.learning.canonical import DROPPED, canonical
from agents.learning.episode import episode_note
from agents.learning.facts import fact
from agents.learning.findings import findings
from agents.learning.gist import gist
from agents.learning.guard import objection
from agents.learning.preferences import preference
from agents.learning.resolutions import Resolutions
from agents.learning.turn import Finding, Turn
from handoffs.agent import Team
from handoffs.events import AnyEvent, CallFinished, CustomerSaid, PreferenceSet
from memory.longterm.item import Note

_SAID: Final = "customer"
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
    for number, event in zip(turn.numbers, turn.events, strict=True):
        for finding in reading(number, event.text) if isinstance(event, CustomerSaid) else _of(event):
            kept.pop(finding.key, None)
            kept[finding.key] = turn.note(finding, number)
    return list(kept.values())


def _of(event: AnyEvent) -> Iterator[Finding]:
    match event:
        case PreferenceSet() if event.value == DROPPED or not _objected(event):
            yield canonical(event.key, event.value)
        case CallFinished() if event.outcome == "ok":
            yield from _of_result(event)
        case _:
            return


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
        if asked := gist(text):
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

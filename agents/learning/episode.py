"""One conversation in a few lines: what was asked, who answered, what was done, how it stands. Told anew each turn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from agents.learning.gist import matter
from agents.learning.guard import objection
from agents.learning.turn import EPISODE_PLACE, Turn
from handoffs.events import (
    AnyEvent,
    ApprovalRequested,
    ApprovalSettled,
    CallFinished,
    CustomerSaid,
    DoubtSettled,
    Ended,
    Escalated,
    MatterClosed,
    MatterOpened,
    Said,
)
from memory.longterm.item import Note

_ASKED, _BY, _DONE, _OPEN, _OUTCOME = "Asked: ", "Answered by: ", "Done: ", "Still open: ", "Outcome: "
_ASKED_MOST, _DONE_MOST, _OPEN_MOST = 6, 8, 4
_EFFECTS: Final = ("write", "money")
_QUIET: Final = ("remember",)  # what is remembered stands for itself


@dataclass(frozen=True, kw_only=True, slots=True)
class Episode:
    """A conversation so far; its text reads back as itself."""

    asked: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    outcome: str = ""

    @classmethod
    def read(cls, text: str) -> Episode:
        """The episode of a text made by ``text``; of any other text an empty one."""
        lines = text.splitlines()

        def listed(label: str) -> tuple[str, ...]:
            line = next((line for line in lines if line.startswith(label)), label)
            return tuple(filter(None, line.removeprefix(label).split(" | ")))

        return cls(
            asked=listed(_ASKED),
            by=listed(_BY),
            done=listed(_DONE),
            open=listed(_OPEN),
            outcome=" | ".join(listed(_OUTCOME)),
        )

    def text(self) -> str:
        """One line for each thing there is to tell."""
        told = ((_ASKED, self.asked), (_BY, self.by), (_DONE, self.done), (_OPEN, self.open))
        lines = [label + " | ".join(listed) for label, listed in told if listed]
        return "\n".join([*lines, *([_OUTCOME + self.outcome] if self.outcome else [])])

    def after(self, event: AnyEvent) -> Episode:
        """The episode when this has happened as well."""
        match event:
            case CustomerSaid() if about := matter(event.text):
                return replace(self, asked=_with(self.asked, about, _ASKED_MOST), outcome="answered")
            case Said() if event.agent:
                return replace(self, by=_with(self.by, event.agent, _ASKED_MOST))
            case CallFinished() if event.effect in _EFFECTS and event.tool not in _QUIET:
                return self._called(event)
            case ApprovalRequested():
                return replace(self, outcome="waits for a person's decision")
            case ApprovalSettled():
                return replace(self, outcome=f"a person decided: {event.verdict}")
            case MatterOpened():
                return replace(self, open=_with(self.open, _plain(event.matter), _OPEN_MOST))
            case MatterClosed():
                return replace(self, open=tuple(one for one in self.open if one != _plain(event.matter)))
            case Escalated():
                return replace(self, outcome=f"given to a person ({event.number})")
            case DoubtSettled() if event.happened:
                return replace(self, done=_with(self.done, _plain(event.title), _DONE_MOST))
            case Ended() if event.status == "failed":
                return replace(self, outcome="not settled")
            case _:
                return self

    def _called(self, event: CallFinished) -> Episode:
        if event.outcome == "ok":
            return replace(self, done=_with(self.done, _plain(event.title), _DONE_MOST), outcome="settled")
        return replace(self, outcome="in doubt") if event.outcome == "in_doubt" else self


def episode_note(turn: Turn) -> Note | None:
    """The episode of the turn's conversation with this turn in it; None while nothing was asked or done."""
    episode = Episode.read(turn.episode)
    for event in turn.events:
        episode = episode.after(event)
    if not episode.asked and not episode.done:
        return None
    return Note(
        kind="episode",
        text=episode.text(),
        said_at=turn.at,
        source=turn.source,
        place=EPISODE_PLACE,
        title=f"Conversation of {turn.at.date().isoformat()}",
        conversation=turn.conversation,
        event=f"{turn.execution}/{max(turn.numbers, default=0)}",
    )


def _with(listed: Iterable[str], one: str, most: int) -> tuple[str, ...]:
    """The newest so many, each once, in the order in which they were first told."""
    return tuple(dict.fromkeys([*listed, one]))[-most:]


def _plain(text: str) -> str:
    return "" if objection(text) == "secret" else " ".join(text.replace("|", "/").split())[:160]

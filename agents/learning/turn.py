"""A finished turn, and who learns from it: start reading here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from handoffs.events import AnyEvent, CustomerSaid
from memory.longterm.item import Note
from memory.longterm.kinds import Kind

EPISODE_PLACE = "episode"


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One execution that is over: its events with their numbers, and when it ended.

    ``episode`` is the text of what is remembered of this conversation so far: the memory at ``EPISODE_PLACE`` of
    ``source``, '' at first. Texts are masked already.
    """

    tenant: str
    customer: str
    conversation: str
    execution: str
    at: datetime
    events: tuple[AnyEvent, ...]
    numbers: tuple[int, ...]
    episode: str = ""

    @property
    def source(self) -> str:
        """Where everything that this turn teaches comes from."""
        return f"conversation/{self.conversation}"

    def said(self) -> Iterator[tuple[int, str]]:
        """The customer's messages with their event numbers."""
        for number, event in zip(self.numbers, self.events, strict=True):
            if isinstance(event, CustomerSaid):
                yield number, event.text

    def note(self, finding: Finding, number: int) -> Note:
        """The finding with where it comes from; its place is stable, so that learning twice writes once."""
        return Note(
            kind=finding.kind,
            text=finding.text,
            said_at=self.at,
            source=self.source,
            place=f"{self.execution}/{number}/{finding.key}",
            key=finding.key,
            value=finding.value,
            speaker="customer",
            position=number,
            conversation=self.conversation,
            event=f"{self.execution}/{number}",
        )


class Finding(NamedTuple):
    """Something the customer said that holds beyond the turn: ``text`` is a sentence, ``value`` the bare thing."""

    kind: Kind
    key: str
    value: str
    text: str


class Learner(Protocol):
    """Makes notes of a finished turn; learning the same turn again gives the same notes."""

    async def learn(self, turn: Turn) -> Sequence[Note]:
        """What is worth remembering; never a secret, never an instruction."""
        ...

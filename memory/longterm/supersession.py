"""Which value of a key holds, and what a new one does to those before it. Pure: no store, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from memory.longterm.item import Memory, content_digest
from memory.longterm.kinds import LIFETIMES, Kind, Status

HISTORY: Final = timedelta(days=365)  # how long a superseded value stays to be looked at
RETIRED: Final = timedelta(days=30)  # how long a retired memory does

PER_CONVERSATION: Final[tuple[Kind, ...]] = ("operational", "episode")

Changes = Mapping[str, str | datetime | None]


class Line(NamedTuple):
    """What has one value at a time. A proposal stands in a line of its own until an operator accepts it."""

    customer: str
    kind: Kind
    key: str
    status: Status


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What became of what was to be written, as ids. ``confirmed`` and ``unchanged`` name what already said it."""

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    superseded: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()

    def __add__(self, other: Written) -> Written:
        """Both together."""
        return Written(
            added=self.added + other.added,
            replaced=self.replaced + other.replaced,
            confirmed=self.confirmed + other.confirmed,
            superseded=self.superseded + other.superseded,
            unchanged=self.unchanged + other.unchanged,
        )


class Plan(NamedTuple):
    """What is to be put, what is to change in what is stored, by id, and what that comes to."""

    fresh: tuple[Memory, ...]
    changes: Mapping[str, Changes]
    written: Written


def line_of(memory: Memory) -> Line:
    """The line a memory stands in."""
    return Line(memory.customer, memory.kind, memory.key, memory.status)


def said_digest(kind: Kind, key: str, value: str, text: str) -> str:
    """Tells whether a note says what another says: the same value of a key, or without a key the same words."""
    return content_digest(kind, key, _plain(value or text) if key else _plain(text))


def says_same(one: Memory, other: Memory) -> bool:
    """Whether two memories say the same, whatever their digests were made from."""
    if (one.customer, one.kind, one.key) != (other.customer, other.kind, other.key):
        return False
    return same_value(one.value or one.text, other.value or other.text) if one.key else same_value(one.text, other.text)


def same_value(one: str, other: str) -> bool:
    """Whether two values differ in nothing but case, spaces and a final stop."""
    return _plain(one) == _plain(other)


def current(memories: Iterable[Memory]) -> list[Memory]:
    """What holds of them, last heard first: one value per key, the newest, even where a crash left two unmarked."""
    newest_first = sorted((one for one in memories if not one.superseded_by), key=_recency, reverse=True)
    holding: dict[Line | str, Memory] = {}
    for memory in newest_first:
        holding.setdefault(line_of(memory) if memory.key else memory.id, memory)
    return list(holding.values())


def supersede(memories: Iterable[Memory], favoured: Memory) -> list[Memory]:
    """Those of them that a newer value of the favoured memory's key ends, marked. Of equal age the favoured one wins;
    it ends itself where it was said before the present value."""
    line = [one for one in memories if one.key and not one.superseded_by and line_of(one) == line_of(favoured)]
    newest = max(line, key=lambda one: (one.confirmed_at, one.id == favoured.id), default=favoured)
    return [_marked(one, newest) for one in line if one.id != newest.id]


def expiry(kind: Kind, confirmed_at: datetime) -> datetime | None:
    """When a memory of that kind is over, None when its time never comes."""
    lives = LIFETIMES[kind].lives
    return None if lives is None else confirmed_at + lives


def retirement(now: datetime) -> Changes:
    """What makes a memory one that is no longer used and soon erased."""
    return {"status": "retired", "expires_at": now + RETIRED}


def plan(stored: Iterable[Memory], memories: Sequence[Memory]) -> Plan:
    """How to write memories beside those stored that have their ids, keys or digests.

    Said again is confirmed; another value of the same key supersedes, unless it was said before the present one;
    without a key nothing is superseded, however alike.
    """
    draft = _Draft(stored)
    for memory in memories:
        draft.take(memory)
    return draft.plan()


class _Draft:
    def __init__(self, stored: Iterable[Memory]) -> None:
        self._before = {memory.id: memory for memory in stored}
        self._after = dict(self._before)
        self._fresh: dict[str, None] = {}
        self._written = Written()

    def take(self, memory: Memory) -> None:
        same_place = self._after.get(memory.id)
        if same_place and same_place.digest == memory.digest:
            self._written += Written(unchanged=(memory.id,))  # even if superseded since: it is told once more, no more
            self._mark(same_place)  # what a crash left unmarked
        elif twin := self._twin(memory):
            self._hear_again(twin, memory.confirmed_at)
        else:
            self._after[memory.id] = memory
            self._fresh[memory.id] = None
            self._written += Written(replaced=(memory.id,)) if same_place else Written(added=(memory.id,))
            self._mark(memory)

    def plan(self) -> Plan:
        changed = [one for one in self._before if one not in self._fresh and self._after[one] is not self._before[one]]
        return Plan(
            fresh=tuple(self._after[one] for one in self._fresh),
            changes={one: self._changes(one) for one in changed},
            written=self._written,
        )

    def _twin(self, memory: Memory) -> Memory | None:
        """One that says the same and still counts. A rejected proposal counts: it is not made again."""
        if memory.kind in PER_CONVERSATION:
            return None  # two conversations may begin alike; each is remembered as its own
        said = [one for one in self._after.values() if one.id != memory.id and says_same(one, memory)]
        shared = LIFETIMES[memory.kind].shared
        held = [one for one in said if not one.superseded_by and (shared or one.status != "retired")]
        return max(held, key=_recency, default=None)

    def _hear_again(self, twin: Memory, at: datetime) -> None:
        if at <= twin.confirmed_at or twin.status == "retired":
            self._written += Written(unchanged=(twin.id,))
            return
        self._after[twin.id] = replace(twin, confirmed_at=at, expires_at=expiry(twin.kind, at))
        self._written += Written(confirmed=(twin.id,))
        self._mark(self._after[twin.id])

    def _mark(self, favoured: Memory) -> None:
        if favoured.key and not favoured.superseded_by:
            marked = supersede(self._after.values(), favoured)
            self._after |= {one.id: one for one in marked}
            self._written += Written(superseded=tuple(one.id for one in marked))

    def _changes(self, memory: str) -> Changes:
        after = self._after[memory]
        return {
            "confirmed_at": after.confirmed_at,
            "expires_at": after.expires_at,
            "superseded_by": after.superseded_by,
        }


def _marked(old: Memory, new: Memory) -> Memory:
    kept_until = new.confirmed_at + HISTORY
    return replace(old, superseded_by=new.id, expires_at=min(old.expires_at or kept_until, kept_until))


def _recency(memory: Memory) -> tuple[datetime, datetime, int, str]:
    return memory.confirmed_at, memory.said_at, memory.position, memory.id


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".! ")

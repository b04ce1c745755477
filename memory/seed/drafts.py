"""Good lines become memories as they will stand in the store: whose they are, their ids, what tells of a change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from memory.longterm.item import Memory, TenantScope, content_digest, memory_id
from memory.longterm.kinds import LIFETIMES
from memory.seed.gather import RENAME, RESERVED, is_in
from memory.seed.line import Line
from memory.seed.readers import Numbered
from memory.seed.report import Rejected, unforeseen

SEEDED: Final = "seed-"  # how the digest of a seeded memory begins; only such are ever pruned
PAST: Final = ("said_at", "confirmed_at", "verified_at")
RESTORE: Final = "take that out; an export is put back with `baton memory seed`"
CLOCKS_DIFFER: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A memory to be, and whether its line told all of it, as an export does."""

    memory: Memory
    complete: bool

    def is_in(self, stored: Memory) -> bool:
        """Whether the store holds this already, so that nothing need be embedded."""
        return self.memory == stored if self.complete else self.memory.digest == stored.digest


class Drafting:
    """Drafts of one job for one tenant; the same line or key twice is refused.

    ``clean`` takes secrets out of texts; ``customers`` are the shop's ids by what lines call them, and whom it lacks is
    nobody; without it lines name customers by their ids.
    """

    def __init__(
        self,
        scope: TenantScope,
        *,
        now: datetime,
        clean: Callable[[str], str],
        customers: Mapping[str, str] | None,
        reserved: Set[str] = frozenset(),
        restoring: bool = True,
    ) -> None:
        self._tenant = scope.tenant
        self._now = now
        self._clean = clean
        self._customers = customers
        self._reserved = reserved
        self._restoring = restoring
        self._ids: dict[str, str] = {}  # memory id -> where it was first seen
        self._keys: dict[tuple[str, ...], str] = {}

    def drafts(self, name: str, read: Iterable[Numbered | Rejected]) -> Iterator[Draft | Rejected]:
        """What the lines of a document become."""
        for found in read:
            yield self._tried(name, found) if isinstance(found, Numbered) else found

    def _tried(self, name: str, found: Numbered) -> Draft | Rejected:
        try:
            return self._draft(name, found)
        except Exception as error:
            return unforeseen(name, found.number, error)

    def _draft(self, name: str, found: Numbered) -> Draft | Rejected:
        if (wrong := self._misplaced(found.line)) is not None:
            return _rejected(name, found, wrong)
        line = self._at_the_door(found.line)
        memory, where = self._memory(name, line), f"{name}:{found.number}"
        if (wrong := self._repeated(memory, where)) is not None:
            return _rejected(name, found, wrong)
        self._ids[memory.id] = where
        if (value_of := _value_of(memory)) is not None:
            self._keys[value_of] = where
        return Draft(memory=memory, complete=_is_complete(line))

    def _at_the_door(self, line: Line) -> Line:
        return line.model_copy(
            update={
                "text": self._clean(line.text),
                "title": self._clean(line.title),
                "value": self._clean(line.value),
                "customer": line.customer if self._customers is None else self._customers.get(line.customer, ""),
            }
        )

    def _misplaced(self, line: Line) -> tuple[str, str] | None:
        if line.tenant not in ("", self._tenant):
            return f"it belongs to the tenant {line.tenant!r}", "seed it into that one with --tenant, or take it out"
        if is_in(line.source, self._reserved) and not _is_complete(line):  # an export may be put back
            return RESERVED, RENAME
        if not self._restoring and _is_judged(line):
            return "it states a judgement (reviewed_by, verified_at, superseded_by, an active resolution)", RESTORE
        if line.customer and self._customers is not None and line.customer not in self._customers:
            return f"nobody in {self._tenant} is called like its customer", "write the e-mail or the id the shop has"
        for field in PAST:
            moment: datetime | None = getattr(line, field)
            if moment is not None and moment > self._now + CLOCKS_DIFFER:
                return f"{field} is in the future", "write when it was; it would count as newer than all that follows"
        return None

    def _repeated(self, memory: Memory, where: str) -> tuple[str, str] | None:
        if (first := self._ids.get(memory.id)) is not None:
            return f"it is the same as {first}", "remove one, or give each an id of its own"
        if (value_of := _value_of(memory)) is not None and (first := self._keys.get(value_of)) is not None:
            return f"its key {memory.key!r} has a value in {first} already", "keep the one that holds"
        return None

    def _memory(self, name: str, line: Line) -> Memory:
        source, place = line.source or name, _place(line)
        said_at = line.said_at or self._now
        confirmed_at = line.confirmed_at or said_at
        complete, lives = _is_complete(line), LIFETIMES[line.kind].lives
        return Memory(
            id=memory_id(self._tenant, line.customer, source, place),
            tenant=self._tenant,
            customer=line.customer,
            kind=line.kind,
            text=line.text,
            key=line.key,
            value=line.value,
            title=line.title,
            tags=line.tags,
            speaker=line.speaker,
            source=source,
            place=place,
            position=line.position,
            conversation=line.conversation,
            event=line.event,
            said_at=said_at,
            confirmed_at=confirmed_at,
            expires_at=line.expires_at or (None if complete or lives is None else confirmed_at + lives),
            verified_at=line.verified_at,
            superseded_by=line.superseded_by,
            status=line.status or ("proposed" if line.kind == "resolution" else "active"),
            reviewed_by=line.reviewed_by,
            digest=line.digest if complete else SEEDED + content_digest(line.model_dump_json(exclude_defaults=True)),
        )


def _rejected(name: str, found: Numbered, wrong: tuple[str, str]) -> Rejected:
    return Rejected(file=name, line=found.number, reason=wrong[0], advice=wrong[1])


def _value_of(memory: Memory) -> tuple[str, ...] | None:
    """What the memory is the present value of, if of anything."""
    if not memory.key or memory.superseded_by or memory.status == "retired":
        return None
    return memory.customer, memory.kind, memory.key, memory.status


def _is_judged(line: Line) -> bool:
    """Whether the line says what only an operator or the shop can say; from an export it is taken."""
    is_accepted = line.kind == "resolution" and line.status not in (None, "proposed")
    return bool(line.reviewed_by or line.verified_at or line.superseded_by or is_accepted)


def _is_complete(line: Line) -> bool:
    """Whether the line tells all of a memory, as exports do."""
    return bool(line.source and line.place and line.said_at and line.confirmed_at)


def _place(line: Line) -> str:
    """What names the line within its source: its own name for itself, its key, else its words, so that order does not
    matter and a changed text is another memory."""
    if line.place or line.id:
        return line.place or line.id
    return f"key {line.key}" if line.key else f"words {content_digest(line.kind, line.title, line.text)}"

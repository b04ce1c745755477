"""A commit of the in-memory twin: the checks and the writes of ``lua/commit.lua``, in the same order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from memory.session import keys
from memory.session.in_memory_store import Conversation, Execution
from memory.session.types import CommitStatus, Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class Commit:
    """What a worker wants written, all or nothing."""

    execution: str
    fence: int
    epoch: int | None
    number: int
    commit_id: str
    records: Sequence[tuple[str, bytes, bytes | None]]
    session: Mapping[str, str | None]
    hashes: Mapping[str, Mapping[str, str | None]]
    blobs: Mapping[str, bytes]
    index: Sequence[tuple[str, str, float]]
    take: int
    quiet: bool
    status: str | None

    def __post_init__(self) -> None:
        """Refuse names that cannot stand in a key, before anything is written. *Raises*: InvalidName."""
        for log, _, _ in self.records:
            keys.log_part(log)
        for name in self.hashes:
            keys.hash_part(name)
        for name, _, _ in self.index:
            keys.index(name)

    @property
    def ends(self) -> bool:
        """Whether the execution runs no longer after it."""
        return self.status not in {None, "", "running"}

    def answer(self, state: Conversation, found: Execution | None) -> CommitStatus:
        """What becomes of it; ``ok`` means: write."""
        if state.gone:
            return "gone"
        if found is None or found.fence != self.fence:
            return "stale"
        if found.commit == self.commit_id:
            return "repeated"
        if found.status != "running" or len(found.events) + 1 != self.number:
            return "stale"
        if self.epoch is not None and self.epoch != state.epoch:
            return "epoch"
        if (self.ends or self.quiet) and len(state.inbox) > self.take:
            return "inbox"
        return "ok"

    def drop(self, why: str, state: Conversation, found: Execution, at_ms: int) -> None:
        """Leave one record of a refused commit, however often it is sent."""
        if self.commit_id in found.refused or self.commit_id == found.commit:
            return
        found.refused.add(self.commit_id)
        what = {"kind": "dropped", "why": why, "commit_id": self.commit_id, "fence": self.fence, "number": self.number}
        state.append("system", orjson.dumps(what), execution=self.execution, number=0, fence=self.fence, at_ms=at_ms)
        state.hint()

    def write(self, state: Conversation, found: Execution, at_ms: int) -> None:
        """Append the records and apply what they change."""
        found.first_seq = state.seq + 1 if self.records else 0
        found.commit, found.at_ms = self.commit_id, at_ms
        for number, (log, data, entry) in enumerate(self.records, start=self.number):
            record = state.append(log, data, execution=self.execution, number=number, fence=self.fence, at_ms=at_ms)
            found.events.append(record)
            found.recoveries = 0
            if entry:
                state.messages.append(Entry(record.seq, at_ms, entry))
        _change(state.session, self.session)
        for name, changes in self.hashes.items():
            _change(state.hashes.setdefault(name, {}), changes)
        for digest, blob in self.blobs.items():
            state.blobs.setdefault(digest, blob)
        del state.inbox[: self.take]
        state.draft = None
        if self.ends:
            found.status, state.active = str(self.status), ""
        state.hint()


def _change(fields: dict[str, str], changes: Mapping[str, str | None]) -> None:
    for field, value in changes.items():
        if value is None:
            fields.pop(field, None)
        else:
            fields[field] = value

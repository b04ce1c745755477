"""What the in-memory twins share: conversations as plain objects, and a clock. For tests, evals and benchmarks."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from memory.session import keys
from memory.session.following import Viewer
from memory.session.types import Draft, Entry, Head, StoredRecord


@dataclass(slots=True, kw_only=True)
class Execution:
    """One execution. *Units*: ``lease_until_ms`` and ``at_ms`` ms since 1970."""

    status: str = "running"
    fence: int = 0
    lease_until_ms: int = 0
    recoveries: int = 0
    released: bool = False
    commit: str = ""
    first_seq: int = 0
    at_ms: int = 0
    events: list[StoredRecord] = field(default_factory=list[StoredRecord])
    refused: set[str] = field(default_factory=set[str])


@dataclass(slots=True, kw_only=True)
class Conversation:
    """All of one conversation."""

    seq: int = 0
    epoch: int = 0
    active: str = ""
    customer: str = ""
    gone: bool = False
    last_activity_ms: int = 0
    executions: dict[str, Execution] = field(default_factory=dict[str, Execution])
    seen: dict[str, None] = field(default_factory=dict[str, None])
    inbox: list[bytes] = field(default_factory=list[bytes])
    session: dict[str, str] = field(default_factory=dict[str, str])
    messages: list[Entry] = field(default_factory=list[Entry])
    logs: dict[str, list[StoredRecord]] = field(default_factory=dict[str, list[StoredRecord]])
    hashes: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    blobs: dict[str, bytes] = field(default_factory=dict[str, bytes])
    draft: Draft | None = None
    viewers: set[Viewer] = field(default_factory=set[Viewer])

    def append(self, log: str, data: bytes, *, execution: str, number: int, fence: int, at_ms: int) -> StoredRecord:
        """Write one record under the next sequence number."""
        self.seq += 1
        record = StoredRecord(self.seq, at_ms, execution, number, fence, log, data)
        self.logs.setdefault(log, []).append(record)
        return record

    def hint(self) -> None:
        """Wake all who follow."""
        for viewer in self.viewers:
            viewer.tell_seq(self.seq)

    def read(self, after_seq: int, limit: int | None) -> list[StoredRecord]:
        """The records after a sequence number, joined over all logs."""
        joined = heapq.merge(*self.logs.values(), key=lambda record: record.seq)
        return list(islice((record for record in joined if record.seq > after_seq), limit))

    def head(self) -> Head:
        """What the head says."""
        return Head(self.seq, self.epoch, self.active, self.customer, len(self.executions), self.gone)


class InMemoryStore:
    """The place of Redis: one per test or eval; the journal, log, feed and leases given the same store agree."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.conversations: dict[tuple[str, str], Conversation] = {}
        self.indexes: dict[str, dict[str, float]] = {}
        self.stop_listeners: set[asyncio.Queue[tuple[str, str]]] = set()

    def now_ms(self) -> int:
        """The store's clock."""
        return int(self._now().timestamp() * 1000)

    def of(self, tenant: str, conversation: str) -> Conversation:
        """A conversation, made at first use. *Raises*: InvalidName."""
        keys.base(tenant, conversation)
        return self.conversations.setdefault((tenant, conversation), Conversation())

    def index(self, name: str) -> dict[str, float]:
        """An index that commits keep: score by member. *Raises*: InvalidName."""
        return self.indexes.setdefault(keys.index(name), {})

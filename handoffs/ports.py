"""What the runtime needs of the outside, in its own words. Every port has an in-memory twin in the product.

Values that cross a port are plain data: the store keeps opaque bytes and satisfies these shapes without importing us.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from pydantic import BaseModel

from handoffs.tool import ApprovalNeed, Scope, Tool
from handoffs.values import RecalledMemory, WeighedMemory

CommitStatus = Literal["ok", "repeated", "stale", "epoch", "inbox", "gone"]
SubmitStatus = Literal["started", "joined", "repeated", "gone", "foreign"]


class Submitted(Protocol):
    """What became of an item: ``started`` a new execution, ``joined`` the active one, ``repeated`` (id seen before),
    ``gone`` (erased conversation) or ``foreign`` (the conversation belongs to another customer)."""

    @property
    def status(self) -> SubmitStatus: ...
    @property
    def execution(self) -> str: ...


class Stored(Protocol):
    """One record as the store holds it. *Units*: ``at_ms`` milliseconds since 1970 by the store's clock."""

    @property
    def seq(self) -> int: ...
    @property
    def at_ms(self) -> int: ...
    @property
    def execution(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def fence(self) -> int: ...
    @property
    def log(self) -> str: ...
    @property
    def data(self) -> bytes: ...


class StoredEntry(Protocol):
    """One line of the conversation's window (what was said, called, handed over)."""

    @property
    def seq(self) -> int: ...
    @property
    def at_ms(self) -> int: ...
    @property
    def data(self) -> bytes: ...


class Claim(Protocol):
    """An execution in a worker's hands: its events so far, and what of the conversation it needs."""

    @property
    def fence(self) -> int: ...
    @property
    def epoch(self) -> int: ...
    @property
    def recoveries(self) -> int: ...
    @property
    def customer(self) -> str: ...
    @property
    def events(self) -> Sequence[Stored]: ...
    @property
    def session(self) -> Mapping[str, str]: ...
    @property
    def window(self) -> Sequence[StoredEntry]: ...
    @property
    def inbox(self) -> Sequence[bytes]: ...


class Committed(Protocol):
    """The answer to a commit. ``inbox`` is what waits there now, oldest first (after ``take``)."""

    @property
    def status(self) -> CommitStatus: ...
    @property
    def first_seq(self) -> int: ...
    @property
    def at_ms(self) -> int: ...
    @property
    def inbox(self) -> Sequence[bytes]: ...


class Journal(Protocol):
    """A conversation's journal: every write is one atomic step, fenced, and durable when it answers.

    *Raises*: handoffs.errors.Unavailable is raised by the wiring's translation when the store is away.
    """

    async def submit(self, tenant: str, conversation: str, *, customer: str, item_id: str, item: bytes) -> Submitted:
        """Append an item to the inbox; start an execution if none is active."""
        ...

    async def claim(
        self, tenant: str, conversation: str, execution: str, *, lease_s: float, window_after: int
    ) -> Claim | None:
        """Own an execution whose lease is free or over; None when another owns it or it has ended."""
        ...

    async def commit(
        self,
        tenant: str,
        conversation: str,
        execution: str,
        *,
        fence: int,
        epoch: int | None,
        number: int,
        commit_id: str,
        records: Sequence[tuple[str, bytes, bytes | None]],
        session: Mapping[str, str | None],
        hashes: Mapping[str, Mapping[str, str | None]],
        blobs: Mapping[str, bytes],
        index: Sequence[tuple[str, str, float]],
        take: int,
        quiet: bool,
        status: str | None,
    ) -> Committed:
        """Append ``records`` (log, data, window entry or None) as events ``number``, ``number+1``, … — or nothing."""
        ...

    async def renew(self, tenant: str, conversation: str, execution: str, *, fence: int, lease_s: float) -> bool:
        """Prolong a lease; False when the fence is stale."""
        ...

    async def release(self, tenant: str, conversation: str, execution: str, *, fence: int) -> None:
        """Give an unfinished execution back so that any worker may claim it at once."""
        ...


class Leases(Protocol):
    """Which executions lie idle: started but never claimed, released, or their owner died."""

    async def expired(self, limit: int) -> Sequence[tuple[str, str, str]]:
        """(tenant, conversation, execution), oldest first; stale index entries are cleaned on the way."""
        ...


class Signals(Protocol):
    """Drafts out, stop requests in. Hints only: losing one loses no truth."""

    async def draft(
        self, tenant: str, conversation: str, *, execution: str, number: int, fence: int, agent: str, text: str | None
    ) -> None:
        """Show the text so far of an answer being written; None withdraws it."""
        ...

    def stops(self) -> AsyncIterator[tuple[str, str]]:
        """(tenant, conversation) each time a customer presses stop."""
        ...


class Tools(Protocol):
    """Performs tools under an authority that comes from the session."""

    async def call(
        self, tool: Tool, arguments: BaseModel, *, scope: Scope, conversation: str, key: str | None, now: datetime
    ) -> BaseModel:
        """Run one tool. *Raises*: Unavailable when what it acts on is away."""
        ...

    async def approval(
        self, tool: Tool, arguments: BaseModel, *, scope: Scope, conversation: str, now: datetime
    ) -> ApprovalNeed | None:
        """Why this very call needs a person, or None."""
        ...


class Recollected(Protocol):
    """What long-term memory answers: memories worth a place in the prompt (best first), all preferences that are known
    of the customer, and every candidate with its scores. *Units*: ``stages_ms`` milliseconds by stage."""

    @property
    def memories(self) -> Sequence[RecalledMemory]: ...
    @property
    def preferences(self) -> Mapping[str, str]: ...
    @property
    def heard(self) -> Mapping[str, str]:
        """When each preference was last heard, in ISO 8601."""
        ...

    @property
    def candidates(self) -> Sequence[WeighedMemory]: ...
    @property
    def stages_ms(self) -> Mapping[str, float]: ...
    @property
    def error(self) -> str:
        """Why only the preferences could be told; '' where all could."""
        ...


class Recall(Protocol):
    """Long-term memory: what is known of a customer and of the shop, across conversations."""

    async def recall(self, scope: Scope, conversation: str, text: str, *, now: datetime) -> Recollected:
        """What bears on ``text``, but nothing of this very conversation. *Raises*: Unavailable while it is away."""
        ...


class Weighed(Protocol):
    """An option with its score in 0..1."""

    @property
    def name(self) -> str: ...
    @property
    def score(self) -> float: ...


class Route(Protocol):
    """What the entry route answers."""

    @property
    def agent(self) -> str: ...
    @property
    def candidates(self) -> Sequence[Weighed]: ...
    @property
    def rule(self) -> str: ...


class Entry(Protocol):
    """Who answers first in a new conversation."""

    async def route(self, text: str) -> Route:
        """Pick an agent from the first message, without a model call."""
        ...


class Clock(Protocol):
    """Time as data."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds; only differences mean something."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; tests' clocks return at once."""
        ...

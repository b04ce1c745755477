"""What long-term memory needs of the outside, in its own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple, Protocol

from memory.longterm.item import CustomerScope, Encoded, Hit, Memory, Scope, TenantScope, Vector
from memory.longterm.kinds import Kind, Status

SOURCES_MOST: Final = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Where:
    """Which memories of a scope; every field given must fit. ``customer`` '' means the shop's own."""

    ids: tuple[str, ...] | None = None
    kinds: tuple[Kind, ...] | None = None
    customer: str | None = None
    source: str | None = None
    positions: tuple[int, ...] | None = None
    key: str | None = None
    digest: str | None = None
    conversation: str | None = None
    status: Status | None = None
    expired_at: datetime | None = None  # those whose time had come by then
    superseded: bool | None = None


class Page(NamedTuple):
    """Some memories in id order; ``after`` asks for the next page, None at the end."""

    memories: tuple[Memory, ...]
    after: str | None


class MemoryStore(Protocol):
    """Long-term memories with their vectors. A write is durable when it answers.

    Every call takes a scope and touches nothing outside it. *Raises*: StoreUnavailable when the store is away,
    StoreMismatch when it holds vectors of another size.
    """

    async def put(self, scope: Scope, items: Sequence[tuple[Memory, Encoded]]) -> None:
        """Write or replace by id. *Raises*: ValueError for an item outside the scope; then nothing is written."""
        ...

    async def search(
        self,
        scope: CustomerScope,
        query: Encoded,
        *,
        now: datetime,
        limit: int,
        kinds: Sequence[Kind] | None = None,
        not_conversation: str = "",
    ) -> Sequence[Hit]:
        """Union of the ``limit`` best by dense and the ``limit`` best by sparse vector: active, unexpired at ``now``,
        not superseded, not of ``not_conversation``; all of that is a filter inside the vector query."""
        ...

    async def maxsim(self, scope: CustomerScope, ids: Sequence[str], tokens: Vector) -> Mapping[str, float]:
        """Late-interaction score of each memory: mean over the query's tokens of the best cosine, about 0..1.

        *Shape*: tokens (query tokens, token dimension). Memories without token vectors are left out.
        """
        ...

    async def scan(self, scope: Scope, where: Where, *, after: str | None = None, limit: int = 256) -> Page:
        """Memories in id order, whatever their status or age."""
        ...

    async def amend(self, scope: Scope, ids: Sequence[str], changes: Mapping[str, str | datetime | None]) -> None:
        """Set fields of memories (superseded_by, status, expires_at, confirmed_at, verified_at, value, ...)."""
        ...


class MemoryKeeping(Protocol):
    """What the keeper of the same store needs beside."""

    async def erase(self, scope: Scope, where: Where) -> int:
        """Delete; answers how many."""
        ...

    async def count(self, scope: TenantScope, where: Where) -> int:
        """How many there are."""
        ...

    async def sources(self, scope: TenantScope, where: Where) -> Mapping[str, int]:
        """How many memories each source has; of the ``SOURCES_MOST`` that have most."""
        ...

    async def compact(self) -> None:
        """Rewrite the files so that nothing of what was erased is left in them, and indexes are built."""
        ...

    async def health(self) -> str:
        """One sentence: engine, how many memories, size on disk. *Raises*: StoreUnavailable."""
        ...

    async def aclose(self) -> None:
        """Let go of files, locks and connections."""
        ...


class Encoder(Protocol):
    """Texts to what they are found by. *Raises*: WeightsMissing when the embedding model cannot be loaded."""

    async def documents(self, memories: Sequence[Memory]) -> Sequence[Encoded]:
        """One per memory, in order; date and speaker are part of what is encoded."""
        ...

    async def query(self, text: str) -> Encoded:
        """A question."""
        ...


Verdict = Literal["confirmed", "changed", "gone", "unknown"]


class Verified(NamedTuple):
    """What a source says of a remembered fact; ``value`` is the present one where it changed."""

    verdict: Verdict
    value: str = ""


class Verifier(Protocol):
    """Asks the source of a factual memory whether it still holds; registered by the memory's ``key``."""

    async def __call__(self, scope: CustomerScope, value: str) -> Verified: ...

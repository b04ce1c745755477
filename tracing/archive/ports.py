"""What the archive needs of session memory, in its own words; session memory satisfies these by shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from handoffs.ports import Stored


class Active(Protocol):
    """A conversation and when its customer last wrote. *Units*: ms since 1970 by the store's clock."""

    @property
    def conversation(self) -> str: ...
    @property
    def at_ms(self) -> int: ...


class Head(Protocol):
    """Where a conversation stands. ``active`` is '' while nothing runs; ``gone``: it was erased."""

    @property
    def seq(self) -> int: ...
    @property
    def active(self) -> str: ...
    @property
    def customer(self) -> str: ...
    @property
    def gone(self) -> bool: ...


class LiveLog(Protocol):
    """Session memory's records. *Raises*: whatever the store raises while it is away."""

    async def head(self, tenant: str, conversation: str) -> Head:
        """Where a conversation stands; all empty for one that never was."""
        ...

    async def read(
        self, tenant: str, conversation: str, *, after_seq: int = 0, limit: int | None = None
    ) -> Sequence[Stored]:
        """The records of all logs by sequence number, without a gap between them."""
        ...

    async def execution(self, tenant: str, conversation: str, execution: str) -> Sequence[Stored]:
        """The records of one execution, all or none."""
        ...

    async def blobs(self, tenant: str, conversation: str, digests: Sequence[str]) -> Mapping[str, bytes]:
        """The prompt parts of those digests; what is not stored is not in the answer."""
        ...


class Trimming(Protocol):
    """Which conversations there are, and letting go of what has landed of them."""

    async def active(self, tenant: str, *, skip: int, limit: int) -> Sequence[Active]:
        """A tenant's conversations, last active first; it may name what is no more."""
        ...

    async def trim(
        self, tenant: str, conversation: str, *, up_to_seq: int, executions: Sequence[str], digests: Sequence[str]
    ) -> bool:
        """Drop the records up to a sequence number, the executions' states and the prompt parts; False, and nothing is
        done, while an execution runs."""
        ...

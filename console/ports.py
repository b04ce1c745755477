"""What the console needs of the outside, in its own words; ``baton/console_wiring.py`` satisfies it.

*Raises*: StoreUnavailable or Unavailable from any call while a store is away; nothing was done then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from memory.longterm.item import Memory
from memory.longterm.ports import Page
from memory.longterm.recall import Recollection
from memory.longterm.stats import Stats
from memory.seed.report import Progress, SeedReport

Role = Literal["viewer", "operator", "admin"]
Watch = Callable[[Progress], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Operator:
    """A member of staff; ``tenants`` are all that they may see."""

    login: str
    name: str
    role: Role
    tenants: tuple[str, ...]

    @property
    def may_write(self) -> bool:
        """Viewers look and change nothing."""
        return self.role != "viewer"


class Staff(Protocol):
    """Who may come in. Asked anew at each request, so that a role taken away is gone at once."""

    async def check(self, login: str, password: str) -> Operator | None: ...

    async def find(self, login: str) -> Operator | None: ...


class Pace(Protocol):
    """Slows guessing of passwords down."""

    async def refusal(self, address: str, login: str) -> str:
        """Why this login must wait, as a sentence; '' where it need not."""
        ...

    async def count_wrong(self, login: str) -> None: ...


class DenyList(Protocol):
    """Sessions that were logged out before they ran out."""

    async def revoke(self, token_id: str, until: datetime) -> None: ...

    async def revoked(self, token_id: str) -> bool: ...


class Noted(Protocol):
    """An entry of the audit."""

    @property
    def at(self) -> datetime: ...
    @property
    def who(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def detail(self) -> str: ...


class AuditLog(Protocol):
    """Who looked at what and who changed what. The console notes a deed before it does it."""

    async def note(
        self, *, at: datetime, tenant: str, who: str, role: str, what: str, customer: str = "", detail: str = ""
    ) -> None: ...

    async def read(self, tenant: str, *, limit: int = 100, before: int | None = None) -> Sequence[Noted]: ...


class File(NamedTuple):
    """An uploaded file, in memory."""

    name: str
    content: bytes


class Source(NamedTuple):
    """A file that knowledge came from, and how many memories it holds."""

    name: str
    sections: int


class Stock(NamedTuple):
    """What a tenant's long-term memory holds. Where there are very many sections ``sources`` are not all:
    ``is_whole`` says so."""

    sources: Sequence[Source]
    is_whole: bool
    stats: Stats


class Knowledge(Protocol):
    """Long-term memory as an editor works on it. Every call is for one tenant and sees nothing of another."""

    async def stock(self, tenant: str) -> Stock: ...

    async def articles(self, tenant: str, source: str, *, after: str | None = None) -> Page:
        """What came from one source; ``after`` asks for the next page."""
        ...

    async def seed(
        self, tenant: str, files: Sequence[File], *, prune: bool, dry_run: bool, progress: Watch
    ) -> SeedReport:
        """Load files; with ``prune`` also remove what these same files held before and hold no longer."""
        ...

    async def customer(self, tenant: str, said: str) -> str | None:
        """The id of the customer whom someone calls by e-mail address or id; None where there is none."""
        ...

    async def ask(self, tenant: str, customer: str, query: str) -> Recollection:
        """What would be recalled for a customer, or with '' from the shop's own knowledge alone."""
        ...


class Proposals(Protocol):
    """Resolutions that the system proposed and that nobody uses before a person has said yes."""

    async def waiting(self, tenant: str) -> Sequence[Memory]: ...

    async def decide(self, tenant: str, proposal: str, *, accepted: bool, who: str) -> bool:
        """Accept or reject; False where it does not wait any more."""
        ...

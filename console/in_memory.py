"""The twins of what a console stands on, for one process without directories and databases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.backing import Backing
from console.library import LibraryKnowledge, LibraryProposals
from console.ports import Operator, Watch
from memory.coordination.in_memory import InMemoryRevocations
from memory.longterm.hashing import HashingEncoder
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import TenantScope
from memory.longterm.library import library_over
from memory.seed.gather import Gathered
from memory.seed.job import seed
from memory.seed.report import SeedReport


class InMemoryStaff:
    """Operators under one password each."""

    def __init__(self, people: Mapping[Operator, str]) -> None:
        self._people = {person.login: (person, password) for person, password in people.items()}

    async def check(self, login: str, password: str) -> Operator | None:
        """The operator, if login and password are right."""
        person, right = self._people.get(login, (None, ""))
        return person if password == right else None

    async def find(self, login: str) -> Operator | None:
        """The operator of that login."""
        return self._people.get(login, (None, ""))[0]

    def dismiss(self, login: str) -> None:
        """They are no longer staff."""
        del self._people[login]


class InMemoryPace:
    """Lets three wrong passwords through for each name."""

    def __init__(self) -> None:
        self._wrong: dict[str, int] = {}

    async def refusal(self, address: str, login: str) -> str:
        """A sentence after the third."""
        return "Too many wrong passwords: please wait." if self._wrong.get(login, 0) >= 3 else ""

    async def count_wrong(self, login: str) -> None:
        """One more."""
        self._wrong[login] = self._wrong.get(login, 0) + 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry of the audit."""

    at: datetime
    tenant: str
    who: str
    role: str
    what: str
    customer: str
    detail: str


class InMemoryAudit:
    """The audit as a list, oldest first."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    async def note(
        self, *, at: datetime, tenant: str, who: str, role: str, what: str, customer: str = "", detail: str = ""
    ) -> None:
        """Add an entry; others come in between, as with a database."""
        await asyncio.sleep(0)
        self.entries.append(
            Entry(at=at, tenant=tenant, who=who, role=role, what=what, customer=customer, detail=detail)
        )

    async def read(self, tenant: str, *, limit: int = 100, before: int | None = None) -> Sequence[Entry]:
        """The newest of a tenant first."""
        return [entry for entry in reversed(self.entries[:before]) if entry.tenant == tenant][:limit]


def in_memory_backing(people: Mapping[Operator, str], now: Callable[[], datetime]) -> Backing:
    """A console over memories in a dict, found by their words; customers are all ``name@tenant.example``."""
    store, encoder = InMemoryMemoryStore(), HashingEncoder()
    library = library_over(store, encoder)

    async def seeding(
        tenant: str, gathered: Gathered, *, now: datetime, prune: bool, dry_run: bool, progress: Watch
    ) -> SeedReport:
        scope = TenantScope(tenant=tenant)
        return await seed(store, encoder, scope, gathered, now=now, prune=prune, dry_run=dry_run, progress=progress)

    async def customer_of(tenant: str, said: str) -> str | None:
        name, _, shop = said.partition("@")
        return name if shop == f"{tenant}.example" else None

    return Backing(
        staff=InMemoryStaff(people),
        pace=InMemoryPace(),
        deny=InMemoryRevocations(now),
        audit=InMemoryAudit(),
        knowledge=LibraryKnowledge(library, seeding, customer_of, now),
        proposals=LibraryProposals(library, now),
        secret=b"in memory",
        session_s=3600,
        now=now,
        shipped=frozenset({"help_centre"}),
    )

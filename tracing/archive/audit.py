"""Who looked at what and who changed what: entries that are added and never changed, and hold no customer's name."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from handoffs.errors import Unavailable, UsageError
from tracing.archive.engine import connect, database_errors, for_writing
from tracing.archive.migrating import migrate
from tracing.archive.schema import AUDIT
from tracing.archive.uncut import uncut

READ_MOST: Final = 1_000
DETAIL_CHARS_MOST: Final = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """One deed. ``what`` names it ("knowledge.load"), ``subject`` is the pseudonym of the customer it was about, ''
    for none, ``detail`` says more in a few words of ours. *Units*: aware UTC."""

    id: int
    at: datetime
    tenant: str
    who: str
    role: str
    what: str
    subject: str
    detail: str


class Audit:
    """The audit of an installation.

    Customers appear under a keyed digest alone, so that forgetting one leaves the entries whole and says nothing of
    them; whoever holds the key and knows the customer still finds them.
    """

    def __init__(self, engine: AsyncEngine, key: bytes) -> None:
        self._engine, self._writer, self._key = engine, for_writing(engine), key

    @classmethod
    async def open(cls, url: str, key: bytes) -> Audit:
        """Connect, and bring the tables to this program's schema.

        *Raises*: UsageError for a URL of another kind or records of a newer Baton, Unavailable when the database does
        not answer.
        """
        audit = cls(connect(url), key)
        try:
            await migrate(audit._engine)
        except (Unavailable, UsageError):
            await audit.close()
            raise
        return audit

    async def close(self) -> None:
        """Give all connections back."""
        await self._engine.dispose()

    @uncut
    async def note(
        self, *, at: datetime, tenant: str, who: str, role: str, what: str, customer: str = "", detail: str = ""
    ) -> None:
        """Add an entry; it is on disk when this answers. *Raises*: Unavailable; then it is not there."""
        row = {
            "at_ms": round(at.timestamp() * 1000),
            "tenant": tenant,
            "who": who,
            "role": role,
            "what": what,
            "subject": self.pseudonym(tenant, customer) if customer else "",
            "detail": detail[:DETAIL_CHARS_MOST],
        }
        async with database_errors(), self._writer.begin() as connection:
            await connection.execute(insert(AUDIT).values(row))

    @uncut
    async def read(self, tenant: str, *, limit: int = 100, before: int | None = None) -> Sequence[AuditEntry]:
        """The newest entries of a tenant first; ``before`` an entry's id asks for older ones. *Raises*: Unavailable."""
        query = select(AUDIT).where(AUDIT.c.tenant == tenant).order_by(AUDIT.c.id.desc())
        if before is not None:
            query = query.where(AUDIT.c.id < before)
        async with database_errors(), self._engine.connect() as connection:
            found = await connection.execute(query.limit(min(limit, READ_MOST)))
            return [_entry(row) for row in found.mappings()]

    def pseudonym(self, tenant: str, customer: str) -> str:
        """What stands for a customer."""
        named = f"{tenant}\x1f{customer}".encode()
        return "customer:" + hmac.new(self._key, named, hashlib.sha256).hexdigest()[:24]


def _entry(row: RowMapping) -> AuditEntry:
    values = dict(row)
    at = datetime.fromtimestamp(values.pop("at_ms") / 1000, UTC)
    return AuditEntry(at=at, **values)

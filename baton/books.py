"""What waits for a person: approvals, escalations and doubts, as the runtime files them beside the logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from agents.shop.people import OPERATORS
from handoffs.errors import UsageError
from handoffs.events import AnyEvent, decode

Book = Literal["approvals", "escalations", "doubts"]
OPEN_MOST = 1_000


class BookLog(Protocol):
    """What of session memory's reads this needs."""

    async def indexed(self, name: str, limit: int) -> Sequence[str]: ...

    async def hash(self, tenant: str, conversation: str, name: str) -> Mapping[str, str]: ...


@dataclass(frozen=True, kw_only=True)
class Filed:
    """One open case: its number, where it is, since when, and the event that opened it."""

    tenant: str
    conversation: str
    number: str
    status: str
    since: datetime
    event: AnyEvent


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore")

    status: str
    at: float
    event: str


async def open_cases(log: BookLog, book: Book, tenant: str | None = None) -> list[Filed]:
    """The open cases of a book, oldest first, of one tenant or of all."""
    cases: list[Filed] = []
    for member in await log.indexed(book, OPEN_MOST):
        of_tenant, conversation, number = member.split("/")
        if tenant is None or of_tenant == tenant:
            rows = await log.hash(of_tenant, conversation, book)
            if (written := rows.get(number)) is not None:
                cases.append(_filed(of_tenant, conversation, number, written))
    return sorted(cases, key=lambda case: (case.since, case.number))


async def open_case(log: BookLog, book: Book, number: str, tenant: str | None = None) -> Filed:
    """The open case of that number. *Raises*: UsageError naming those that are open."""
    cases = await open_cases(log, book, tenant)
    for case in cases:
        if case.number == number:
            return case
    waiting = f"open are {', '.join(case.number for case in cases[:10])}" if cases else "none is open"
    raise UsageError(f"{number!r} is not among the open {book}: {waiting}.")


def authorised(operator: str, tenant: str) -> str:
    """The operator's login, if they may decide for this tenant.

    *Raises*: UsageError for a stranger, a viewer, or an operator of another tenant.
    """
    who = next((person for person in OPERATORS if person.email == operator.strip().casefold()), None)
    able = [person.email for person in OPERATORS if person.role != "viewer" and tenant in person.tenants]
    if who is None or tenant not in who.tenants:
        raise UsageError(f"{operator!r} is no operator of {tenant!r}: decide as {' or '.join(able) or 'nobody here'}.")
    if who.role == "viewer":
        raise UsageError(f"{operator!r} may look but not decide: ask {' or '.join(able)}.")
    return who.email


def _filed(tenant: str, conversation: str, number: str, written: str) -> Filed:
    row = _Row.model_validate_json(written)
    return Filed(
        tenant=tenant,
        conversation=conversation,
        number=number,
        status=row.status,
        since=datetime.fromtimestamp(row.at, UTC),
        event=decode(row.event.encode()),
    )

"""What a desk writes into the audit: the same deeds as the console, so that neither way goes unseen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from agents.shop.people import OPERATORS
from baton.desk.orders import AnyOrder, Browse, Decide, Export, Recall, Seed
from baton.records import open_audit
from baton.settings import Settings
from tracing.archive.audit import Audit

OWNER: Final = ("command line", "owner")  # whoever reaches the desk owns the data folder; no login says who it was


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """One entry of the audit to be."""

    at: datetime
    tenant: str
    who: str
    role: str
    what: str
    customer: str = ""
    detail: str = ""


Notes = Callable[[Deed], Awaitable[None]]
"""Writes a deed into the audit before it is done. *Raises*: Unavailable; then it must not be done."""


def deed_of(order: AnyOrder, now: datetime) -> Deed | None:
    """What the order does, if that is for the audit. (Forgetting notes itself, with what there was.)"""
    who, role = OWNER
    match order:
        case Seed():
            what = "knowledge.check" if order.dry_run else "knowledge.load"
            files = "1 file" if len(order.files) == 1 else f"{len(order.files)} files"
            return Deed(at=now, tenant=order.tenant, who=who, role=role, what=what, detail=files)
        case Recall(customer=customer) | Browse(customer=str(customer)) if customer:
            return Deed(at=now, tenant=order.tenant, who=who, role=role, what="memory.ask", customer=customer)
        case Export(customer=customer):
            return Deed(at=now, tenant=order.tenant, who=who, role=role, what="memory.export", customer=customer or "")
        case Decide(by=by):
            what = f"resolution.{'accept' if order.accepted else 'reject'}"
            return Deed(at=now, tenant=order.tenant, who=by, role=role_of(by), what=what, detail=order.memory)
        case _:
            return None


def role_of(operator: str) -> str:
    """The role of an operator who was found to be one."""
    return next(person.role for person in OPERATORS if person.email == operator)


def noting(audit: Audit) -> Notes:
    """Notes in an audit that is open."""

    async def note(deed: Deed) -> None:
        await audit.note(**asdict(deed))

    return note


def noting_alone(settings: Settings) -> Notes:
    """Notes in an audit that is opened for it and closed after it."""

    async def note(deed: Deed) -> None:
        audit = await open_audit(settings)
        try:
            await noting(audit)(deed)
        finally:
            await audit.close()

    return note

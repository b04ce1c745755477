"""What a console stands on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from console.ports import AuditLog, DenyList, Knowledge, Operator, Pace, Proposals, Staff


@dataclass(frozen=True, kw_only=True)
class Backing:
    """The ports of a console, the secret that signs its sessions, how long those last, and the clock.

    ``shipped`` are the folders of knowledge that the installation puts back at every start: nobody uploads into them.
    """

    staff: Staff
    pace: Pace
    deny: DenyList
    audit: AuditLog
    knowledge: Knowledge
    proposals: Proposals
    secret: bytes
    session_s: int
    now: Callable[[], datetime]
    shipped: frozenset[str] = frozenset()

    async def note(self, operator: Operator, tenant: str, what: str, *, customer: str = "", detail: str = "") -> None:
        """Write into the audit what somebody is about to do. *Raises*: Unavailable; then it must not be done."""
        await self.audit.note(
            at=self.now(),
            tenant=tenant,
            who=operator.login,
            role=operator.role,
            what=what,
            customer=customer,
            detail=detail,
        )

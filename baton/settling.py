"""A person's decision on a parked action becomes an item in the conversation's inbox; the runtime does the rest."""

from __future__ import annotations

import json
from typing import Literal

from handoffs.errors import UsageError
from handoffs.events import ApprovalRequested, ApprovalSettled, decode, encode
from handoffs.ports import Journal
from handoffs.values import Verdict
from memory.session.redis_log import RedisSessionLog
from tracing.mask import masked

BOOK = "approvals"
LISTED_MOST = 10_000


async def settle_approval(
    journal: Journal, log: RedisSessionLog, *, tenant: str, number: str, verdict: Verdict, by: str, reason: str
) -> Literal["settled", "decided before"]:
    """Decide once, whatever the double clicks: the second decision of a number changes nothing.

    *Raises*: UsageError for a number that this tenant does not have; Unavailable while the store is away.
    """
    conversation, row = await _find(log, tenant, number)
    request = decode(str(row["event"]).encode())
    if row["status"] != "pending" or not isinstance(request, ApprovalRequested):
        return "decided before"
    head = await log.head(tenant, conversation)
    settled = ApprovalSettled(request=request, verdict=verdict, by=by, reason=masked(reason))
    submitted = await journal.submit(
        tenant, conversation, customer=head.customer, item_id=f"approval.{number}", item=encode(settled)
    )
    return "settled" if submitted.status in ("started", "joined") else "decided before"


async def _find(log: RedisSessionLog, tenant: str, number: str) -> tuple[str, dict[str, object]]:
    for member in await log.indexed(BOOK, LISTED_MOST):
        of_tenant, conversation, found = member.split("/")
        if (of_tenant, found) == (tenant, number):
            rows = await log.hash(tenant, conversation, BOOK)
            return conversation, json.loads(rows[number])
    raise UsageError(f"No approval {number!r} waits in {tenant!r}: `baton approvals list` shows what does.")

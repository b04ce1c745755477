"""Whether what long-term memory holds of a customer is still so, asked of the shop. The scope says whose row is read.

The shop keeps no plans: a remembered plan is never confirmed, and is gone when the account is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop.lookups import address_of, find_customer
from agents.shop.store import Shop
from handoffs.errors import Unavailable
from handoffs.tool import Scope, ToolError
from memory.longterm.item import CustomerScope
from memory.longterm.ports import Verified, Verifier


class Held(NamedTuple):
    """What the shop holds of a customer that memory may remember too."""

    address: str
    email: str
    newsletter: str
    closed: bool


def verifiers_of(shop: Shop) -> Mapping[str, Verifier]:
    """Key of a fact -> who knows whether it still holds; what the shop cannot say now is "unknown"."""
    return {
        "delivery_address": partial(_verify, shop, lambda held: held.address),
        "email": partial(_verify, shop, lambda held: held.email),
        "newsletter": partial(_verify, shop, lambda held: held.newsletter),
        "plan": partial(_verify, shop, lambda held: None),
    }


async def _verify(shop: Shop, reading: Callable[[Held], str | None], scope: CustomerScope, value: str) -> Verified:
    """Confirmed where the shop holds the same, however it is spelled; else what it holds instead."""
    try:
        held = await _held(shop, Scope(tenant=scope.tenant, customer=scope.customer))
    except Unavailable:
        return Verified("unknown")
    if isinstance(held, ToolError) or held.closed:
        return Verified("gone")
    present = reading(held)
    if present is None:
        return Verified("unknown")
    return Verified("confirmed") if _plain(present) == _plain(value) else Verified("changed", present)


async def _held(shop: Shop, scope: Scope) -> Held | ToolError:
    async def work(session: AsyncSession) -> Held:
        customer = await find_customer(session, scope)
        return Held(
            address=(await address_of(session, scope)).text,
            email=customer.email,
            newsletter="yes" if customer.newsletter else "no",
            closed=customer.closed_on is not None,
        )

    return await shop.read(work)


def _plain(text: str) -> str:
    """ "Mill Lane 12, Leeds" and "mill lane 12 leeds" are one address; "a.b@x" and "ab@x" are two."""
    return re.sub(r"[\s,;]+", " ", text.casefold()).strip(" .")

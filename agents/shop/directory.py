"""Who is meant: customers by what somebody calls them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from itertools import islice
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop.schema import CustomerRow
from agents.shop.store import Shop
from handoffs.tool import ToolError

AT_ONCE: Final = 400  # names in one question; databases bound the variables of a statement


async def customer_called(shop: Shop, tenant: str, said: str) -> str | None:
    """The id of the tenant's customer with this e-mail address or id; None where there is none."""
    return (await customers_called(shop, tenant, {said})).get(said)


async def customers_called(shop: Shop, tenant: str, said: Set[str]) -> Mapping[str, str]:
    """The ids of the tenant's customers with these e-mail addresses or ids; nobody's name is left out."""
    by_id, by_email = dict[str, str](), dict[str, str]()
    rest = iter(sorted(said))
    while names := list(islice(rest, AT_ONCE)):
        for customer, email in await _found(shop, tenant, names):
            by_id[customer] = by_email[email] = customer
    found = {name: by_id.get(name) or by_email.get(name.casefold()) for name in said}
    return {name: customer for name, customer in found.items() if customer}


async def _found(shop: Shop, tenant: str, names: Sequence[str]) -> Sequence[tuple[str, str]]:
    """Ids and addresses of whom the names mean."""
    emails = [name.casefold() for name in names]

    async def work(session: AsyncSession) -> Sequence[tuple[str, str]]:
        is_meant = or_(CustomerRow.id.in_(names), CustomerRow.email.in_(emails))
        wanted = select(CustomerRow.id, CustomerRow.email).where(CustomerRow.tenant == tenant, is_meant)
        return [(customer, email) for customer, email in await session.execute(wanted)]

    found = await shop.read(work)
    return () if isinstance(found, ToolError) else found

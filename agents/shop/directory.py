"""Who is meant: a customer by what somebody calls them."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop.schema import CustomerRow
from agents.shop.store import Shop
from handoffs.tool import ToolError


async def customer_called(shop: Shop, tenant: str, said: str) -> str | None:
    """The id of the tenant's customer with this e-mail address or id; None where there is none."""

    async def work(session: AsyncSession) -> str | None:
        is_meant = or_(CustomerRow.id == said, CustomerRow.email == said.casefold())
        return await session.scalar(select(CustomerRow.id).where(CustomerRow.tenant == tenant, is_meant))

    found = await shop.read(work)
    return None if isinstance(found, ToolError) else found

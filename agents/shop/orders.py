"""Reading orders."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop.lookups import find_order, not_on_account
from agents.shop.order_facts import OrderFacts, load_facts
from agents.shop.order_schema import OrderTable
from agents.shop.results.orders import OrderFilter, OrderList, OrderRow
from agents.shop.store import Shop
from handoffs.tool import Scope, ToolError

_STATUSES = {
    "any": ("processing", "shipped", "lost", "delivered", "cancelled"),
    "open": ("processing", "shipped", "lost"),
    "delivered": ("delivered",),
    "cancelled": ("cancelled",),
}


async def facts_of(
    session: AsyncSession, scope: Scope, order_id: str, today: date, *, lock: bool = False
) -> OrderFacts:
    """The facts of one of the customer's orders.

    *Raises*: Refused("not_found").
    """
    if lock:  # before anything is read, so that what is read is what the last holder left
        await find_order(session, scope, order_id, lock=True)
    found = await load_facts(session, (*own_orders(scope), OrderTable.id == order_id), today)
    if not found:
        raise not_on_account(order_id)
    return found[0]


def own_orders(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """The conditions that keep a query within the customer."""
    return OrderTable.tenant == scope.tenant, OrderTable.customer == scope.customer


async def list_orders(
    shop: Shop, scope: Scope, status: OrderFilter, limit: int, *, today: date
) -> OrderList | ToolError:
    """The customer's orders in that state, newest first."""

    async def work(session: AsyncSession) -> OrderList:
        facts = await load_facts(session, own_orders(scope), today)
        rows = [fact.row() for fact in facts if fact.status in _STATUSES[status]]
        return OrderList(orders=rows[:limit])

    return await shop.read(work)


async def track_order(shop: Shop, scope: Scope, order_id: str, *, today: date) -> OrderRow | ToolError:
    """One order as it stands today."""

    async def work(session: AsyncSession) -> OrderRow:
        return (await facts_of(session, scope, order_id, today)).row()

    return await shop.read(work)

"""Finding rows within a scope, and the small writes that every effect needs. Unknown and foreign look the same."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop.order_schema import OrderTable
from agents.shop.schema import AddressRow, CounterRow, CustomerRow, MailRow, MethodTable, StockRow, TenantRow
from agents.shop.store import Attempt, Refused
from handoffs.tool import Scope


async def find_order(session: AsyncSession, scope: Scope, order_id: str, *, lock: bool = False) -> OrderTable:
    """The customer's order, locked until the transaction ends where asked for.

    *Raises*: Refused("not_found").
    """
    query = select(OrderTable).where(
        OrderTable.tenant == scope.tenant, OrderTable.customer == scope.customer, OrderTable.id == order_id
    )
    order = await session.scalar(query.with_for_update() if lock else query)
    if order is None:
        raise not_on_account(order_id)
    return order


def not_on_account(order_id: str) -> Refused:
    """The one answer for an order that does not exist and for one of somebody else."""
    return Refused(
        "not_found",
        f"No order {order_id} on this account.",
        "Ask for the number on the confirmation mail, or call list_orders.",
    )


async def find_customer(session: AsyncSession, scope: Scope, *, lock: bool = False) -> CustomerRow:
    """The customer of the scope.

    *Raises*: Refused("not_found").
    """
    query = select(CustomerRow).where(CustomerRow.tenant == scope.tenant, CustomerRow.id == scope.customer)
    customer = await session.scalar(query.with_for_update() if lock else query)
    if customer is None:
        raise Refused("not_found", "This shop has no such customer.", "Ask for a person with ask_for_person.")
    return customer


async def address_of(session: AsyncSession, scope: Scope) -> AddressRow:
    """The address that counts today."""
    found = await session.scalars(
        select(AddressRow).where(
            AddressRow.tenant == scope.tenant, AddressRow.customer == scope.customer, AddressRow.current
        )
    )
    return found.one()


async def methods_of(session: AsyncSession, scope: Scope, *, lock: bool = False) -> list[MethodTable]:
    """The payment methods on file, the default first."""
    query = (
        select(MethodTable)
        .where(MethodTable.tenant == scope.tenant, MethodTable.customer == scope.customer)
        .order_by(MethodTable.is_default.desc(), MethodTable.id)
    )
    return list(await session.scalars(query.with_for_update() if lock else query))


async def take_stock(session: AsyncSession, scope: Scope, product: str, quantity: int) -> None:
    """Take pieces from the shelf, or put them back (negative quantity).

    *Raises*: Refused("out_of_stock").
    """
    stock = await session.scalar(
        select(StockRow).where(StockRow.tenant == scope.tenant, StockRow.product == product).with_for_update()
    )
    if stock is None or stock.quantity < quantity:
        left = stock.quantity if stock else 0
        raise Refused(
            "out_of_stock",
            f"{product} is out of stock for that quantity: {left} left.",
            "Tell the customer how many are left, and offer fewer or another product.",
        )
    stock.quantity -= quantity


async def next_id(session: AsyncSession, scope: Scope, kind: str) -> str:
    """The next number of its kind, like V-20001, V-REF-5001 or V-TIC-1001."""
    prefix = await session.scalar(select(TenantRow.prefix).where(TenantRow.tenant == scope.tenant))
    counted = await session.execute(
        update(CounterRow)
        .where(CounterRow.tenant == scope.tenant, CounterRow.kind == kind)
        .values(value=CounterRow.value + 1)
        .returning(CounterRow.value)
    )
    return f"{prefix}-{counted.scalar_one()}" if kind == "ORDER" else f"{prefix}-{kind}-{counted.scalar_one()}"


async def mail(session: AsyncSession, attempt: Attempt, *, kind: str, subject: str, body: str) -> str:
    """Put one mail to the customer into the outbox; returns the address it goes to."""
    customer = await find_customer(session, attempt.scope)
    session.add(
        MailRow(
            tenant=attempt.scope.tenant,
            id=f"{attempt.key}/{kind}",
            customer=attempt.scope.customer,
            recipient=customer.email,
            kind=kind,
            subject=subject,
            body=body,
            written_at=attempt.now,
        )
    )
    return customer.email

"""Whom an order means: the shop's id in place of what somebody called a customer."""

from __future__ import annotations

from baton.books import authorised
from baton.desk.orders import AnyOrder, Browse, Decide, Export, Forget, Recall
from baton.longterm import LongTerm
from handoffs.errors import UsageError
from memory.longterm.item import TenantScope
from memory.longterm.ports import Where


async def meant(longterm: LongTerm, order: AnyOrder) -> AnyOrder:
    """The order with the customer's id and the operator's login as they are known.

    *Raises*: UsageError for a name that nobody has, or an operator who may not decide; Unavailable.
    """
    match order:
        case Recall(customer=str(said)) | Browse(customer=str(said)) | Export(customer=str(said)) if said:
            customer = await longterm.customer(order.tenant, said)
            if customer is None and not await holds(longterm, order.tenant, said):
                raise UsageError(f"{unknown(order.tenant, said)}.")
            return order.model_copy(update={"customer": customer or said})
        case Forget():
            customer = await longterm.customer(order.tenant, order.customer) or order.customer
            names = tuple(dict.fromkeys((*order.names, customer)))
            return order.model_copy(update={"customer": customer, "names": names})
        case Decide():
            return order.model_copy(update={"by": authorised(order.by, order.tenant)})
        case _:
            return order


async def is_somebody(longterm: LongTerm, tenant: str, customer: str) -> bool:
    """Whether the shop knows the customer, or something is remembered of them."""
    return await longterm.customer(tenant, customer) is not None or await holds(longterm, tenant, customer)


async def holds(longterm: LongTerm, tenant: str, customer: str) -> bool:
    """Whether something is remembered of who left the shop."""
    return await longterm.store.count(TenantScope(tenant=tenant), Where(customer=customer)) > 0


def unknown(tenant: str, said: str) -> str:
    """What to say of a name that nobody has."""
    return f"Nobody in {tenant} is called {said!r}, and nothing is remembered of them: check how it is written"

"""Changing an order before it has left, and cancelling it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop.catalogue import load_products, resolve
from agents.shop.ledger import give_back, settle
from agents.shop.lookups import mail, take_stock
from agents.shop.order_facts import OrderFacts
from agents.shop.order_schema import InvoiceTable, LineTable
from agents.shop.orders import facts_of
from agents.shop.policy import ORDER_LIMIT_CENTS, delivery_fee_cents, expected_on
from agents.shop.results.orders import AddressChanged, Cancelled, Delivery, DeliveryChanged, OrderChanged
from agents.shop.store import Attempt, Refused, Shop
from agents.shop.text import money
from handoffs.tool import ApprovalNeed, Scope, ToolError


async def cancel_order(shop: Shop, attempt: Attempt, order_id: str) -> Cancelled | ToolError:
    """Cancel an order and give back what was paid, less the fee once it has been shipped."""

    async def work(session: AsyncSession) -> Cancelled:
        facts = await facts_of(session, attempt.scope, order_id, attempt.today, lock=True)
        _refuse_unless_cancellable(facts)
        order, fee_cents, refunded_cents = (
            facts.order,
            facts.cancel_fee_cents,
            facts.left_cents - facts.cancel_fee_cents,
        )
        if facts.status == "processing":
            for line in facts.lines:
                await take_stock(session, attempt.scope, line.product, -line.quantity)
        if refunded_cents > 0:
            await give_back(session, attempt, order, refunded_cents, "cancelled")
        order.status = "cancelled"
        await mail(
            session,
            attempt,
            kind="order_cancelled",
            subject=f"Order {order_id} is cancelled",
            body=f"{facts.product}: {money(refunded_cents)} goes back to you, fee {money(fee_cents)}.",
        )
        return Cancelled(order_id=order_id, refunded_cents=refunded_cents, fee_cents=fee_cents)

    return await shop.once(attempt, "cancel_order", {"order_id": order_id}, Cancelled, work)


def _refuse_unless_cancellable(facts: OrderFacts) -> None:
    order_id = facts.order.id
    match facts.status:
        case "delivered":
            raise Refused(
                "already_delivered",
                f"Order {order_id} was already delivered and cannot be cancelled.",
                "Offer a return with request_return."
                if facts.can_return
                else "Say so; a return is not possible either.",
            )
        case "cancelled":
            raise Refused("already_cancelled", f"Order {order_id} is already cancelled.", "Tell the customer so.")
        case "lost":
            raise Refused(
                "parcel_lost",
                f"The parcel of order {order_id} is lost; there is nothing to cancel.",
                "Offer send_replacement, or the money back by billing.",
            )
        case "processing" | "shipped":
            return


def _refuse_if_shipped(facts: OrderFacts) -> None:
    if facts.status != "processing":
        raise Refused(
            "too_late",
            f"Order {facts.order.id} is {facts.status} and cannot be changed any more.",
            "Say so. A shipped order can be cancelled for a fee, a delivered one returned.",
        )


async def change_quantity(
    shop: Shop, attempt: Attempt, order_id: str, product: str | None, quantity: int
) -> OrderChanged | ToolError:
    """Set how many pieces of one article an order holds, and settle the difference."""

    async def work(session: AsyncSession) -> OrderChanged:
        facts = await facts_of(session, attempt.scope, order_id, attempt.today, lock=True)
        _refuse_if_shipped(facts)
        line, order = await _line(session, facts, product), facts.order
        more = quantity - line.quantity
        if more == 0:
            raise Refused("unchanged", f"Order {order_id} already holds {quantity} {line.product}.", "Say so.")
        await take_stock(session, attempt.scope, line.product, more)
        line.quantity = quantity
        order.total_cents += more * line.unit_price_cents
        await settle(session, attempt, order, more * line.unit_price_cents, "order_change")
        await _restate_invoice(session, attempt.scope, order_id, order.total_cents)
        await _mail_change(session, attempt, order_id, f"{line.product}: {quantity} pieces.")
        return OrderChanged(order_id=order_id, product=line.product, quantity=quantity, total_cents=order.total_cents)

    arguments = {"order_id": order_id, "product": product, "quantity": quantity}
    return await shop.once(attempt, "change_order_quantity", arguments, OrderChanged, work)


async def quantity_needs_person(
    shop: Shop, scope: Scope, order_id: str, product: str | None, quantity: int, *, today: date
) -> ApprovalNeed | None:
    """Why raising an order to that quantity needs a person: orders over 1,000.00 do, however they come about."""

    async def work(session: AsyncSession) -> ApprovalNeed | None:
        facts = await facts_of(session, scope, order_id, today)
        _refuse_if_shipped(facts)
        line = await _line(session, facts, product)
        more = quantity - line.quantity
        total_cents = facts.order.total_cents + more * line.unit_price_cents
        if more <= 0 or total_cents <= ORDER_LIMIT_CENTS:
            return None
        return ApprovalNeed(
            what="order",
            sentence=f"Raise order {order_id} to {quantity} {line.product} for {money(total_cents)} in all.",
            amount_cents=total_cents,
            facts={"order": order_id, "product": line.product, "quantity": str(quantity), "now": str(line.quantity)},
        )

    return await shop.need(work)


async def _line(session: AsyncSession, facts: OrderFacts, product: str | None) -> LineTable:
    """The line that is meant.

    *Raises*: Refused("which_product"), Refused("not_found").
    """
    if product is None and len(facts.lines) == 1:
        return facts.lines[0]
    names = [line.product for line in facts.lines]
    if product is None:
        raise Refused(
            "which_product",
            f"Order {facts.order.id} holds {', '.join(names)}.",
            "Ask which of these, and pass it as product.",
        )
    products = await load_products(session, facts.order.tenant)
    wanted = resolve(product, [row for row in products if row.product in names])
    return next(line for line in facts.lines if line.product == wanted.product)


async def change_delivery(
    shop: Shop, attempt: Attempt, order_id: str, delivery: Delivery
) -> DeliveryChanged | ToolError:
    """Send an order another way, and settle the difference in price."""

    async def work(session: AsyncSession) -> DeliveryChanged:
        facts = await facts_of(session, attempt.scope, order_id, attempt.today, lock=True)
        _refuse_if_shipped(facts)
        order = facts.order
        if order.delivery == delivery:
            raise Refused("unchanged", f"Order {order_id} already goes by {delivery} delivery.", "Say so.")
        fee_cents = delivery_fee_cents(delivery, order.total_cents)
        await settle(session, attempt, order, fee_cents - order.delivery_cents, "delivery")
        order.delivery, order.delivery_cents = delivery, fee_cents
        order.expected_on = expected_on(delivery, attempt.today)
        await _mail_change(session, attempt, order_id, f"{delivery} delivery for {money(fee_cents)}.")
        return DeliveryChanged(order_id=order_id, delivery=delivery, fee_cents=fee_cents, expected_on=order.expected_on)

    arguments = {"order_id": order_id, "delivery": delivery}
    return await shop.once(attempt, "change_delivery_option", arguments, DeliveryChanged, work)


async def change_address(shop: Shop, attempt: Attempt, order_id: str, address: str) -> AddressChanged | ToolError:
    """Send one order to another address."""

    async def work(session: AsyncSession) -> AddressChanged:
        facts = await facts_of(session, attempt.scope, order_id, attempt.today, lock=True)
        _refuse_if_shipped(facts)
        facts.order.address = address
        await _mail_change(session, attempt, order_id, f"It goes to {address}.")
        return AddressChanged(order_id=order_id, address=address)

    arguments = {"order_id": order_id, "address": address}
    return await shop.once(attempt, "change_order_address", arguments, AddressChanged, work)


async def _restate_invoice(session: AsyncSession, scope: Scope, order_id: str, total_cents: int) -> None:
    await session.execute(
        update(InvoiceTable)
        .where(InvoiceTable.tenant == scope.tenant, InvoiceTable.order_id == order_id)
        .values(total_cents=total_cents)
    )


async def _mail_change(session: AsyncSession, attempt: Attempt, order_id: str, what: str) -> None:
    await mail(session, attempt, kind="order_changed", subject=f"Order {order_id} was changed", body=what)

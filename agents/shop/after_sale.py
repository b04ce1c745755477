"""What comes after delivery, or instead of it: returns and replacements."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop.ledger import money_of
from agents.shop.lookups import mail, next_id, take_stock
from agents.shop.order_facts import OrderFacts
from agents.shop.order_schema import LineTable, OrderTable, ReplacementRow, ReturnRow
from agents.shop.orders import facts_of
from agents.shop.policy import RETURN_DAYS, expected_on
from agents.shop.results.orders import ReplacementReason, ReplacementSent, ReturnReason, ReturnRequested
from agents.shop.schema import ProductTable
from agents.shop.store import Attempt, Refused, Shop
from agents.shop.text import money
from handoffs.tool import ToolError


async def request_return(
    shop: Shop, attempt: Attempt, order_id: str, reason: ReturnReason
) -> ReturnRequested | ToolError:
    """Register a return and mail its label; the money follows when the item has arrived."""

    async def work(session: AsyncSession) -> ReturnRequested:
        facts = await facts_of(session, attempt.scope, order_id, attempt.today, lock=True)
        until = _refuse_unless_returnable(facts)
        returned = ReturnRow(
            tenant=attempt.scope.tenant,
            id=await next_id(session, attempt.scope, "RET"),
            order_id=order_id,
            reason=reason,
            refund_cents=min(facts.order.total_cents, facts.left_cents),
            requested_on=attempt.today,
            send_back_until=until,
        )
        session.add(returned)
        await mail(
            session,
            attempt,
            kind="return_label",
            subject=f"Your return {returned.id}",
            body=f"Label for {facts.product}. Send it by {until}; {money(returned.refund_cents)} follows its arrival.",
        )
        return ReturnRequested(
            return_id=returned.id, order_id=order_id, refund_cents=returned.refund_cents, send_back_until=until
        )

    arguments = {"order_id": order_id, "reason": reason}
    return await shop.once(attempt, "request_return", arguments, ReturnRequested, work)


def _refuse_unless_returnable(facts: OrderFacts) -> date:
    order_id, until = facts.order.id, facts.return_until
    if facts.status != "delivered" or until is None:
        raise Refused(
            "not_delivered",
            f"Order {order_id} is {facts.status}; only delivered orders can be returned.",
            "A processing or shipped order can be cancelled; a lost one replaced or refunded.",
        )
    if facts.returned:
        raise Refused(
            "already_returned",
            f"Return {facts.returned.id} of order {order_id} was already registered on {facts.returned.requested_on}.",
            "Tell the customer so; the label is in their mail.",
        )
    if facts.replacement:
        raise Refused(
            "already_replaced",
            f"Order {order_id} was replaced by {facts.replacement.replacement_order_id}.",
            "Say so; for anything more, offer a person with ask_for_person.",
        )
    if facts.left_cents <= 0:
        raise Refused("already_refunded", f"Order {order_id} was already refunded in full.", "Say so.")
    if facts.today > until:
        raise Refused(
            "return_too_late",
            f"Order {order_id} could be returned until {until}.",
            "Say so; under warranty a faulty item can be replaced with send_replacement.",
        )
    return facts.today + timedelta(days=RETURN_DAYS // 2)


async def send_replacement(
    shop: Shop, attempt: Attempt, order_id: str, reason: ReplacementReason
) -> ReplacementSent | ToolError:
    """Send the articles of an order again, free of charge and once."""

    async def work(session: AsyncSession) -> ReplacementSent:
        facts = await facts_of(session, attempt.scope, order_id, attempt.today, lock=True)
        await _refuse_unless_replaceable(session, facts, reason)
        for line in facts.lines:
            await take_stock(session, attempt.scope, line.product, line.quantity)
        order = _free_copy(facts, await next_id(session, attempt.scope, "ORDER"))
        session.add(order)
        await session.flush()
        session.add_all(_free_line(line, order.id) for line in facts.lines)
        session.add(
            ReplacementRow(
                tenant=attempt.scope.tenant,
                order_id=order_id,
                replacement_order_id=order.id,
                reason=reason,
                sent_on=attempt.today,
            )
        )
        await mail(
            session,
            attempt,
            kind="replacement",
            subject=f"A replacement for order {order_id}",
            body=f"{facts.product} is sent again as order {order.id}, expected by {order.expected_on}.",
        )
        return ReplacementSent(order_id=order_id, replacement_order_id=order.id, expected_on=order.expected_on)

    arguments = {"order_id": order_id, "reason": reason}
    return await shop.once(attempt, "send_replacement", arguments, ReplacementSent, work)


async def _refuse_unless_replaceable(session: AsyncSession, facts: OrderFacts, reason: ReplacementReason) -> None:
    order_id = facts.order.id
    if facts.replacement:
        raise Refused(
            "already_replaced",
            f"Order {order_id} was already replaced by {facts.replacement.replacement_order_id}.",
            "Tell the customer so; track_order shows where the new one is.",
        )
    money_back = await money_of(session, facts.order)
    if facts.left_cents <= 0 or facts.returned or money_back.refunded_for("lost_parcel"):
        raise Refused(
            "already_refunded",
            f"Order {order_id} was already refunded or is being returned; it cannot be replaced as well.",
            "Tell the customer so; a new order is possible.",
        )
    if reason == "lost" and facts.status != "lost":
        raise Refused(
            "not_lost",
            f"The parcel of order {order_id} is not lost, it is {facts.status}.",
            "Say where it is (track_order); it counts as lost after 7 days without a scan.",
        )
    if reason == "faulty":
        await _refuse_out_of_warranty(session, facts)


async def _refuse_out_of_warranty(session: AsyncSession, facts: OrderFacts) -> None:
    delivered_on = facts.shipment.delivered_on if facts.shipment else None
    if facts.status != "delivered" or delivered_on is None:
        raise Refused(
            "not_delivered",
            f"Order {facts.order.id} is {facts.status}; a faulty item can be replaced once it was delivered.",
            "Check the order with track_order.",
        )
    months = await session.scalars(
        select(ProductTable.warranty_months).where(
            ProductTable.tenant == facts.order.tenant, ProductTable.name.in_([line.product for line in facts.lines])
        )
    )
    warranty_months = min((month or 0 for month in months), default=0)
    if facts.today > delivered_on + timedelta(days=warranty_months * 365 // 12):
        raise Refused(
            "out_of_warranty",
            f"The warranty of {warranty_months} months on order {facts.order.id} has run out.",
            "Say so; offer to leave a note for the technicians with open_ticket.",
        )


def _free_copy(facts: OrderFacts, order_id: str) -> OrderTable:
    original = facts.order
    return OrderTable(
        tenant=original.tenant,
        id=order_id,
        customer=original.customer,
        placed_on=facts.today,
        status="processing",
        delivery="standard",
        expected_on=expected_on("standard", facts.today),
        address=original.address,
        total_cents=0,
        captured_cents=0,
        replaces=original.id,
    )


def _free_line(line: LineTable, order_id: str) -> LineTable:
    return LineTable(
        tenant=line.tenant,
        order_id=order_id,
        number=line.number,
        product=line.product,
        category=line.category,
        quantity=line.quantity,
        unit_price_cents=0,
        listed_cents=0,
    )

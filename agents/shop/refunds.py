"""Refunds: which ones are possible, which were made, and making one."""

from __future__ import annotations

from datetime import date
from typing import cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop.ledger import Money, give_back, money_of, options
from agents.shop.lookups import find_order, mail
from agents.shop.order_facts import OrderFacts
from agents.shop.order_schema import RefundTable
from agents.shop.orders import facts_of
from agents.shop.policy import REFUND_DAYS_MAX, REFUND_DAYS_MIN, add_working_days
from agents.shop.results.billing import (
    Refunded,
    RefundList,
    RefundOption,
    RefundOptions,
    RefundReason,
    RefundRow,
    RefundStatus,
)
from agents.shop.store import Attempt, Refused, Shop
from agents.shop.text import money as amount
from handoffs.tool import ApprovalNeed, Scope, ToolError


async def track_refunds(shop: Shop, scope: Scope, order_id: str | None) -> RefundList | ToolError:
    """The refunds made to the customer, newest first."""

    async def work(session: AsyncSession) -> RefundList:
        if order_id:
            await find_order(session, scope, order_id)
        query = (
            select(RefundTable)
            .where(RefundTable.tenant == scope.tenant, RefundTable.customer == scope.customer)
            .order_by(RefundTable.issued_on.desc(), RefundTable.id.desc())
        )
        found = await session.scalars(query.where(RefundTable.order_id == order_id) if order_id else query)
        return RefundList(refunds=[_row(refund) for refund in found])

    return await shop.read(work)


def _row(refund: RefundTable) -> RefundRow:
    return RefundRow(
        refund_id=refund.id,
        order_id=refund.order_id,
        amount_cents=refund.amount_cents,
        issued_on=refund.issued_on,
        status=cast(RefundStatus, refund.status),
        expected_from=add_working_days(refund.issued_on, REFUND_DAYS_MIN),
        expected_by=add_working_days(refund.issued_on, REFUND_DAYS_MAX),
        working_days_min=REFUND_DAYS_MIN,
        working_days_max=REFUND_DAYS_MAX,
    )


async def refund_options(shop: Shop, scope: Scope, order_id: str, *, today: date) -> RefundOptions | ToolError:
    """What the shop would refund for the order today."""

    async def work(session: AsyncSession) -> RefundOptions:
        facts = await facts_of(session, scope, order_id, today)
        money = await money_of(session, facts.order)
        possible = options(facts, money)
        return RefundOptions(
            order_id=order_id,
            paid_cents=facts.order.captured_cents,
            refunded_cents=facts.order.refunded_cents,
            options=possible,
            none_because=None if possible else _none_because(facts, money),
            method=money.method,
        )

    return await shop.read(work)


def _none_because(facts: OrderFacts, money: Money) -> str:
    if not money.refunds:
        return _nothing_owed(facts)
    last = money.refunds[-1]
    made = (
        f"Refund {last.id} of {amount(last.amount_cents)} was already issued on {last.issued_on}; "
        f"the bank needs {REFUND_DAYS_MIN} to {REFUND_DAYS_MAX} working days."
    )
    return f"{made} {_nothing_owed(facts)}" if facts.left_cents > 0 and not facts.returned else made


def _nothing_owed(facts: OrderFacts) -> str:
    if facts.replacement:
        return f"A replacement was sent as order {facts.replacement.replacement_order_id}."
    if facts.returned:
        return f"Return {facts.returned.id} has not arrived yet; the refund follows when it has."
    match facts.status:
        case "processing":
            return "The order is not shipped yet: it can be cancelled free of charge."
        case "shipped":
            return "The parcel is on its way; it counts as lost after 7 days without a scan."
        case "delivered" if facts.can_return:
            return f"The item was delivered: it can be returned until {facts.return_until}, the refund follows."
        case "delivered":
            return "The item was delivered and the time for a return is over."
        case "cancelled" | "lost":
            return "Nothing was paid for this order."


async def refund(
    shop: Shop, attempt: Attempt, order_id: str, amount_cents: int, reason: RefundReason
) -> Refunded | ToolError:
    """Make one of today's refund options come true."""

    async def work(session: AsyncSession) -> Refunded:
        facts = await facts_of(session, attempt.scope, order_id, attempt.today, lock=True)
        money = await money_of(session, facts.order)
        option = _agreed(facts, money, amount_cents, reason)
        made = await give_back(session, attempt, facts.order, option.amount_cents, reason)
        await mail(
            session,
            attempt,
            kind="refund",
            subject=f"Refund {made.id} for order {order_id}",
            body=f"{amount(amount_cents)} goes back to {made.method}, in "
            f"{REFUND_DAYS_MIN} to {REFUND_DAYS_MAX} working days.",
        )
        return Refunded(
            refund_id=made.id,
            order_id=order_id,
            amount_cents=amount_cents,
            method=made.method,
            working_days_min=REFUND_DAYS_MIN,
            working_days_max=REFUND_DAYS_MAX,
        )

    arguments = {"order_id": order_id, "amount_cents": amount_cents, "reason": reason}
    return await shop.once(attempt, "refund_payment", arguments, Refunded, work)


def _agreed(facts: OrderFacts, money: Money, amount_cents: int, reason: RefundReason) -> RefundOption:
    """The option that was asked for.

    *Raises*: Refused with what is possible instead.
    """
    possible = options(facts, money)
    option = next((option for option in possible if option.reason == reason), None)
    if option and option.amount_cents == amount_cents:
        return option
    if option:
        raise Refused(
            "wrong_amount",
            f"For {reason} exactly {amount(option.amount_cents)} of order {facts.order.id} can be refunded.",
            "Name that amount to the customer and ask again.",
        )
    if possible:
        offers = ", ".join(f"{option.reason} {amount(option.amount_cents)}" for option in possible)
        raise Refused(
            "not_refundable",
            f"Order {facts.order.id} has no open refund for {reason}, but for: {offers}.",
            "Offer what is possible and ask again.",
        )
    raise Refused(
        "already_refunded" if money.refunds else "not_refundable",
        _none_because(facts, money),
        "Tell the customer this; do not try another reason or amount.",
    )


async def refund_needs_person(
    shop: Shop, scope: Scope, order_id: str, amount_cents: int, reason: RefundReason, *, today: date
) -> ApprovalNeed | None:
    """Why this refund needs a person: refunds over 100.00 do."""

    async def work(session: AsyncSession) -> ApprovalNeed | None:
        facts = await facts_of(session, scope, order_id, today)
        money = await money_of(session, facts.order)
        if not _agreed(facts, money, amount_cents, reason).needs_person:
            return None
        cause = reason.replace("_", " ")
        return ApprovalNeed(
            what="refund",
            sentence=f"Refund {amount(amount_cents)} for order {order_id} ({facts.product}), {cause}.",
            amount_cents=amount_cents,
            facts={
                "order": order_id,
                "status": facts.status,
                "reason": reason,
                "paid": amount(facts.order.captured_cents),
                "refunded": amount(facts.order.refunded_cents),
                "method": money.method,
            },
        )

    return await shop.need(work)

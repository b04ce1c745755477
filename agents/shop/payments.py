"""Payments, payment methods, and the rules on fees and refunds."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop import policy
from agents.shop.ledger import Money
from agents.shop.lookups import find_order, methods_of
from agents.shop.order_facts import OrderFacts, load_facts
from agents.shop.order_schema import OrderTable, PaymentTable, RefundTable
from agents.shop.orders import facts_of, own_orders
from agents.shop.results.billing import (
    CancellationFee,
    Duplicate,
    Method,
    PaymentList,
    PaymentMethodChanged,
    PaymentMethods,
    PaymentRow,
    RefundPolicy,
)
from agents.shop.store import Attempt, Refused, Shop
from handoffs.tool import Scope, ToolError


async def list_payments(shop: Shop, scope: Scope, order_id: str | None) -> PaymentList | ToolError:
    """What was captured from the customer, and which orders were paid more than once."""

    async def work(session: AsyncSession) -> PaymentList:
        if order_id:
            await find_order(session, scope, order_id)
        payments = await _payments(session, scope, order_id)
        return PaymentList(
            payments=[_payment_row(payment) for payment in payments],
            duplicates=await _duplicates(session, scope, payments),
        )

    return await shop.read(work)


async def _payments(session: AsyncSession, scope: Scope, order_id: str | None) -> list[PaymentTable]:
    query = (
        select(PaymentTable)
        .where(PaymentTable.tenant == scope.tenant, PaymentTable.customer == scope.customer)
        .order_by(PaymentTable.captured_on.desc(), PaymentTable.id.desc())
    )
    return list(await session.scalars(query.where(PaymentTable.order_id == order_id) if order_id else query))


async def _duplicates(session: AsyncSession, scope: Scope, payments: list[PaymentTable]) -> list[Duplicate]:
    refunds = await session.scalars(
        select(RefundTable).where(
            RefundTable.tenant == scope.tenant,
            RefundTable.customer == scope.customer,
            RefundTable.reason == "duplicate_charge",
        )
    )
    made = list(refunds)
    paid = {payment.order_id for payment in payments}
    facts = await load_facts(session, (*own_orders(scope), OrderTable.id.in_(paid)), date.min)
    found = (
        _duplicate(
            fact,
            Money(
                payments=[payment for payment in payments if payment.order_id == fact.order.id],
                refunds=[refund for refund in made if refund.order_id == fact.order.id],
            ),
        )
        for fact in facts
    )
    return [duplicate for duplicate in found if duplicate]


def _duplicate(facts: OrderFacts, money: Money) -> Duplicate | None:
    if not money.duplicates_left or facts.left_cents <= 0:
        return None
    return Duplicate(
        order_id=facts.order.id,
        product=facts.product,
        amount_cents=money.captures[-1].amount_cents,
        payment_ids=[payment.id for payment in money.captures],
        times=len(money.captures),
    )


def _payment_row(payment: PaymentTable) -> PaymentRow:
    return PaymentRow(
        payment_id=payment.id,
        order_id=payment.order_id,
        amount_cents=payment.amount_cents,
        captured_on=payment.captured_on,
        method=payment.method,
    )


async def cancellation_fee(
    shop: Shop, scope: Scope, order_id: str | None, *, today: date
) -> CancellationFee | ToolError:
    """What cancelling that order would cost today, or the rule."""

    async def work(session: AsyncSession) -> CancellationFee:
        if order_id is None:
            because = "Cancelling is free until the order is shipped and costs 15.00 after that."
            return CancellationFee(order_id=None, fee_cents=policy.CANCEL_FEE_CENTS, because=because)
        facts = await facts_of(session, scope, order_id, today)
        return CancellationFee(order_id=order_id, fee_cents=facts.cancel_fee_cents, because=_because(facts))

    return await shop.read(work)


def _because(facts: OrderFacts) -> str:
    match facts.status:
        case "processing":
            return "The order is not shipped yet, so cancelling is free."
        case "shipped":
            return "The order is already shipped, so cancelling costs a fee."
        case "delivered":
            return "The order was delivered and cannot be cancelled; it may be returned."
        case "cancelled":
            return "The order is already cancelled."
        case "lost":
            return "The parcel is lost: it is replaced or refunded, without any fee."


def refund_policy() -> RefundPolicy:
    """The rules on returns and refunds."""
    return RefundPolicy(
        return_days=policy.RETURN_DAYS,
        working_days_min=policy.REFUND_DAYS_MIN,
        working_days_max=policy.REFUND_DAYS_MAX,
        text=policy.REFUND_TEXT,
    )


async def method_rows(session: AsyncSession, scope: Scope) -> list[Method]:
    """The payment methods as their customer may see them, the default first."""
    return [
        Method(method_id=method.id, kind=method.kind, label=method.label, default=method.is_default)
        for method in await methods_of(session, scope)
    ]


async def list_payment_methods(shop: Shop, scope: Scope) -> PaymentMethods | ToolError:
    """The payment methods on file."""

    async def work(session: AsyncSession) -> PaymentMethods:
        return PaymentMethods(methods=await method_rows(session, scope))

    return await shop.read(work)


async def change_payment_method(shop: Shop, attempt: Attempt, method_id: str) -> PaymentMethodChanged | ToolError:
    """Make a method on file the one that pays."""

    async def work(session: AsyncSession) -> PaymentMethodChanged:
        methods = await methods_of(session, attempt.scope, lock=True)
        chosen = next((method for method in methods if method.id == method_id), None)
        if chosen is None:
            raise Refused(
                "not_found",
                f"No payment method {method_id} is on file.",
                "Call list_payment_methods and let the customer choose; new ones cannot be added in the chat.",
            )
        if chosen.is_default:
            raise Refused("unchanged", f"{chosen.label} already pays by default.", "Tell the customer so.")
        for method in methods:
            method.is_default = method is chosen
        return PaymentMethodChanged(method_id=chosen.id, label=chosen.label)

    arguments = {"method_id": method_id}
    return await shop.once(attempt, "change_payment_method", arguments, PaymentMethodChanged, work)

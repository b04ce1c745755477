"""Money in and out of one order: capturing, giving back, and what the shop owes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop.lookups import methods_of, next_id
from agents.shop.order_facts import OrderFacts
from agents.shop.order_schema import OrderTable, PaymentTable, RefundTable
from agents.shop.policy import REFUND_LIMIT_CENTS
from agents.shop.results.billing import RefundOption, RefundReason
from agents.shop.store import Attempt, Refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Money:
    """All payments and refunds of one order, oldest first."""

    payments: list[PaymentTable]
    refunds: list[RefundTable]

    @property
    def method(self) -> str:
        """The payment method that refunds go back to."""
        return self.payments[0].method if self.payments else "the original payment method"

    def refunded_for(self, reason: RefundReason) -> int:
        """How many refunds were made for that reason."""
        return sum(refund.reason == reason for refund in self.refunds)

    @property
    def captures(self) -> list[PaymentTable]:
        """The payments for the order itself; more than one is a duplicate charge."""
        return [payment for payment in self.payments if payment.purpose == "order"]

    @property
    def duplicates_left(self) -> int:
        """How many payments too many are not yet refunded."""
        return max(0, len(self.captures) - 1 - self.refunded_for("duplicate_charge"))


async def money_of(session: AsyncSession, order: OrderTable) -> Money:
    """The payments and refunds of an order."""
    payments = await session.scalars(
        select(PaymentTable)
        .where(PaymentTable.tenant == order.tenant, PaymentTable.order_id == order.id)
        .order_by(PaymentTable.captured_on, PaymentTable.id)
    )
    refunds = await session.scalars(
        select(RefundTable)
        .where(RefundTable.tenant == order.tenant, RefundTable.order_id == order.id)
        .order_by(RefundTable.issued_on, RefundTable.id)
    )
    return Money(payments=list(payments), refunds=list(refunds))


def options(facts: OrderFacts, money: Money) -> list[RefundOption]:
    """What the shop owes for an order today, with the exact amount of each cause; never more than is left."""
    duplicate_cents = money.captures[-1].amount_cents if money.duplicates_left else 0
    once_cents = facts.left_cents - duplicate_cents * money.duplicates_left
    owed: dict[RefundReason, int] = {"duplicate_charge": duplicate_cents}
    if facts.status == "lost" and not facts.replacement and not money.refunded_for("lost_parcel"):
        owed["lost_parcel"] = once_cents
    if facts.returned and facts.returned.received_on and not money.refunded_for("returned_item"):
        owed["returned_item"] = min(facts.returned.refund_cents, once_cents)
    if not money.refunded_for("price_error"):
        above = sum((line.unit_price_cents - line.listed_cents) * line.quantity for line in facts.lines)
        owed["price_error"] = min(above, once_cents)
    return [
        RefundOption(reason=reason, amount_cents=cents, needs_person=cents > REFUND_LIMIT_CENTS)
        for reason, cents in owed.items()
        if cents > 0
    ]


async def capture(session: AsyncSession, attempt: Attempt, order: OrderTable, cents: int, purpose: str) -> str:
    """Take money by the default method; returns its label.

    *Raises*: Refused("no_payment_method").
    """
    methods = await methods_of(session, attempt.scope)
    if not methods:
        raise Refused("no_payment_method", "No payment method is on file.", "Offer a person with ask_for_person.")
    session.add(
        PaymentTable(
            tenant=attempt.scope.tenant,
            id=await next_id(session, attempt.scope, "PAY"),
            order_id=order.id,
            customer=attempt.scope.customer,
            amount_cents=cents,
            captured_on=attempt.today,
            method=methods[0].label,
            purpose=purpose,
        )
    )
    order.captured_cents += cents
    return methods[0].label


async def give_back(session: AsyncSession, attempt: Attempt, order: OrderTable, cents: int, reason: str) -> RefundTable:
    """Refund to the method that paid. The table itself refuses more than was captured."""
    money = await money_of(session, order)
    refund = RefundTable(
        tenant=attempt.scope.tenant,
        id=await next_id(session, attempt.scope, "REF"),
        order_id=order.id,
        customer=attempt.scope.customer,
        amount_cents=cents,
        reason=reason,
        issued_on=attempt.today,
        status="issued",
        method=money.method,
    )
    session.add(refund)
    order.refunded_cents += cents
    return refund


async def settle(
    session: AsyncSession, attempt: Attempt, order: OrderTable, difference_cents: int, purpose: str
) -> None:
    """Capture a positive difference, give a negative one back."""
    if difference_cents > 0:
        await capture(session, attempt, order, difference_cents, purpose)
    elif difference_cents < 0:
        left_cents = order.captured_cents - order.refunded_cents
        await give_back(session, attempt, order, min(-difference_cents, left_cents), purpose)

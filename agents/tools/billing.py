"""Payments and refunds."""

from __future__ import annotations

from typing import Protocol

from agents.shop import payments, refunds
from agents.shop.results.billing import (
    CancellationFee,
    PaymentList,
    PaymentMethodChanged,
    PaymentMethods,
    Refunded,
    RefundList,
    RefundOptions,
    RefundPolicy,
    RefundReason,
)
from agents.tools.types import Cents, MethodId, OrderId, ShopContext, attempt
from handoffs.tool import ApprovalNeed, ToolError, tool


@tool(
    effect="read",
    title="Checking your payments",
    examples=(
        "I was charged twice",
        "the same amount left my account two times",
        "what is this charge on my card",
        "why did you take so much money",
        "did my payment arrive",
        "you billed me more than once for one thing",
    ),
)
async def list_payments(ctx: ShopContext, order_id: OrderId | None = None) -> PaymentList | ToolError:
    """List what was captured from the customer, and which orders were paid twice and not yet refunded.

    Use it for any question about a charge, with the order if the customer named one. ``duplicates`` is the truth on
    double charges: if it is empty, nothing was charged twice, whatever the statement seems to say.
    Example: "you charged me twice" -> list_payments().
    Error not_found: the order is not on this account.
    """
    return await payments.list_payments(ctx.deps, ctx.scope, order_id)


@tool(
    effect="read",
    title="Looking for your refund",
    examples=(
        "when do I get my money back",
        "has my refund gone out",
        "I am still waiting for the reimbursement",
        "which refunds are on their way to me",
        "the refunded amount hasn't reached my bank",
    ),
)
async def track_refunds(ctx: ShopContext, order_id: OrderId | None = None) -> RefundList | ToolError:
    """List refunds already made, with the days on which the bank should book them.

    Use it for "where is my refund" and before any talk of a second one. Not to find out what could be refunded
    (refund_options). A refund that waits for a person is not in it yet.
    Example: "when will I see my money" -> track_refunds().
    An empty list means: nothing was refunded so far.
    """
    return await refunds.track_refunds(ctx.deps, ctx.scope, order_id)


@tool(
    effect="read",
    title="Checking what can be refunded for {order_id}",
    examples=(
        "can I get money back for this order",
        "am I entitled to a refund",
        "how much would you give me back",
        "is a refund possible for the lost parcel",
    ),
)
async def refund_options(ctx: ShopContext, order_id: OrderId) -> RefundOptions | ToolError:
    """Say what the shop would refund for one order today: reasons, exact amounts, whether a person must approve.

    Always before refund_payment. ``none_because`` tells the customer why nothing can be refunded and what can be
    done instead.
    Example: "refund my lost parcel" -> refund_options(order_id="V-10034").
    Error not_found: the order is not on this account.
    """
    return await refunds.refund_options(ctx.deps, ctx.scope, order_id, today=ctx.now.date())


class _RefundWish(Protocol):
    @property
    def order_id(self) -> str: ...
    @property
    def amount_cents(self) -> int: ...
    @property
    def reason(self) -> RefundReason: ...


async def _large_refund(ctx: ShopContext, arguments: _RefundWish) -> ApprovalNeed | None:
    return await refunds.refund_needs_person(
        ctx.deps, ctx.scope, arguments.order_id, arguments.amount_cents, arguments.reason, today=ctx.now.date()
    )


@tool(
    effect="money",
    title="Refunding {amount_cents} for {order_id}",
    approval=_large_refund,
    examples=(
        "refund me",
        "give me the extra payment back",
        "I want my money back for that order",
        "please reimburse the second charge",
        "return the amount you took by mistake",
    ),
)
async def refund_payment(
    ctx: ShopContext, order_id: OrderId, amount_cents: Cents, reason: RefundReason
) -> Refunded | ToolError:
    """Refund one option of refund_options to the payment method that paid.

    Only with reason and amount exactly as refund_options gives them, after the customer confirmed amount and order.
    Above 100.00 a person approves first. Never twice for one cause, never to another card, never as a favour.
    Example: refund_payment(order_id="V-10021", amount_cents=5900, reason="duplicate_charge").
    Errors: not_refundable, wrong_amount, already_refunded, not_found; each says what is possible instead.
    """
    return await refunds.refund(ctx.deps, attempt(ctx), order_id, amount_cents, reason)


@tool(
    effect="read",
    title="Checking the cancellation fee",
    examples=(
        "what does it cost to cancel",
        "is there a charge for calling off an order",
        "do I have to pay a penalty if I withdraw",
        "how high is the cancellation fee",
    ),
)
async def cancellation_fee(ctx: ShopContext, order_id: OrderId | None = None) -> CancellationFee | ToolError:
    """Say what cancelling costs: for one order as it stands today, or the rule.

    Use it for questions about the fee; it cancels nothing.
    Example: "what would cancelling V-10041 cost?" -> cancellation_fee(order_id="V-10041").
    Error not_found: the order is not on this account.
    """
    return await payments.cancellation_fee(ctx.deps, ctx.scope, order_id, today=ctx.now.date())


@tool(
    effect="read",
    title="Reading the refund rules",
    examples=(
        "how long does a refund take",
        "what are your rules for getting money back",
        "under which conditions do you refund",
        "how many days until the bank has it",
    ),
)
async def refund_policy(ctx: ShopContext) -> RefundPolicy | ToolError:
    """Give the shop's rules on returns and refunds: days to return, working days until the money arrives.

    For general questions. For the customer's own refund use track_refunds.
    Example: "how long do refunds take?" -> refund_policy().
    """
    return payments.refund_policy()


@tool(
    effect="read",
    title="Looking at your payment methods",
    examples=(
        "which cards have you stored",
        "how can I pay",
        "what payment options do I have",
        "which card will be charged next time",
    ),
)
async def list_payment_methods(ctx: ShopContext) -> PaymentMethods | ToolError:
    """List the payment methods on file and which one pays by default.

    Before change_payment_method, and for questions on how the customer pays. New cards cannot be added in the chat.
    Example: "which card do you have?" -> list_payment_methods().
    """
    return await payments.list_payment_methods(ctx.deps, ctx.scope)


@tool(
    effect="write",
    title="Changing your payment method",
    examples=(
        "use my other card from now on",
        "switch my default card",
        "charge the Mastercard instead of the Visa",
        "I want to pay with a different method next time",
    ),
)
async def change_payment_method(ctx: ShopContext, method_id: MethodId) -> PaymentMethodChanged | ToolError:
    """Choose which payment method on file pays future orders.

    Only among those of list_payment_methods, after the customer confirmed its label. Never ask for a card number.
    It does not change where a refund goes.
    Example: change_payment_method(method_id="V-CARD-102").
    Errors: not_found (not on file: call list_payment_methods), unchanged (already the default).
    """
    return await payments.change_payment_method(ctx.deps, attempt(ctx), method_id)


PAYMENTS = (
    list_payments,
    track_refunds,
    refund_options,
    refund_payment,
    cancellation_fee,
    refund_policy,
    list_payment_methods,
    change_payment_method,
)

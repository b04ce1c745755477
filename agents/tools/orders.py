"""Orders: finding, tracking, cancelling, changing, returning, replacing."""

from __future__ import annotations

from typing import Annotated, Protocol

from pydantic import Field

from agents.shop import after_sale, changes, orders
from agents.shop.results.orders import (
    AddressChanged,
    Cancelled,
    Delivery,
    DeliveryChanged,
    OrderChanged,
    OrderFilter,
    OrderList,
    OrderRow,
    ReplacementReason,
    ReplacementSent,
    ReturnReason,
    ReturnRequested,
)
from agents.tools.types import Address, OrderId, ProductName, Quantity, ShopContext, attempt
from handoffs.tool import ApprovalNeed, ToolError, tool


@tool(
    effect="read",
    title="Looking through your orders",
    examples=(
        "what have I bought from you so far",
        "show me the things that are still on their way",
        "list my purchases",
        "did my last order go through",
        "I don't have the order number at hand",
    ),
)
async def list_orders(
    ctx: ShopContext, status: OrderFilter = "any", limit: Annotated[int, Field(ge=1, le=10)] = 5
) -> OrderList | ToolError:
    """List the customer's own orders, newest first, with items, state and what is possible today.

    Use it first when the customer names no order number ("my last order", "the headphones").
    "open" means processing, shipped or lost. Not for other people's orders: there are none to see.
    Example: "cancel my order" -> list_orders(status="open"), then ask which one if there are several.
    An empty list means: no such orders on this account. Say so, do not guess a number.
    """
    return await orders.list_orders(ctx.deps, ctx.scope, status, limit, today=ctx.now.date())


@tool(
    effect="read",
    title="Looking up order {order_id}",
    examples=(
        "where is my parcel",
        "my package still isn't here",
        "when will the delivery arrive",
        "has my order been shipped yet",
        "it was supposed to come yesterday, any news",
        "what is happening with my shipment",
    ),
)
async def track_order(ctx: ShopContext, order_id: OrderId) -> OrderRow | ToolError:
    """Look up one order: where it is, when it should arrive, what can still be done with it.

    Use it for "where is my parcel" once the order is known. Status "lost" means shipped but not scanned for 7 days
    or more: offer a replacement (send_replacement) or the money back (billing).
    Example: "where is V-10021" -> track_order(order_id="V-10021").
    Error not_found: the number is not on this account; ask for the number on the confirmation mail or list_orders.
    """
    return await orders.track_order(ctx.deps, ctx.scope, order_id, today=ctx.now.date())


@tool(
    effect="write",
    title="Cancelling order {order_id}",
    examples=(
        "cancel my order",
        "please stop that purchase, I don't need it any more",
        "I changed my mind, call the order off",
        "don't send it, I found it cheaper elsewhere",
        "take back what I ordered this morning",
    ),
)
async def cancel_order(ctx: ShopContext, order_id: OrderId) -> Cancelled | ToolError:
    """Cancel a whole order and return its price, less 15.00 once it has been shipped.

    Only after the customer confirmed order, fee and amount. Not for delivered orders (request_return), not for lost
    parcels (send_replacement, or a refund by billing), not to remove one article of several.
    Example: customer confirms "yes, cancel V-10040" -> cancel_order(order_id="V-10040").
    Errors: already_delivered, already_cancelled, parcel_lost, not_found; each says what to do instead.
    """
    return await changes.cancel_order(ctx.deps, attempt(ctx), order_id)


class _QuantityChange(Protocol):
    @property
    def order_id(self) -> str: ...
    @property
    def product(self) -> str | None: ...
    @property
    def quantity(self) -> int: ...


async def _large_order(ctx: ShopContext, arguments: _QuantityChange) -> ApprovalNeed | None:
    return await changes.quantity_needs_person(
        ctx.deps, ctx.scope, arguments.order_id, arguments.product, arguments.quantity, today=ctx.now.date()
    )


@tool(
    effect="write",
    title="Changing the quantity in order {order_id}",
    approval=_large_order,
    examples=(
        "make it two pieces instead of one",
        "I'd like three of them in that order",
        "add another one to the order I just placed",
        "I only need a single one, not two",
    ),
)
async def change_order_quantity(
    ctx: ShopContext, order_id: OrderId, quantity: Quantity, product: ProductName | None = None
) -> OrderChanged | ToolError:
    """Change how many pieces of one article an order holds; the difference is captured or returned.

    Only while the order is processing and after the customer confirmed. Name the product where the order holds
    several articles. To remove everything, use cancel_order.
    Example: "make the Cove Lite two" -> change_order_quantity(order_id="V-10040", quantity=2).
    Errors: too_late (already shipped), which_product, out_of_stock, unchanged, not_found.
    """
    return await changes.change_quantity(ctx.deps, attempt(ctx), order_id, product, quantity)


@tool(
    effect="write",
    title="Changing the delivery of order {order_id}",
    examples=(
        "send it by express please",
        "can my order come faster",
        "switch the delivery to standard",
        "upgrade the shipping to next day",
    ),
)
async def change_delivery_option(
    ctx: ShopContext, order_id: OrderId, delivery: Delivery
) -> DeliveryChanged | ToolError:
    """Switch an order between standard and express delivery; the difference in price is captured or returned.

    Only while the order is processing and after the customer confirmed the price (express 9.90, next day).
    Example: "send V-10040 by express" -> change_delivery_option(order_id="V-10040", delivery="express").
    Errors: too_late (already shipped), unchanged, not_found.
    """
    return await changes.change_delivery(ctx.deps, attempt(ctx), order_id, delivery)


@tool(
    effect="write",
    title="Changing the address of order {order_id}",
    examples=(
        "deliver this order somewhere else",
        "send the parcel to my office instead",
        "the address on my order is wrong",
        "I moved, can you redirect what I ordered",
    ),
)
async def change_order_address(ctx: ShopContext, order_id: OrderId, address: Address) -> AddressChanged | ToolError:
    """Send one order to another address; the account's address stays as it is.

    Only while the order is processing, with an address the customer gave in full and confirmed. For all future
    orders use change_account_address.
    Example: change_order_address(order_id="V-10040", address="Lindenweg 4, 50667 Köln").
    Errors: too_late (already shipped), not_found.
    """
    return await changes.change_address(ctx.deps, attempt(ctx), order_id, address)


@tool(
    effect="write",
    title="Arranging the return of order {order_id}",
    examples=(
        "I want to send this back",
        "how do I return the item, it isn't what I expected",
        "it broke after two days, please take it back",
        "start a return for me",
        "the wrong article was in the box",
    ),
)
async def request_return(
    ctx: ShopContext, order_id: OrderId, reason: ReturnReason = "other"
) -> ReturnRequested | ToolError:
    """Start the return of a delivered order: a label is mailed, the money follows when the item has arrived.

    Within 30 days of delivery, after the customer confirmed. Never say that the refund is already made.
    Not for parcels that did not arrive, not for orders that can still be cancelled.
    Example: "the monitor has a dead pixel" -> request_return(order_id="V-10042", reason="faulty").
    Errors: not_delivered, return_too_late, already_returned, already_refunded, not_found.
    """
    return await after_sale.request_return(ctx.deps, attempt(ctx), order_id, reason)


@tool(
    effect="write",
    title="Sending a replacement for order {order_id}",
    examples=(
        "send me a new one instead",
        "my parcel got lost, ship it again",
        "I'd rather have a replacement than the money",
        "it arrived defective, can I get another one",
    ),
)
async def send_replacement(
    ctx: ShopContext, order_id: OrderId, reason: ReplacementReason
) -> ReplacementSent | ToolError:
    """Send the same articles again, free of charge, for a lost parcel or a faulty item under warranty.

    Once per order, after the customer chose it over a refund and confirmed; an order gets one or the other.
    Example: "yes, send new headphones" -> send_replacement(order_id="V-10034", reason="lost").
    Errors: not_lost, not_delivered, out_of_warranty, already_replaced, already_refunded, out_of_stock, not_found.
    """
    return await after_sale.send_replacement(ctx.deps, attempt(ctx), order_id, reason)


ORDERS = (
    list_orders,
    track_order,
    cancel_order,
    change_order_quantity,
    change_delivery_option,
    change_order_address,
    request_return,
    send_replacement,
)

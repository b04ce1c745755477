"""Advice and buying: the catalogue, delivery, quotes, orders, newsletter, discounts."""

from __future__ import annotations

from typing import Annotated, Protocol

from pydantic import Field

from agents.shop import catalogue, selling
from agents.shop.results.orders import Delivery
from agents.shop.results.sales import (
    Category,
    DeliveryOptions,
    Discounts,
    NewsletterSet,
    OrderPlaced,
    ProductList,
    ProductRow,
    Quote,
    Sort,
)
from agents.tools.types import ProductName, Quantity, ShopContext, attempt
from handoffs.tool import ApprovalNeed, ToolError, tool


@tool(
    effect="read",
    title="Looking through the catalogue",
    examples=(
        "which headphones have the longest battery life",
        "do you sell monitors",
        "I'm looking for a laptop for university",
        "what can you recommend for under a hundred",
        "I need a mouse, what have you got",
        "something with noise cancelling for the plane",
    ),
)
async def search_products(
    ctx: ShopContext,
    *,
    category: Category | None = None,
    query: Annotated[str, Field(max_length=100)] | None = None,
    max_price_cents: Annotated[int, Field(ge=0)] | None = None,
    noise_cancelling: bool | None = None,
    sort: Sort = "relevance",
    limit: Annotated[int, Field(ge=1, le=10)] = 5,
) -> ProductList | ToolError:
    """Search the catalogue by category, words, highest price, noise cancelling; sort by price (cheapest first),
    battery (longest first) or relevance.

    Use it for advice ("which headphones ...", "do you sell ..."). For one product by name use get_product.
    Example: "headphones under 100" -> search_products(category="headphones", max_price_cents=10000).
    An empty list means the shop has nothing like it: say so and offer to widen the search.
    """
    return await catalogue.search(
        ctx.deps,
        ctx.scope,
        catalogue.Wish(
            category=category,
            query=query,
            max_price_cents=max_price_cents,
            noise_cancelling=noise_cancelling,
            sort=sort,
            limit=limit,
        ),
    )


@tool(
    effect="read",
    title="Looking up {product}",
    examples=(
        "how much is the hub",
        "is this model in stock",
        "how long does it run on one charge",
        "tell me more about that product",
        "what ports does it have",
        "how heavy is it",
    ),
)
async def get_product(ctx: ShopContext, product: ProductName) -> ProductRow | ToolError:
    """Read all catalogue fields of one product: price, stock, battery, weight, warranty, screen, ports.

    For questions on a product by name. A field that is null, or that does not exist (colour, water resistance), is
    "not listed": say exactly that.
    Example: "price of the usb-c hub" -> get_product(product="USB-C hub").
    Errors: which_product (several fit; ask), not_found (names the closest).
    """
    return await catalogue.get_product(ctx.deps, ctx.scope, product)


@tool(
    effect="read",
    title="Comparing products",
    examples=(
        "what is the difference between these two",
        "which of both is better",
        "compare the small and the big laptop",
        "should I take this one or that one",
    ),
)
async def compare_products(
    ctx: ShopContext, products: Annotated[list[ProductName], Field(min_length=2, max_length=4)]
) -> ProductList | ToolError:
    """Read two to four products side by side.

    Example: "Aria 700 or Cove Lite?" -> compare_products(products=["Aria 700", "Cove Lite"]).
    Errors: which_product, not_found, for the first name that does not fit one product.
    """
    return await catalogue.compare(ctx.deps, ctx.scope, products)


@tool(
    effect="read",
    title="Checking the ways of delivery",
    examples=(
        "how much is shipping",
        "how long does delivery take",
        "do you offer express",
        "what would it cost with next day delivery",
        "from which amount is delivery free",
    ),
)
async def delivery_options(
    ctx: ShopContext, product: ProductName | None = None, quantity: Quantity = 1
) -> DeliveryOptions | ToolError:
    """Give the ways of delivery with prices and days; with a product, also the price of the goods.

    For questions before buying. To change the delivery of an order already placed: support.
    Example: "how much would it be with express?" -> delivery_options(product="Aria 700").
    Errors: which_product, not_found.
    """
    return await selling.delivery_options(ctx.deps, ctx.scope, product, quantity)


@tool(
    effect="write",
    title="Writing a quote for {quantity} {product}",
    examples=(
        "make me an offer for ten pieces",
        "I need a quote in writing",
        "can you put the price on paper for my boss",
        "send a quotation for two of those",
    ),
)
async def make_quote(ctx: ShopContext, product: ProductName, quantity: Quantity) -> Quote | ToolError:
    """Write a quote that holds the price for 14 days; it buys nothing.

    When the customer asks for a quote and confirmed product and quantity. Not for "how much is it" (get_product).
    Example: "a quote for two Breeze 2" -> make_quote(product="Breeze 2", quantity=2).
    Errors: which_product, not_found.
    """
    return await selling.make_quote(ctx.deps, attempt(ctx), product, quantity)


class _OrderWish(Protocol):
    @property
    def product(self) -> str: ...
    @property
    def quantity(self) -> int: ...
    @property
    def delivery(self) -> Delivery: ...


async def _large_order(ctx: ShopContext, arguments: _OrderWish) -> ApprovalNeed | None:
    return await selling.order_needs_person(
        ctx.deps, ctx.scope, arguments.product, arguments.quantity, arguments.delivery
    )


@tool(
    effect="money",
    title="Ordering {quantity} {product}",
    approval=_large_order,
    examples=(
        "I'll take it",
        "order one for me",
        "I'd like to buy this",
        "put through a purchase of two keyboards",
        "go ahead and buy the laptop",
    ),
)
async def place_order(
    ctx: ShopContext, product: ProductName, quantity: Quantity = 1, delivery: Delivery = "standard"
) -> OrderPlaced | ToolError:
    """Order and pay with the default payment method, to the address on the account.

    Only after the customer confirmed product, quantity, delivery and the full price. Above 1,000.00 a person
    approves first. Not for questions on price or stock.
    Example: "yes, order one" -> place_order(product="Pebble M2", quantity=1).
    Errors: out_of_stock, account_locked, no_payment_method, which_product, not_found.
    """
    return await selling.place_order(ctx.deps, attempt(ctx), product, quantity, delivery)


@tool(
    effect="write",
    title="Changing your newsletter",
    examples=(
        "sign me up for the newsletter",
        "stop sending me advertising mails",
        "I want to unsubscribe",
        "put me on the mailing list",
    ),
)
async def set_newsletter(ctx: ShopContext, subscribed: bool) -> NewsletterSet | ToolError:
    """Subscribe the customer's own mail address to the newsletter, or end it.

    When the customer asks for it and said yes. Other mail addresses cannot be subscribed.
    Example: "no more mails please" -> set_newsletter(subscribed=False).
    """
    return await selling.set_newsletter(ctx.deps, attempt(ctx), subscribed=subscribed)


@tool(
    effect="read",
    title="Checking the running discounts",
    examples=(
        "is there a sale on",
        "do you have a voucher code",
        "any offers this week",
        "can I get it cheaper",
    ),
)
async def list_discounts(ctx: ShopContext) -> Discounts | ToolError:
    """List the discounts that run today. There are no others: never invent or grant one.

    Example: "any vouchers?" -> list_discounts().
    """
    return await selling.list_discounts(ctx.deps, ctx.scope, today=ctx.now.date())


SALES = (
    search_products,
    get_product,
    compare_products,
    delivery_options,
    make_quote,
    place_order,
    set_newsletter,
    list_discounts,
)

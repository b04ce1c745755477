"""Quotes, new orders, ways of delivery, discounts, the newsletter."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop import policy
from agents.shop.catalogue import meant_product
from agents.shop.ledger import capture
from agents.shop.lookups import address_of, find_customer, mail, next_id, take_stock
from agents.shop.order_schema import InvoiceTable, LineTable, OrderTable
from agents.shop.results.orders import Delivery
from agents.shop.results.sales import (
    DeliveryOption,
    DeliveryOptions,
    DiscountRow,
    Discounts,
    NewsletterSet,
    OrderPlaced,
    ProductRow,
    Quote,
)
from agents.shop.schema import DiscountTable, QuoteRow
from agents.shop.store import Attempt, Shop
from agents.shop.text import money
from handoffs.tool import ApprovalNeed, Scope, ToolError


async def delivery_options(shop: Shop, scope: Scope, product: str | None, quantity: int) -> DeliveryOptions | ToolError:
    """The ways of delivery; with a product their prices are those for these goods."""

    async def work(session: AsyncSession) -> DeliveryOptions:
        goods_cents = (await meant_product(session, scope, product)).price_cents * quantity if product else None
        standard = DeliveryOption(
            name="standard",
            price_cents=policy.delivery_fee_cents("standard", goods_cents or 0),
            free_from_cents=policy.STANDARD_FREE_FROM_CENTS,
            days_min=policy.STANDARD_DAYS_MIN,
            days_max=policy.STANDARD_DAYS_MAX,
        )
        express = DeliveryOption(
            name="express",
            price_cents=policy.EXPRESS_CENTS,
            free_from_cents=None,
            days_min=policy.EXPRESS_DAYS,
            days_max=policy.EXPRESS_DAYS,
        )
        return DeliveryOptions(options=[standard, express], goods_cents=goods_cents)

    return await shop.read(work)


async def make_quote(shop: Shop, attempt: Attempt, product: str, quantity: int) -> Quote | ToolError:
    """Write down a price that holds for two weeks, and mail it."""

    async def work(session: AsyncSession) -> Quote:
        row = await meant_product(session, attempt.scope, product)
        total_cents = row.price_cents * quantity
        quote = Quote(
            quote_id=await next_id(session, attempt.scope, "QUO"),
            product=row.product,
            quantity=quantity,
            unit_price_cents=row.price_cents,
            delivery_cents=policy.delivery_fee_cents("standard", total_cents),
            total_cents=total_cents,
            valid_until=attempt.today + timedelta(days=policy.QUOTE_DAYS),
        )
        session.add(
            QuoteRow(
                tenant=attempt.scope.tenant,
                id=quote.quote_id,
                customer=attempt.scope.customer,
                product=quote.product,
                quantity=quantity,
                unit_price_cents=quote.unit_price_cents,
                total_cents=total_cents,
                valid_until=quote.valid_until,
            )
        )
        body = f"{quantity} {row.product}: {money(total_cents)}, valid until {quote.valid_until}."
        await mail(session, attempt, kind="quote", subject=f"Quote {quote.quote_id}", body=body)
        return quote

    arguments = {"product": product, "quantity": quantity}
    return await shop.once(attempt, "make_quote", arguments, Quote, work)


async def place_order(
    shop: Shop, attempt: Attempt, product: str, quantity: int, delivery: Delivery
) -> OrderPlaced | ToolError:
    """Take the goods from the shelf, capture the price and write order and invoice."""

    async def work(session: AsyncSession) -> OrderPlaced:
        await find_customer(session, attempt.scope, lock=True)
        row = await meant_product(session, attempt.scope, product)
        await take_stock(session, attempt.scope, row.product, quantity)
        order = await _write_order(session, attempt, row, quantity, delivery)
        paid_by = await capture(session, attempt, order, order.total_cents + order.delivery_cents, "order")
        placed = OrderPlaced(
            order_id=order.id,
            product=row.product,
            quantity=quantity,
            total_cents=order.captured_cents,
            delivery_cents=order.delivery_cents,
            delivery=delivery,
            expected_on=order.expected_on,
        )
        body = f"{quantity} {row.product}: {money(placed.total_cents)} by {paid_by}, expected by {placed.expected_on}."
        await mail(session, attempt, kind="order_placed", subject=f"Your order {order.id}", body=body)
        return placed

    arguments = {"product": product, "quantity": quantity, "delivery": delivery}
    return await shop.once(attempt, "place_order", arguments, OrderPlaced, work)


async def _write_order(
    session: AsyncSession, attempt: Attempt, row: ProductRow, quantity: int, delivery: Delivery
) -> OrderTable:
    goods_cents = row.price_cents * quantity
    order = OrderTable(
        tenant=attempt.scope.tenant,
        id=await next_id(session, attempt.scope, "ORDER"),
        customer=attempt.scope.customer,
        placed_on=attempt.today,
        status="processing",
        delivery=delivery,
        delivery_cents=policy.delivery_fee_cents(delivery, goods_cents),
        expected_on=policy.expected_on(delivery, attempt.today),
        address=(await address_of(session, attempt.scope)).text,
        total_cents=goods_cents,
        captured_cents=0,
        refunded_cents=0,
    )
    session.add(order)
    await session.flush()
    line = LineTable(
        tenant=order.tenant,
        order_id=order.id,
        number=1,
        product=row.product,
        category=row.category,
        quantity=quantity,
        unit_price_cents=row.price_cents,
        listed_cents=row.price_cents,
    )
    session.add_all((line, await _invoice(session, attempt, order)))
    return order


async def _invoice(session: AsyncSession, attempt: Attempt, order: OrderTable) -> InvoiceTable:
    return InvoiceTable(
        tenant=order.tenant,
        id=await next_id(session, attempt.scope, "INV"),
        order_id=order.id,
        customer=order.customer,
        issued_on=order.placed_on,
        total_cents=order.total_cents + order.delivery_cents,
        address=order.address,
    )


async def order_needs_person(
    shop: Shop, scope: Scope, product: str, quantity: int, delivery: Delivery
) -> ApprovalNeed | None:
    """Why this order needs a person: orders over 1,000.00 do. One that is out of stock is refused without one."""

    async def work(session: AsyncSession) -> ApprovalNeed | None:
        row = await meant_product(session, scope, product)
        goods_cents = row.price_cents * quantity
        total_cents = goods_cents + policy.delivery_fee_cents(delivery, goods_cents)
        if total_cents <= policy.ORDER_LIMIT_CENTS or row.stock < quantity:
            return None
        return ApprovalNeed(
            what="order",
            sentence=f"Order {quantity} {row.product} for {money(total_cents)}, {delivery} delivery.",
            amount_cents=total_cents,
            facts={
                "product": row.product,
                "quantity": str(quantity),
                "unit_price": money(row.price_cents),
                "delivery": delivery,
            },
        )

    return await shop.need(work)


async def set_newsletter(shop: Shop, attempt: Attempt, *, subscribed: bool) -> NewsletterSet | ToolError:
    """Subscribe the customer's own address, or end it."""

    async def work(session: AsyncSession) -> NewsletterSet:
        customer = await find_customer(session, attempt.scope, lock=True)
        customer.newsletter = subscribed
        return NewsletterSet(subscribed=subscribed, email=customer.email)

    return await shop.once(attempt, "set_newsletter", {"subscribed": subscribed}, NewsletterSet, work)


async def list_discounts(shop: Shop, scope: Scope, *, today: date) -> Discounts | ToolError:
    """The discounts that run today."""

    async def work(session: AsyncSession) -> Discounts:
        found = await session.scalars(
            select(DiscountTable)
            .where(DiscountTable.tenant == scope.tenant, DiscountTable.valid_until >= today)
            .order_by(DiscountTable.valid_until, DiscountTable.code)
        )
        return Discounts(
            discounts=[DiscountRow(code=row.code, text=row.text, valid_until=row.valid_until) for row in found]
        )

    return await shop.read(work)

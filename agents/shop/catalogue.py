"""The catalogue: reading products, and finding the one a customer means by the words they typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop.results.sales import Category, ProductList, ProductRow, Sort
from agents.shop.schema import ProductTable, StockRow
from agents.shop.store import Refused, Shop
from agents.shop.text import alike, words
from handoffs.tool import Scope, ToolError

CANDIDATES_SHOWN: Final = 5
_FILLER: Final = frozenset(words("the a an my your of for pair one some new please"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a customer looks for; None means: does not matter."""

    category: Category | None = None
    query: str | None = None
    max_price_cents: int | None = None
    noise_cancelling: bool | None = None
    sort: Sort = "relevance"
    limit: int = 5


async def search(shop: Shop, scope: Scope, wish: Wish) -> ProductList | ToolError:
    """The products that fit, best first in the order asked for."""

    async def work(session: AsyncSession) -> ProductList:
        products = await load_products(session, scope.tenant)
        return ProductList(products=pick(products, wish))

    return await shop.read(work)


async def get_product(shop: Shop, scope: Scope, product: str) -> ProductRow | ToolError:
    """All catalogue fields of the product that is meant."""

    async def work(session: AsyncSession) -> ProductRow:
        return await meant_product(session, scope, product)

    return await shop.read(work)


async def compare(shop: Shop, scope: Scope, names: Sequence[str]) -> ProductList | ToolError:
    """Several products side by side."""

    async def work(session: AsyncSession) -> ProductList:
        products = await load_products(session, scope.tenant)
        return ProductList(products=[resolve(name, products) for name in names])

    return await shop.read(work)


async def meant_product(session: AsyncSession, scope: Scope, typed: str) -> ProductRow:
    """The one product of the shop that is meant.

    *Raises*: Refused("which_product"), Refused("not_found").
    """
    return resolve(typed, await load_products(session, scope.tenant))


async def load_products(session: AsyncSession, tenant: str) -> list[ProductRow]:
    """The whole catalogue of a shop, by name."""
    found = await session.execute(
        select(ProductTable, StockRow.quantity)
        .join(StockRow, (StockRow.tenant == ProductTable.tenant) & (StockRow.product == ProductTable.name))
        .where(ProductTable.tenant == tenant)
        .order_by(ProductTable.name)
    )
    return [_row(product, quantity) for product, quantity in found]


def _row(product: ProductTable, quantity: int) -> ProductRow:
    return ProductRow(
        product=product.name,
        category=cast(Category, product.category),
        price_cents=product.price_cents,
        in_stock=quantity > 0,
        stock=quantity,
        description=product.description,
        battery_hours=product.battery_hours,
        noise_cancelling=product.noise_cancelling,
        weight_g=product.weight_g,
        warranty_months=product.warranty_months,
        screen_inches=product.screen_inches,
        ports=product.ports,
    )


def pick(products: Sequence[ProductRow], wish: Wish) -> list[ProductRow]:
    """Filter and sort; a query keeps only products that share a word with it."""
    typed = [word for word in words(wish.query or "") if word not in _FILLER]
    scores = {row.product: _relevance(typed, row) for row in products}
    fitting = [row for row in products if _fits(row, wish) and (not typed or scores[row.product] > 0)]
    match wish.sort:
        case "price":
            fitting.sort(key=lambda row: row.price_cents)
        case "battery":
            fitting.sort(key=lambda row: -(row.battery_hours or 0))
        case "relevance":
            fitting.sort(key=lambda row: (-scores[row.product], not row.in_stock, row.price_cents))
    return fitting[: wish.limit]


def _fits(row: ProductRow, wish: Wish) -> bool:
    return (
        wish.category in (None, row.category)
        and (wish.max_price_cents is None or row.price_cents <= wish.max_price_cents)
        and (wish.noise_cancelling is None or wish.noise_cancelling == bool(row.noise_cancelling))
    )


def _relevance(typed: Sequence[str], row: ProductRow) -> int:
    """Words of the name count most, then the category's, then those of the description."""
    feature = " noise cancelling" if row.noise_cancelling else ""
    fields = (
        (3, words(row.product)),
        (2, words(row.category)),
        (1, words(f"{row.description} {row.ports or ''}{feature}")),
    )
    return sum(weight for word in typed for weight, field in fields if any(alike(word, other) for other in field))


def resolve(typed: str, products: Sequence[ProductRow]) -> ProductRow:
    """The product that is meant: every typed word must fit its name or category; a fully named one wins.

    *Raises*: Refused("which_product") when several fit, Refused("not_found") when none does.
    """
    wanted = [word for word in words(typed) if word not in _FILLER]
    fitting = [row for row in products if wanted and _hits(wanted, row) == len(wanted)]
    named = [row for row in fitting if _named(wanted, row)]
    if len(chosen := named or fitting) == 1:
        return chosen[0]
    if chosen:
        shown = "; ".join(row.product for row in chosen[:CANDIDATES_SHOWN])
        raise Refused("which_product", f"{typed!r} fits several products: {shown}.", "Ask which of these is meant.")
    close = sorted((row for row in products if _hits(wanted, row)), key=lambda row: -_hits(wanted, row))
    hint = f" Closest: {'; '.join(row.product for row in close[:3])}." if close else ""
    raise Refused(
        "not_found",
        f"The catalogue has no {typed!r}.{hint}",
        "Ask whether one of the closest is meant, or look with search_products.",
    )


def _hits(wanted: Sequence[str], row: ProductRow) -> int:
    has = words(f"{row.product} {row.category}")
    return sum(any(alike(word, other) for other in has) for word in wanted)


def _named(wanted: Sequence[str], row: ProductRow) -> bool:
    return all(any(alike(word, other) for word in wanted) for other in words(row.product))

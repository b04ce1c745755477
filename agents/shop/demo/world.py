"""All rows of the demo world on one day."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Final

from agents.shop.demo.articles import articles
from agents.shop.demo.crowd import crowd, past_orders
from agents.shop.demo.fixed import DEV_OLD_ADDRESS, fixed_orders
from agents.shop.demo.items import Item
from agents.shop.demo.lumen_items import LUMEN
from agents.shop.demo.order_rows import Buyer, Past, order_rows
from agents.shop.demo.volta_items import VOLTA
from agents.shop.people import CUSTOMERS, TENANTS, DemoCustomer
from agents.shop.schema import (
    AddressRow,
    ArticleRow,
    CounterRow,
    CustomerRow,
    DiscountTable,
    MethodTable,
    ProductTable,
    Row,
    StockRow,
    TenantRow,
)

CUSTOMERS_EACH: Final = 100
ORDERS_EACH: Final = 500
_CATALOGUES: Final = {"volta": VOLTA, "lumen": LUMEN}
_NO_NEWSLETTER: Final = frozenset({"ella"})
_READERS: Final = 0.4
_OUT_OF_STOCK: Final = frozenset({"Slate 16"})
_DISCOUNTS: Final = (
    ("NEWS5", "5 % off one order for newsletter readers; entered at the checkout of the web shop.", 60),
    ("CABLE3", "Three cables for the price of two; entered at the checkout of the web shop.", 20),
)
_LAST_GIVEN: Final = {
    "ORDER": 20_000,
    "INV": 12_000,
    "PAY": 20_000,
    "REF": 5_000,
    "RET": 20_000,
    "QUO": 1_000,
    "TIC": 1_000,
}


def world(today: date) -> list[Row]:
    """Every row of both tenants; the same day gives the same rows."""
    fixed = fixed_orders(today, {item.name: item for items in _CATALOGUES.values() for item in items})
    return [row for tenant in TENANTS for row in _tenant(tenant, today, fixed)]


def _tenant(tenant: str, today: date, fixed: dict[str, list[Past]]) -> Iterator[Row]:
    rng, items, prefix = random.Random(tenant), _CATALOGUES[tenant], tenant[0].upper()
    yield TenantRow(tenant=tenant, name=TENANTS[tenant], prefix=prefix, reset_on=today)
    yield from _shelf(tenant, items, rng)
    yield from (CounterRow(tenant=tenant, kind=kind, value=value) for kind, value in _LAST_GIVEN.items())
    yield from (ArticleRow(tenant=tenant, slug=one.slug, title=one.title, body=one.body) for one in articles())
    yield from _discounts(tenant, today)
    known = [person for person in CUSTOMERS if person.tenant == tenant]
    others = crowd(rng, tenant, CUSTOMERS_EACH - len(known))
    cards = count(101)
    for person in (*known, *others):
        yield from _person(person, prefix, today, rng, cards)
    told = [(_buyer(person, prefix), past) for person in known for past in fixed.get(person.customer, [])]
    rest = past_orders(rng, items, ORDERS_EACH - len(told), today)
    told += [(_buyer(rng.choice(others), prefix), past) for past in rest]
    for buyer, past in told:
        yield from order_rows(buyer, past)


def _shelf(tenant: str, items: tuple[Item, ...], rng: random.Random) -> Iterator[Row]:
    for item in items:
        yield ProductTable(
            tenant=tenant,
            name=item.name,
            category=item.category,
            price_cents=item.price_cents,
            description=item.description,
            battery_hours=item.battery,
            noise_cancelling=item.quiet,
            weight_g=item.weight,
            warranty_months=item.warranty,
            screen_inches=item.inches,
            ports=item.ports,
        )
        quantity = 0 if item.name in _OUT_OF_STOCK else rng.randint(25, 90)
        yield StockRow(tenant=tenant, product=item.name, quantity=quantity)


def _discounts(tenant: str, today: date) -> Iterator[Row]:
    for code, text, days in _DISCOUNTS:
        yield DiscountTable(tenant=tenant, code=code, text=text, valid_until=today + timedelta(days=days))


def _person(person: DemoCustomer, prefix: str, today: date, rng: random.Random, cards: count[int]) -> Iterator[Row]:
    locked = person.customer == "dev"
    yield CustomerRow(
        tenant=person.tenant,
        id=person.customer,
        name=person.name,
        email=person.email,
        locked=locked,
        lock_reason="Too many failed logins." if locked else None,
        newsletter=person.customer not in _NO_NEWSLETTER and (bool(person.situation) or rng.random() < _READERS),
        member_since=today - timedelta(days=rng.randint(420, 1_500)),
    )
    addresses = (DEV_OLD_ADDRESS, person.address) if locked else (person.address,)
    for number, text in enumerate(addresses, start=1):
        yield AddressRow(
            tenant=person.tenant, customer=person.customer, number=number, text=text, current=text == person.address
        )
    for card in person.cards:
        yield MethodTable(
            tenant=person.tenant,
            id=f"{prefix}-CARD-{next(cards)}",
            customer=person.customer,
            kind="card",
            label=card,
            is_default=card == person.cards[0],
        )


def _buyer(person: DemoCustomer, prefix: str) -> Buyer:
    return Buyer(
        tenant=person.tenant,
        prefix=prefix,
        customer=person.customer,
        address=person.address,
        method=person.cards[0],
    )

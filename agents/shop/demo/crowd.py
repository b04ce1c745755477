"""The crowd: seeded customers and orders around the fixed people, so that the shop is not empty."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

from agents.shop.demo.items import Item
from agents.shop.demo.order_rows import Past
from agents.shop.people import DemoCustomer

_FIRST = ("Alma", "Boris", "Carla", "Daan", "Elif", "Felix", "Greta", "Hugo", "Ines", "Jonas", "Kaya", "Liam", "Mona")
_LAST = ("Adler", "Bauer", "Costa", "Duval", "Ekman", "Fischer", "Grant", "Holm", "Ivanov", "Janssen", "Kowal", "Lund")
_STREETS = (
    "Station Road",
    "Market Street",
    "Church Lane",
    "Park Avenue",
    "Mill Road",
    "Castle Street",
    "Bridge Street",
)
_TOWNS = (
    "10435 Berlin",
    "20095 Hamburg",
    "1012 Amsterdam",
    "75011 Paris",
    "28004 Madrid",
    "1050 Brussels",
    "8001 Zurich",
)
_CARDS = ("Visa", "Mastercard")
_UNSHIPPED_DAYS, _LOST_DAYS, _PAID_OUT_DAYS = 2, 25, 11
_CANCELLED, _RETURNED, _LOST = 0.04, 0.10, 0.95

Basket = tuple[int, Item, int]


def crowd(rng: random.Random, tenant: str, size: int) -> list[DemoCustomer]:
    """That many customers nobody logs in as."""
    people: list[DemoCustomer] = []
    for number in range(1, size + 1):
        first, last = rng.choice(_FIRST), rng.choice(_LAST)
        people.append(
            DemoCustomer(
                customer=f"c-{number:03}",
                tenant=tenant,
                email=f"{first}.{last}.{number}@mail.example".lower(),
                name=f"{first} {last}",
                address=f"{rng.randint(1, 99)} {rng.choice(_STREETS)}, {rng.choice(_TOWNS)}",
                cards=(f"{rng.choice(_CARDS)} ending {rng.randint(1000, 9999)}",),
                situation="",
                try_saying="",
            )
        )
    return people


def past_orders(rng: random.Random, items: Sequence[Item], size: int, today: date) -> list[Past]:
    """That many orders of the last 400 days, oldest first; most went well, some were cancelled, returned or lost."""
    ages = sorted((rng.randint(0, 400) for _ in range(size)), reverse=True)
    refunds = count(1001)
    return [_past(rng, _bought(rng, 11_001 + index, items), today, age, refunds) for index, age in enumerate(ages)]


def _bought(rng: random.Random, number: int, items: Sequence[Item]) -> Basket:
    item = rng.choice(items)
    return number, item, rng.choices((1, 2, 3), (85, 12, 3))[0] if item.price_cents < 20_000 else 1


def _past(rng: random.Random, basket: Basket, today: date, age: int, refunds: count[int]) -> Past:
    number, item, quantity = basket
    placed_on, fate = today - timedelta(days=age), rng.random()
    past = Past(number=number, item=item, quantity=quantity, placed_on=placed_on, status="processing")
    if age < _UNSHIPPED_DAYS:
        return past
    if fate < _CANCELLED:
        return replace(
            past,
            status="cancelled",
            refunded_on=placed_on,
            refund_number=next(refunds),
            paid_out=age > _PAID_OUT_DAYS,
        )
    shipped_on, delivered_on = placed_on + timedelta(days=1), placed_on + timedelta(days=rng.randint(3, 5))
    past = replace(past, status="shipped", shipped_on=shipped_on, last_scan_on=shipped_on)
    if delivered_on >= today or (age < _LOST_DAYS and fate > _LOST):
        return past
    past = replace(past, status="delivered", delivered_on=delivered_on)
    if fate > _RETURNED or age < _LOST_DAYS:
        return past
    returned_on = delivered_on + timedelta(days=9)
    return replace(
        past,
        returned_on=returned_on,
        refunded_on=returned_on,
        refund_number=next(refunds),
        paid_out=(today - returned_on).days > _PAID_OUT_DAYS,
    )

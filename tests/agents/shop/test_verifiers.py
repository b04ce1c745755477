"""What is remembered of a customer is asked of the shop: confirmed, changed, gone, or nobody can say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agents.shop import account
from agents.shop.engine import connect
from agents.shop.store import Attempt, Shop
from agents.shop.verifiers import verifiers_of
from memory.longterm.item import CustomerScope
from memory.longterm.ports import Verified

BEN = CustomerScope(tenant="volta", customer="ben")
By = Callable[[str], Attempt]


@pytest.mark.parametrize(
    ("key", "remembered", "verdict"),
    [
        ("delivery_address", "12 Mill Lane, Leeds LS1 4AP", Verified("confirmed")),
        ("delivery_address", "12 mill lane,  Leeds LS1 4AP.", Verified("confirmed")),
        ("delivery_address", "3 Canal Row, Leeds", Verified("changed", "12 Mill Lane, Leeds LS1 4AP")),
        ("email", "Ben@volta.example", Verified("confirmed")),
        ("email", "be.n@volta.example", Verified("changed", "ben@volta.example")),
        ("newsletter", "yes", Verified("confirmed")),
        ("newsletter", "no", Verified("changed", "yes")),
        ("plan", "Plus", Verified("unknown")),
    ],
)
async def test_the_shop_is_asked(shop: Shop, key: str, remembered: str, verdict: Verified) -> None:
    assert await verifiers_of(shop)[key](BEN, remembered) == verdict


async def test_a_change_in_the_shop_is_seen(shop: Shop, by: By) -> None:
    await account.change_address(shop, by("ben"), "4 Quay Street, Bristol BS1 4DB")
    verified = await verifiers_of(shop)["delivery_address"](BEN, "12 Mill Lane, Leeds LS1 4AP")
    assert verified == Verified("changed", "4 Quay Street, Bristol BS1 4DB")


@pytest.mark.parametrize("key", ["delivery_address", "email", "newsletter", "plan"])
async def test_a_closed_account_has_no_facts(shop: Shop, by: By, key: str) -> None:
    await account.close(shop, by("ben"), None)
    assert await verifiers_of(shop)[key](BEN, "anything") == Verified("gone")


@pytest.mark.parametrize("tenant", ["lumen", "nowhere"])
async def test_the_scope_says_whose_row_is_read(shop: Shop, tenant: str) -> None:
    stranger = CustomerScope(tenant=tenant, customer="ben")
    assert await verifiers_of(shop)["email"](stranger, "ben@volta.example") == Verified("gone")


async def test_a_shop_that_is_away_cannot_say() -> None:
    away = Shop(connect("postgresql+asyncpg://nobody@127.0.0.1:1/shop"))
    assert await verifiers_of(away)["email"](BEN, "ben@volta.example") == Verified("unknown")
    await away.close()

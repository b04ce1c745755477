"""Whom files and commands mean by a customer's name: asked of the shop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Set

from agents.shop.directory import customers_called
from agents.shop.people import CUSTOMERS
from agents.shop.store import Shop
from baton.data_folder import prepared
from baton.settings import Settings

CustomersOf = Callable[[str, Set[str]], Awaitable[Mapping[str, str]]]
"""The ids of a tenant's customers by what they are called; nobody's name is left out. *Raises*: Unavailable."""


def customers_in(shop: Shop, settings: Settings) -> CustomersOf:
    """Those of an open shop. Behind a company's own sign-on everybody may be a customer: whom the shop does not know is
    called by the id that the proxy gives."""

    async def customers(tenant: str, said: Set[str]) -> Mapping[str, str]:
        known = await customers_called(shop, tenant, said)
        return {name: name for name in said} | dict(known) if settings.header_auth else known

    return customers


def customers_alone(settings: Settings) -> CustomersOf:
    """Those of the shop that is opened to look, and closed after it. The logins of a demo are known before its first
    start fills the shop."""

    async def customers(tenant: str, said: Set[str]) -> Mapping[str, str]:
        prepared(settings.data_folder)
        shop = await Shop.open(settings.shop_url)
        try:
            if settings.demo and await shop.reset_on() is None:
                return _demo(tenant, said)
            return await customers_in(shop, settings)(tenant, said)
        finally:
            await shop.close()

    return customers


def _demo(tenant: str, said: Set[str]) -> Mapping[str, str]:
    logins = {login: who.customer for who in CUSTOMERS if who.tenant == tenant for login in (who.customer, who.email)}
    return {name: logins[name.casefold()] for name in said if name.casefold() in logins}

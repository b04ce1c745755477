"""Whom a command means: shops and customers as people write them."""

from __future__ import annotations

from typing import NamedTuple

from agents.shop.people import CUSTOMERS
from baton.reading import tenants
from baton.settings import Settings
from handoffs.errors import UsageError


class Whose(NamedTuple):
    """A customer within their shop; ``names`` are all that files may call them."""

    tenant: str
    customer: str
    names: tuple[str, ...]


def shop_named(settings: Settings, tenant: str | None) -> str:
    """The shop of that name, the first one where none is named. *Raises*: UsageError for one that nobody knows."""
    known = tenants(settings)
    if tenant is not None and tenant not in known and not settings.header_auth:
        raise UsageError(f"{tenant!r} is no shop of this installation: there are {', '.join(known)}.")
    return tenant or known[0]


def customer_named(settings: Settings, customer: str, tenant: str | None) -> Whose:
    """The customer with that login or id; a login says the shop too.

    *Raises*: UsageError when the login belongs to another shop than the one named.
    """
    written = customer.strip()
    for who in CUSTOMERS:
        if who.email == written.casefold():
            if tenant not in (None, who.tenant):
                raise UsageError(f"{customer!r} is a customer of {who.tenant!r}: leave --tenant out, or name that one.")
            return Whose(who.tenant, who.customer, (who.customer, who.email))
    shop = shop_named(settings, tenant)
    emails = tuple(who.email for who in CUSTOMERS if (who.tenant, who.customer) == (shop, written))
    return Whose(shop, written, (written, *emails))

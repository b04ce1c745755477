"""A person as Chainlit's user and back: what a signed token says of who is there."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import cast

from chainlit.auth.cookie import get_token_from_cookies
from chainlit.auth.jwt import decode_jwt
from chainlit.user import User
from jwt import InvalidTokenError
from starlette.requests import cookie_parser

from baton.auth import Person


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who sits before a page, as their token says. ``customer`` is '' for staff."""

    identifier: str
    tenant: str
    customer: str
    name: str
    token: str


def user_of(person: Person) -> User:
    """What goes into the token; it is signed but not secret. ``session`` makes each login's token one of its own."""
    metadata = {
        "role": person.role,
        "tenant": person.tenants[0],
        "customer": person.customer,
        "session": secrets.token_hex(8),
    }
    return User(identifier=person.identifier, display_name=person.name, metadata=metadata)


def visitor_of(token: str) -> Visitor | None:
    """Whom a token names, or None where it is forged or has expired."""
    try:
        user = decode_jwt(token)
    except InvalidTokenError:
        return None
    known = cast("dict[str, str]", user.metadata)
    return Visitor(
        identifier=user.identifier,
        tenant=known.get("tenant", ""),
        customer=known.get("customer", ""),
        name=user.display_name or "",
        token=token,
    )


def token_in(cookie_header: str) -> str | None:
    """The session's token among the cookies of a request."""
    return get_token_from_cookies(cookie_parser(cookie_header))

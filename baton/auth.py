"""Who may come in: the demo's logins, a company's own sign-on through its proxy, and the secret that signs sessions."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agents.shop.people import CUSTOMERS, OPERATORS

Role = Literal["customer", "operator", "viewer", "admin"]
_SECRET_BYTES = 48
_PROXY_ID = re.compile(r"[A-Za-z0-9_.@-]{1,100}")


@dataclass(frozen=True, kw_only=True)
class Person:
    """Someone who is logged in. ``customer`` is the shop's id of them, '' for staff; ``tenants`` are what staff see."""

    login: str
    name: str
    role: Role
    tenants: tuple[str, ...]
    customer: str = ""

    @property
    def identifier(self) -> str:
        """The login within its tenant; staff of several tenants stand under the first."""
        return f"{self.tenants[0]}:{self.login}"


class Directory:
    """The logins of this installation, all under one password; empty where demo mode is off."""

    def __init__(self, people: Iterable[Person], password: str) -> None:
        self._people = {person.login.casefold(): person for person in people}
        self._digest = _digest(password)

    def check(self, login: str, password: str) -> Person | None:
        """The person, if login and password are right; takes as long whether or not the login exists."""
        right = hmac.compare_digest(_digest(password), self._digest)
        person = self._people.get(login.strip().casefold())
        return person if right else None

    def find(self, login: str) -> Person | None:
        """The person of that login, for whoever has proved already to be them."""
        return self._people.get(login.strip().casefold())


def demo_directory(password: str) -> Directory:
    """The customers and the staff of the demo shops."""
    customers = [
        Person(login=who.email, name=who.name, role="customer", tenants=(who.tenant,), customer=who.customer)
        for who in CUSTOMERS
    ]
    staff = [Person(login=who.email, name=who.name, role=who.role, tenants=who.tenants) for who in OPERATORS]
    return Directory([*customers, *staff], password)


def person_behind_proxy(headers: Mapping[str, str], key: str) -> Person | None:
    """The customer whom a company's own sign-on vouches for, if the proxy proves itself with the shared key.

    *Shape*: X-Baton-Proxy-Key, X-Baton-Tenant, X-Baton-Customer and, for the greeting, X-Baton-Name. The proxy must
    strip these from what comes in.
    """
    if not hmac.compare_digest(_digest(headers.get("x-baton-proxy-key", "")), _digest(key)):
        return None
    tenant, customer = headers.get("x-baton-tenant", ""), headers.get("x-baton-customer", "")
    if not (_PROXY_ID.fullmatch(tenant) and _PROXY_ID.fullmatch(customer)):
        return None
    name = headers.get("x-baton-name", customer)[:100]
    return Person(login=customer, name=name, role="customer", tenants=(tenant,), customer=customer)


def auth_secret(folder: Path) -> str:
    """The key that signs sessions, made once for a data folder; processes that start together agree on one.

    A half-written file is never seen: the secret is written elsewhere and linked into place.
    """
    path = folder / "auth-secret"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / f".auth-secret-{secrets.token_hex(8)}"
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(_SECRET_BYTES))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


def token_id(token: str) -> str:
    """A name for a session's token that gives nothing away."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def lock_id(login: str) -> str:
    """What is on the deny list while nobody may log in under this name."""
    return "login-" + token_id(login.strip().casefold()[:200])


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()

"""The console's ports over this installation."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from agents.shop.directory import customer_called
from baton.auth import Directory, Person, auth_secret
from baton.login_pace import LoginPace
from baton.longterm import HELP_CENTRE, LongTerm
from baton.wiring import Installation
from console.backing import Backing
from console.library import LibraryKnowledge, LibraryProposals
from console.ports import Operator


def console_backing(installation: Installation, longterm: LongTerm) -> Backing:
    """What the console of this installation stands on."""
    return Backing(
        staff=DirectoryStaff(installation.people),
        pace=LoginPace(installation, installation.chat.logins_per_minute),
        deny=installation.deny,
        audit=installation.audit,
        knowledge=LibraryKnowledge(longterm.library, longterm.seed, partial(customer_called, installation.shop), _now),
        proposals=LibraryProposals(longterm.library, _now),
        secret=(installation.chat.auth_secret or auth_secret(installation.chat.data_folder)).encode(),
        session_s=installation.chat.session_s,
        now=_now,
        shipped=frozenset({HELP_CENTRE.name} if installation.settings.help_centre else ()),
    )


class DirectoryStaff:
    """The staff among the people of the directory; customers have no business here."""

    def __init__(self, people: Directory) -> None:
        self._people = people

    async def check(self, login: str, password: str) -> Operator | None:
        """The operator, if login and password are right."""
        return _operator(self._people.check(login, password))

    async def find(self, login: str) -> Operator | None:
        """The operator of that login."""
        return _operator(self._people.find(login))


def _operator(person: Person | None) -> Operator | None:
    if person is None or person.role == "customer":
        return None
    return Operator(login=person.login, name=person.name, role=person.role, tenants=person.tenants)


def _now() -> datetime:
    return datetime.now(UTC)

"""Stands before every console page but the login: a session, a role, a tenant, and for forms a token of the session."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final, cast

from starlette.exceptions import HTTPException
from starlette.requests import Request

from console.ports import DenyList, Operator, Staff
from console.sessions import COOKIE, Session, Sessions

FILES_MOST: Final = 20
START: Final = "/operator/"
NOTHING_HERE: Final = "There is nothing here, or nothing that you may see."
STALE_FORM: Final = "This form was open too long, or did not come from this page. Go back, reload the page, try again."
VIEWERS_LOOK: Final = "You may look but change nothing: your role is viewer. Ask an operator of your shop."
_OWN_PAGE = re.compile(r"/operator/[\w./-]*(\?[\w.~%&=+:@/-]*)?")


class LoginNeeded(Exception):
    """Nobody is logged in; ``back`` is the page to come back to."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.back = back


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """Who asks, for which of their tenants, and the token for the forms of the answer."""

    operator: Operator
    tenant: str
    session: Session
    form_token: str

    def link(self, path: str) -> str:
        """A console address that stays with the tenant."""
        joint = "&" if "?" in path else "?"
        return f"{path}{joint}tenant={self.tenant}" if len(self.operator.tenants) > 1 else path


class Gate:
    """Lets in whom the staff directory knows; ``enter`` and ``enter_to_write`` are the dependencies of all routes."""

    def __init__(self, staff: Staff, deny: DenyList, sessions: Sessions) -> None:
        self._staff, self._deny, self._sessions = staff, deny, sessions

    async def enter(self, request: Request) -> AsyncGenerator[None]:
        """Whoever is logged in. *Raises*: LoginNeeded, HTTPException 404 for a foreign tenant, 403 for a stale form."""
        try:
            await self._check(request, viewers_may_post=True)
            yield
        finally:
            await request.close()  # what was uploaded must not outlive its request

    async def enter_to_write(self, request: Request) -> AsyncGenerator[None]:
        """The same, and viewers may send no form."""
        try:
            await self._check(request, viewers_may_post=False)
            yield
        finally:
            await request.close()

    async def session_of(self, request: Request) -> Session | None:
        """The session of a request, logged in or not; None where there is none, it has ended or was logged out."""
        session = self._sessions.read(request.cookies.get(COOKIE, ""))
        return None if session is None or await self._deny.revoked(session.deny_id) else session

    async def _check(self, request: Request, *, viewers_may_post: bool) -> None:
        session = await self.session_of(request)
        operator = await self._staff.find(session.login) if session and session.login else None
        if session is None or operator is None:
            raise LoginNeeded(_asked_for(request))
        tenant = request.query_params.get("tenant") or operator.tenants[0]
        if tenant not in operator.tenants:
            raise HTTPException(404, NOTHING_HERE)
        request.state.visit = Visit(
            operator=operator, tenant=tenant, session=session, form_token=self._sessions.form_token(session)
        )
        if request.method not in ("GET", "HEAD"):
            if not (operator.may_write or viewers_may_post):
                raise HTTPException(403, VIEWERS_LOOK)
            await self._check_form(request, session)

    async def _check_form(self, request: Request, session: Session) -> None:
        form = await request.form(max_files=FILES_MOST, max_fields=50)
        if not self._sessions.is_own_form(session, str(form.get("form_token", ""))):
            raise HTTPException(403, STALE_FORM)


def visit_of(request: Request) -> Visit:
    """The visit that the gate let in."""
    return cast("Visit", request.state.visit)


def own_page(address: str) -> str:
    """The address if it is one of the console's pages, else the start page: a link must not lead elsewhere."""
    return address if _OWN_PAGE.fullmatch(address) and "//" not in address and ".." not in address else START


def _asked_for(request: Request) -> str:
    """The page that was asked for; a form cannot be sent again after the login, so the start page stands for it."""
    if request.method != "GET":
        return START
    return own_page(request.url.path + (f"?{request.url.query}" if request.url.query else ""))

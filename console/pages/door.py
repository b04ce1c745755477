"""Login and logout."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from console.backing import Backing
from console.gate import STALE_FORM, START, Gate, own_page, visit_of
from console.sessions import COOKIE, Session, Sessions
from console.views import Views, see

WRONG = "Please check e-mail address and password."


def login_pages(backing: Backing, sessions: Sessions, gate: Gate, views: Views) -> APIRouter:
    """What stands open to everybody."""
    router, form = APIRouter(), _Form(sessions, views)

    @router.get("/login")
    async def login(request: Request) -> Response:
        """The form; whoever is logged in already goes on."""
        session, goes_to = await gate.session_of(request), own_page(request.query_params.get("next", START))
        if session is not None and session.login and await backing.staff.find(session.login):
            return see(goes_to)
        return form.page(request, goes_to)

    @router.post("/login")
    async def log_in(request: Request) -> Response:
        """Check the password; then to the page that was asked for."""
        session, sent = await gate.session_of(request), await request.form(max_files=0, max_fields=10)
        who, password, goes_to = str(sent.get("login", "")), str(sent.get("password", "")), str(sent.get("next", ""))
        if session is None or not sessions.is_own_form(session, str(sent.get("form_token", ""))):
            return form.page(request, goes_to, said=STALE_FORM, who=who, status=403)
        if refusal := await backing.pace.refusal(request.client.host if request.client else "", who):
            return form.page(request, goes_to, said=refusal, who=who, status=429)
        operator = await backing.staff.check(who, password)
        if operator is None:
            await backing.pace.count_wrong(who)
            return form.page(request, goes_to, said=WRONG, who=who, status=401)
        await backing.note(operator, operator.tenants[0], "login")
        return _with_cookie(see(own_page(goes_to)), sessions, sessions.begin(operator.login))

    return router


def logout_page(backing: Backing) -> APIRouter:
    """What ends a session, also on copies of its cookie."""
    router = APIRouter()

    @router.post("/logout")
    async def log_out(request: Request) -> Response:
        visit = visit_of(request)
        await backing.deny.revoke(visit.session.deny_id, visit.session.until)
        await backing.note(visit.operator, visit.tenant, "logout")
        gone = see("/operator/login")
        gone.delete_cookie(COOKIE, path="/operator", httponly=True, samesite="lax")
        return gone

    return router


class _Form:
    """The login's form, each time with a session of its own that is nobody's yet."""

    def __init__(self, sessions: Sessions, views: Views) -> None:
        self._sessions, self._views = sessions, views

    def page(self, request: Request, goes_to: str, *, said: str = "", who: str = "", status: int = 200) -> Response:
        session = self._sessions.begin()
        page = self._views.page(
            request,
            "login.html",
            status=status,
            said=said,
            who=who,
            goes_to=own_page(goes_to),
            form_token=self._sessions.form_token(session),
        )
        return _with_cookie(page, self._sessions, session)


def _with_cookie(answer: Response, sessions: Sessions, session: Session) -> Response:
    answer.set_cookie(
        COOKIE, sessions.seal(session), expires=session.until, path="/operator", httponly=True, samesite="lax"
    )
    return answer

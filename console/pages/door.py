"""Login and logout."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from console.backing import Backing
from console.gate import STALE_FORM, START, Gate, own_page, visit_of
from console.sessions import COOKIE, Session, Sessions
from console.views import Views, see

WRONG = "Please check e-mail address and password."


def login_pages(backing: Backing, sessions: Sessions, gate: Gate, views: Views) -> APIRouter:
    """What stands open to everybody."""
    router = APIRouter()

    @router.get("/login")
    async def login(request: Request) -> Response:
        """The form; whoever is logged in already goes on."""
        session = await gate.session_of(request)
        if session is not None and session.login and await backing.staff.find(session.login):
            return see(own_page(request.query_params.get("next", START)))
        return form(request)

    @router.post("/login")
    async def log_in(request: Request) -> Response:
        """Check the password; then to the page that was asked for."""
        session, sent = await gate.session_of(request), await request.form(max_files=0, max_fields=10)
        who, password = str(sent.get("login", "")), str(sent.get("password", ""))
        if session is None or not sessions.is_own_form(session, str(sent.get("form_token", ""))):
            return form(request, said=STALE_FORM, who=who, status=403)
        address = request.client.host if request.client else ""
        if refusal := await backing.pace.refusal(address, who):
            return form(request, said=refusal, who=who, status=429)
        operator = await backing.staff.check(who, password)
        if operator is None:
            await backing.pace.count_wrong(who)
            return form(request, said=WRONG, who=who, status=401)
        await backing.note(operator, operator.tenants[0], "login")
        return _with_cookie(see(own_page(str(sent.get("next", START)))), sessions, sessions.begin(operator.login))

    def form(request: Request, *, said: str = "", who: str = "", status: int = 200) -> Response:
        session = sessions.begin()
        goes_to = own_page(request.query_params.get("next", START))
        page = views.page(
            request,
            "login.html",
            status=status,
            said=said,
            who=who,
            goes_to=goes_to,
            form_token=sessions.form_token(session),
        )
        return _with_cookie(page, sessions, session)

    return router


def logout_page(backing: Backing, gate: Gate) -> APIRouter:
    """What ends a session, also on copies of its cookie."""
    router = APIRouter()

    @router.post("/logout")
    async def log_out(request: Request) -> RedirectResponse:
        visit = visit_of(request)
        await backing.deny.revoke(visit.session.deny_id, visit.session.until)
        await backing.note(visit.operator, visit.tenant, "logout")
        gone = see("/operator/login")
        gone.delete_cookie(COOKIE, path="/operator", httponly=True, samesite="lax")
        return gone

    return router


def _with_cookie(answer: Response, sessions: Sessions, session: Session) -> Response:
    answer.set_cookie(
        COOKIE, sessions.seal(session), expires=session.until, path="/operator", httponly=True, samesite="lax"
    )
    return answer

"""The operators' console: an application of its own, which the web server puts under /operator.

Every page but the login stands behind the gate (``gate.py``), which wants a session, a tenant that the person may see
and, for forms, a token of the session; what would write wants more than a viewer as well. A new page is a router in
``pages/`` and a line in ``build_console``.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from console.backing import Backing
from console.gate import NOTHING_HERE, START, Gate, LoginNeeded
from console.pages.asking import asking_page
from console.pages.door import login_pages, logout_page
from console.pages.knowledge import knowledge_pages
from console.pages.proposals import proposal_pages
from console.pages.start import start_page
from console.pages.uploading import upload_pages
from console.sessions import Sessions
from console.uploads import Uploads
from console.views import HERE, Views, see
from handoffs.errors import Unavailable
from memory.errors import StoreError
from memory.longterm.embed import WeightsMissing

BROKEN = "Something went wrong on our side, and the server's log says what. Please try again."
log = logging.getLogger(__name__)
Answerer = Callable[[Request, Exception], Awaitable[Response]]


def build_console(backing: Backing, uploads: Uploads) -> FastAPI:
    """All pages; paths are relative to /operator. Whoever made ``uploads`` closes them."""
    sessions = Sessions(backing.secret, session_s=backing.session_s, now=backing.now)
    gate, views = Gate(backing.staff, backing.deny, sessions), Views()
    enter, enter_to_write = [Depends(gate.enter)], [Depends(gate.enter_to_write)]
    console = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    console.mount("/static", StaticFiles(directory=HERE / "static"))
    console.include_router(login_pages(backing, sessions, gate, views))
    console.include_router(logout_page(backing), dependencies=enter)
    console.include_router(start_page(backing, views), dependencies=enter)
    console.include_router(knowledge_pages(backing, views), dependencies=enter_to_write)
    console.include_router(asking_page(backing, views), dependencies=enter)
    console.include_router(upload_pages(backing, uploads, views), dependencies=enter_to_write)
    console.include_router(proposal_pages(backing, views), dependencies=enter_to_write)
    console.add_exception_handler(LoginNeeded, _to_login)
    console.add_exception_handler(HTTPException, _refused(views))
    for error in (StoreError, Unavailable, WeightsMissing):
        console.add_exception_handler(error, _away(views))
    console.add_exception_handler(Exception, _broken(views))
    return console


async def _to_login(_: Request, error: Exception) -> Response:
    back = str(error)
    return see("/operator/login" if back == START else f"/operator/login?next={quote(back)}")


def _refused(views: Views) -> Answerer:
    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        sentence = NOTHING_HERE if error.detail in ("Not Found", "Method Not Allowed") else error.detail
        return views.page(request, "sorry.html", status=error.status_code, sentence=sentence)

    return refused


def _away(views: Views) -> Answerer:
    async def away(request: Request, error: Exception) -> Response:
        log.warning("a console page had to wait: %s", error)
        return views.page(request, "sorry.html", status=503, sentence=str(error))

    return away


def _broken(views: Views) -> Answerer:
    async def broken(request: Request, _: Exception) -> Response:
        return views.page(request, "sorry.html", status=500, sentence=BROKEN)

    return broken

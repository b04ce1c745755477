"""The web server: our own FastAPI application, with Chainlit's chat behind it.

Health, assets, the operators' console and our versions of Chainlit's weak routes come first; the chat is mounted last
and sits behind ``web_guard``, which lets through what is on its list and nothing else.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ["CHAINLIT_APP_ROOT"] = str(
    ROOT
)  # before chainlit is imported: it looks for its files there, and writes some

from chainlit.utils import mount_chainlit  # noqa: E402
from fastapi import FastAPI, Request  # noqa: E402
from fastapi.exceptions import RequestValidationError  # noqa: E402
from fastapi.responses import JSONResponse, RedirectResponse  # noqa: E402

from baton.chat.current import open_chat, open_sockets  # noqa: E402
from baton.chat.ports import Installation  # noqa: E402
from baton.web_guard import AWAY, Guard  # noqa: E402
from baton.web_pages import pages  # noqa: E402
from baton.web_routes import WRONG, routes  # noqa: E402
from console.app import build_console  # noqa: E402
from console.backing import Backing  # noqa: E402
from console.uploads import Uploads  # noqa: E402
from handoffs.errors import Unavailable  # noqa: E402
from memory.errors import StoreUnavailable  # noqa: E402


def build_app(installation: Installation, backing: Backing) -> FastAPI:
    """The whole site, the console on its ``backing``.

    Its lifespan starts and stops the installation; one per process, for Chainlit is one as well.
    """
    uploads = Uploads(backing.knowledge, backing.now)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        await installation.start()
        try:
            yield
        finally:
            await open_sockets().close()
            await uploads.close()
            await installation.stop()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_exception_handler(RequestValidationError, _incomplete)
    for error in (Unavailable, StoreUnavailable):
        app.add_exception_handler(error, _away)
    open_chat(installation)
    app.include_router(pages(installation))
    app.include_router(routes(installation))
    app.add_api_route("/operator", _to_console, methods=["GET"])
    app.mount("/operator", build_console(backing, uploads))
    mount_chainlit(app, target=str(ROOT / "app.py"), path="/")
    app.add_middleware(Guard, installation=installation)
    return app


async def _to_console() -> RedirectResponse:
    return RedirectResponse("/operator/")


async def _incomplete(request: Request, _: Exception) -> JSONResponse:
    """A form or body that lacks something: a sentence, not a list of fields."""
    if request.url.path == "/login":
        return JSONResponse({"detail": WRONG}, status_code=401)
    return JSONResponse({"detail": "That request is not complete."}, status_code=422)


async def _away(_request: Request, _: Exception) -> JSONResponse:
    """The store went away in the middle of a request."""
    return JSONResponse({"detail": AWAY}, status_code=503)

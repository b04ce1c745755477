"""The web server: our own FastAPI application, with Chainlit's chat behind it.

Health, assets, the operators' page and our versions of Chainlit's weak routes come first; the chat is mounted last and
sits behind ``web_guard``, which lets through what is on its list and nothing else.
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
from fastapi import FastAPI  # noqa: E402

from baton.chat.current import open_chat, open_sockets  # noqa: E402
from baton.chat.ports import Installation  # noqa: E402
from baton.web_guard import Guard  # noqa: E402
from baton.web_pages import pages  # noqa: E402
from baton.web_routes import routes  # noqa: E402


def build_app(installation: Installation) -> FastAPI:
    """The whole site. Its lifespan starts and stops the installation; one per process, for Chainlit is one as well."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        await installation.start()
        try:
            yield
        finally:
            await open_sockets().close()
            await installation.stop()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    open_chat(installation)
    app.include_router(pages(installation))
    app.include_router(routes(installation))
    mount_chainlit(app, target=str(ROOT / "app.py"), path="/")
    app.add_middleware(Guard, installation=installation)
    return app

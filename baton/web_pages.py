"""The pages and files that we serve ourselves: the chat's shell, its assets and health."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import mimetypes
import re
from functools import cache
from html import escape
from pathlib import Path

from chainlit import server as chainlit_server
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from baton.chat.ports import Installation

ASSETS = Path(chainlit_server.build_dir) / "assets"
_FOREIGN_LINK = re.compile(r"<link\b[^>]*\bhref=\"https://[^>]*>", re.DOTALL)
_FOREIGN_META = re.compile(r"<meta property=\"og:(image|url)\"[^>]*>")
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".map": "application/json"}
_SORRY_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Baton</title>
<link rel="stylesheet" href="/public/operator.css"><link rel="icon" href="/favicon">
<main><h1>{sentence}</h1><p><a href="/">To the chat</a></p></main></html>"""


@cache
def shell() -> str:
    """The chat's page without anything that it would fetch from elsewhere."""
    return _FOREIGN_META.sub("", _FOREIGN_LINK.sub("", chainlit_server.get_html_template("")))


@cache
def content_security_policy() -> str:
    """Only our own files, and only the inline scripts of the shell, each by its digest."""
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(shell()))
    scripts = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return (
        f"default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; connect-src 'self'; font-src 'self' data:; worker-src 'self' blob:; "
        "object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
    )


@cache
def _packed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 6)


async def asset(name: str, request: Request) -> Response:
    """A file of the front end: its name holds its digest, so it is packed once and kept by the browser for ever."""
    path = ASSETS / name
    if path.parent != ASSETS or not path.is_file():
        raise HTTPException(404, "There is no such file.")
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        packed = await asyncio.to_thread(_packed, path)
        return Response(packed, media_type=kind, headers={**headers, "content-encoding": "gzip"})
    return Response(await asyncio.to_thread(path.read_bytes), media_type=kind, headers=headers)


async def index() -> Response:
    """The chat's shell; which page it shows, the browser finds in its address."""
    return HTMLResponse(shell(), headers={"cache-control": "no-cache"})


def sorry(status: int, sentence: str) -> Response:
    """A refusal for people who typed an address or followed a link."""
    return HTMLResponse(_SORRY_PAGE.format(sentence=escape(sentence)), status_code=status)


async def alive() -> Response:
    """The process answers."""
    return JSONResponse({"alive": True})


def pages(installation: Installation) -> APIRouter:
    """All of them, for the application to include before the chat."""

    async def ready() -> Response:
        """Whether messages are answered at once; before that they wait, and the chat shows that it is busy."""
        return JSONResponse({"ready": installation.ready}, status_code=200 if installation.ready else 503)

    router = APIRouter()
    for path in ("/", "/login", "/login/callback", "/thread/{conversation}"):
        router.add_api_route(path, index, methods=["GET", "HEAD"])
    router.add_api_route("/assets/{name}", asset, methods=["GET"])
    router.add_api_route("/healthz", alive, methods=["GET"])
    router.add_api_route("/readyz", ready, methods=["GET"])
    return router

"""What stands before every request: a list of what may pass, security headers, limits, and no logged-out tokens.

Shells and files open without the store: a page that lost it for a moment finds its way back by itself. Pure ASGI, so
streams and websockets pass through untouched.
"""

from __future__ import annotations

import asyncio
import re
import time
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from baton.auth import token_id
from baton.chat.identity import token_in
from baton.chat.ports import Installation
from baton.web_pages import content_security_policy, sorry
from console.gate import FILES_MOST
from console.pages.uploading import FILE_BYTES_MOST
from console.views import POLICY
from handoffs.errors import Unavailable
from memory.errors import StoreUnavailable

BODY_BYTES_MOST = 64_000
UPLOAD_BYTES_MOST = FILES_MOST * FILE_BYTES_MOST + BODY_BYTES_MOST
_ID = r"[0-9a-f-]{36}"
_OPEN = re.compile(
    r"GET /(assets/[\w.-]+|public/.*|avatars/[^/]*|favicon|logo|healthz|readyz|project/translations"
    rf"|login|login/callback|thread/{_ID}|auth/config|project/settings|)"
)
_LISTED = re.compile(
    rf"GET /(user|project/thread/{_ID})"
    r"|POST /(login|logout|auth/header|set-session-cookie|project/threads)"
    r"|(PUT|DELETE) /(feedback|project/thread)"
    r"|WEBSOCKET /ws/socket\.io/?"
)
_CONSOLE = re.compile(r"(GET|POST) /operator(/.*)?")  # it has its own gate, and no use for the chat's tokens
_UPLOAD = "POST /operator/knowledge/uploads"
AWAY = "Baton's store is away; please try again in a minute."
STORE_BACK_WITHIN_S = 5.0  # a Redis that was killed is back before that
STORE_ASK_S = 0.2
BROWSER_LEFT = "No response returned."  # what starlette raises when a browser goes before its answer comes


class Guard:
    """Lets through what is listed, from pages of our own origin, for people who have not logged out."""

    def __init__(
        self, app: ASGIApp, installation: Installation, *, store_back_within_s: float = STORE_BACK_WITHIN_S
    ) -> None:
        self._app = app
        self._baton = installation
        self._store_back_within_s = store_back_within_s
        self._origins = frozenset(installation.chat.allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        method = {"websocket": "WEBSOCKET"}.get(scope["type"]) or scope["method"].replace("HEAD", "GET")
        what = f"{method} {scope['path']}"
        headers = Headers(scope=scope)
        is_open = (_OPEN.fullmatch(what) or _CONSOLE.fullmatch(what)) is not None
        most = UPLOAD_BYTES_MOST if what == _UPLOAD else BODY_BYTES_MOST
        if not (is_open or _LISTED.fullmatch(what)):
            await _refuse(404, "There is nothing here.")(scope, receive, send)
        elif method != "GET" and not self._is_ours(headers):
            await _refuse(403, "This page may not call Baton; add its origin to BATON_ALLOWED_ORIGINS if it should.")(
                scope, receive, send
            )
        elif int(headers.get("content-length", "0") or 0) > most:
            await _refuse(413, f"That is too large: at most {most:,} bytes.")(scope, receive, send)
        else:
            try:
                passed = await self._without_dead_tokens(scope, headers, asks_store=not is_open)
            except (Unavailable, StoreUnavailable):
                await _refuse(503, AWAY)(scope, receive, send)
                return
            try:
                await self._app(passed, _limited(receive, most), _dressed(scope, send))
            except RuntimeError as error:
                if str(error) != BROWSER_LEFT:
                    raise

    def _is_ours(self, headers: Headers) -> bool:
        """Whether a request that may change something comes from our own pages; programs send no origin."""
        origin = headers.get("origin")
        return origin is None or origin in self._origins or urlsplit(origin).netloc == headers.get("host")

    async def _without_dead_tokens(self, scope: Scope, headers: Headers, *, asks_store: bool) -> Scope:
        """The request without a token that was logged out, and without any that does not come as our cookie."""
        dropped = {b"authorization"}
        token = token_in(headers.get("cookie", "")) if asks_store else None
        if token and await self._is_revoked(token):
            dropped.add(b"cookie")
        return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in dropped]}

    async def _is_revoked(self, token: str) -> bool:
        """Whether the token was logged out; a store that is away is asked again until it must be taken for gone."""
        ends = time.monotonic() + self._store_back_within_s
        while True:
            try:
                return await self._baton.deny.revoked(token_id(token))
            except (Unavailable, StoreUnavailable):
                if time.monotonic() > ends:
                    raise
            await asyncio.sleep(STORE_ASK_S)


def _limited(receive: Receive, most: int) -> Receive:
    """The body, cut off where it grows beyond what it said it would be."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            if taken > most:
                return {"type": "http.disconnect"}
        return message

    return limited


def _dressed(scope: Scope, send: Send) -> Send:
    """The answer with security headers; cookies stay on encrypted connections where there is one."""

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            is_console = _CONSOLE.fullmatch(f"GET {scope['path']}") is not None
            headers["content-security-policy"] = POLICY if is_console else content_security_policy()
            headers["x-content-type-options"] = "nosniff"
            headers["referrer-policy"] = "same-origin"
            headers["permissions-policy"] = "camera=(), microphone=(), geolocation=()"
            if scope.get("scheme") == "https":
                _seal(headers)
        await send(message)

    return dressed


def _seal(headers: MutableHeaders) -> None:
    cookies = headers.getlist("set-cookie")
    del headers["set-cookie"]
    for cookie in cookies:
        headers.append("set-cookie", cookie if "; secure" in cookie.lower() else f"{cookie}; Secure")
    headers["strict-transport-security"] = "max-age=31536000"


def _refuse(status: int, sentence: str) -> ASGIApp:
    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        is_person = scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")
        answer = sorry(status, sentence) if is_person else JSONResponse({"detail": sentence}, status_code=status)
        await answer(scope, receive, _dressed(scope, send))

    return refuse

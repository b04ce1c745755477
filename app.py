"""Chainlit's handlers: who may come in and what they are offered.

What is said goes over the sockets (``baton/chat/sockets.py``): a message becomes a queued turn, and the conversation's
log becomes what the page shows. Mounted by ``baton/web.py``; a bare ``chainlit run app.py`` gives the same chat without
the guard in front of it, for work on the looks of the page.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import chainlit as cl
from chainlit.auth import get_token_from_cookies
from chainlit.types import ThreadDict
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from baton.auth import person_behind_proxy, token_id
from baton.chat.current import is_open, open_sockets, running
from baton.chat.data_layer import LogDataLayer
from baton.chat.identity import user_of
from baton.chat.starters import STARTERS


@cl.password_auth_callback
async def log_in(username: str, password: str) -> cl.User | None:
    """A person of the directory (``baton/web_routes.py`` slows guessing down)."""
    person = running().people.check(username, password)
    return user_of(person) if person else None


async def sign_on(headers: Headers) -> cl.User | None:
    """A customer whom a company's own sign-on vouches for."""
    key = running().chat.header_auth_key
    person = person_behind_proxy(headers, key) if key else None
    return user_of(person) if person else None


@cl.on_logout
async def log_out(request: Request, response: Response) -> dict[str, bool]:
    """The token is worth nothing from now on, and the pages that it opened are closed."""
    if token := get_token_from_cookies(dict(request.cookies)):
        until = datetime.now(UTC) + timedelta(seconds=running().chat.session_s)
        await running().deny.revoke(token_id(token), until)
        await open_sockets().log_out(token)
    return {"success": True}


@cl.data_layer
def data_layer() -> LogDataLayer:
    """The sidebar and reloads, read from the log."""
    return LogDataLayer(running())


@cl.set_starters
async def starters(user: cl.User | None) -> list[cl.Starter]:
    """What a new conversation may begin with; nothing for staff, who do not chat here."""
    if user is None or user.metadata.get("role") != "customer":
        return []
    return [cl.Starter(label=label, message=message, icon=icon) for label, message, icon in STARTERS]


@cl.on_chat_resume
async def resume(thread: ThreadDict) -> None:
    """Says that conversations can be resumed; the sockets do it."""


if not is_open():
    from baton.bare import stand_alone  # only under `chainlit run app.py`, which starts nothing for us

    stand_alone()
elif running().chat.header_auth_key:
    cl.header_auth_callback(sign_on)

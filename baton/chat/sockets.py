"""What a browser may say over its socket. Chainlit's own handlers are taken off: what is not here is not heard.

The browser's word counts for three things only: its signed token, the conversation it wants to see (checked against
its owner) and the text of a message. Author, type, time and metadata of what it sends are never read.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast
from uuid import uuid4

from socketio import AsyncServer
from socketio.exceptions import ConnectionRefusedError as Refuse

from baton.auth import token_id
from baton.chat.delivery import Delivery
from baton.chat.identity import Visitor, token_in, visitor_of
from baton.chat.intake import PERSON_COMMAND, Refused, clean, is_conversation_id, title_of
from baton.chat.ports import Installation, Thread
from handoffs.errors import Unavailable
from memory.errors import StoreUnavailable

log = logging.getLogger(__name__)
AWAY = (Unavailable, StoreUnavailable)
MESSAGE_BYTES_MOST = 4_000_000  # what a socket takes in; a longer text than agents read still gets a sentence
SESSION_OVER = "Your session has ended, so nothing was sent. Please log in again."
STORE_AWAY = (
    "I cannot reach my records at the moment, so nothing was done. Your text still stands above: "
    "please send it again in a minute."
)
STAFF_ONLY = (
    "You are logged in as staff. This chat is for customers; "
    "[the operators' page](/operator) says how to look after conversations."
)
TOO_MANY = "That were many messages in a short time. Nothing was sent: please wait a minute and send it again."
GONE = "This conversation was closed and erased. Please start a new chat."
COMMANDS = [{"id": PERSON_COMMAND, "icon": "user-round", "description": "Ask for a human colleague", "button": True}]


@dataclass(kw_only=True)
class Page:
    """One open page. ``asked`` is the conversation it wanted to see, '' for a new one."""

    visitor: Visitor
    conversation: str
    asked: str
    begun: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class ChatSockets:
    """The open pages of this process, and what each may do."""

    def __init__(self, installation: Installation, sio: AsyncServer) -> None:
        self._baton = installation
        self._sio = sio
        self._pages: dict[str, Page] = {}
        self.delivery = Delivery(installation.log, installation.feed, installation.team, self._speak)

    def install(self) -> None:
        """Take Chainlit's handlers off and listen to websockets only."""
        self._sio.handlers["/"] = {}
        self._sio.eio.transports = ["websocket"]
        self._sio.eio.max_http_buffer_size = MESSAGE_BYTES_MOST
        self._sio.on("connect", self._connect)
        self._sio.on("connection_successful", self._open)
        self._sio.on("client_message", self._message)
        self._sio.on("stop", self._stop)
        self._sio.on("disconnect", self._disconnect)

    async def log_out(self, token: str) -> None:
        """Close every page that this token opened: each loads anew and finds the login."""
        for socket, page in list(self._pages.items()):
            if page.visitor.token == token:
                await self._speak("reload", {}, socket)
                await self._sio.disconnect(socket)

    async def close(self) -> None:
        """End all deliveries; what runs goes on without a page."""
        await self.delivery.stop()

    async def _connect(self, socket: str, environ: Mapping[str, str], auth: object) -> bool:
        asked = str(_fields(auth).get("threadId") or "")
        try:
            visitor = await self._visitor(token_in(environ.get("HTTP_COOKIE", "")))
            mine = visitor is not None and await self._is_mine(visitor, asked)
        except AWAY as error:
            raise Refuse("the store is away") from error
        if visitor is None:
            raise Refuse("authentication failed")
        conversation = asked if mine else str(uuid4())
        self._pages[socket] = Page(visitor=visitor, conversation=conversation, asked=asked, begun=mine)
        return True

    async def _open(self, socket: str, *_: object) -> None:
        page = self._pages.get(socket)
        if page is None:
            return
        if not page.visitor.customer:
            await self._speak("new_message", _remark(page.conversation, STAFF_ONLY), socket)
            return
        await self._speak("set_commands", COMMANDS, socket)
        if page.asked and page.conversation != page.asked:
            await self._speak("resume_thread_error", "there is no such conversation", socket)
        elif page.begun:
            resumed = {"interaction": "resume", "thread_id": page.conversation}
            await self._speak("first_interaction", resumed, socket)
        with suppress(*AWAY):  # the page is told when it sends something
            await self.delivery.open(socket, page.visitor.tenant, page.conversation, self._join(socket))

    async def _message(self, socket: str, payload: object = None, *_: object) -> None:
        page = self._pages.get(socket)
        sent = _fields(_fields(payload).get("message"))
        if page is None or not sent:
            return
        async with page.turn:  # in the order in which they came
            try:
                refusal = await self._submit(socket, page, sent)
            except AWAY:
                refusal = STORE_AWAY
            if refusal:
                await self._speak("new_message", _remark(page.conversation, refusal), socket)
                await self._speak("task_end", {}, socket)
            if refusal == SESSION_OVER:
                await self._sio.disconnect(socket)

    async def _submit(self, socket: str, page: Page, sent: Mapping[str, object]) -> str | None:
        """Hand the message to the runtime, or say why not."""
        visitor = await self._visitor(page.visitor.token)
        if visitor is None:
            return SESSION_OVER
        if not visitor.customer:
            return STAFF_ONLY
        options = self._baton.chat
        text = clean(sent.get("output"), command=sent.get("command"), limit_chars=options.message_limit_chars)
        if isinstance(text, Refused):
            return text.sentence
        who = f"{visitor.tenant}/{visitor.customer}"
        if not await self._baton.limits.allow("messages", who, limit=options.messages_per_minute, window_s=60):
            return TOO_MANY
        message_id = str(sent.get("id"))
        return await self._take(socket, page, message_id if is_conversation_id(message_id) else str(uuid4()), text)

    async def _take(self, socket: str, page: Page, message_id: str, text: str) -> str | None:
        who, conversation = page.visitor, page.conversation
        now_ms = int(time.time() * 1000)
        thread = Thread(id=conversation, owner=who.identifier, title=title_of(text), created_ms=now_ms)
        if not await self._baton.threads.open(thread, now_ms=now_ms):
            return GONE
        self.delivery.expect(socket, who.tenant, conversation, message_id, text)
        status = "gone"
        try:
            status = await self._baton.submit_message(
                who.tenant, who.customer, conversation, message_id=message_id, text=text, customer_name=who.name
            )
        finally:
            if status not in ("started", "joined"):
                await self.delivery.forget(who.tenant, conversation, message_id)
        if status in ("gone", "foreign"):
            return GONE
        if not page.begun:
            page.begun = True
            first = {"interaction": title_of(text), "thread_id": conversation}
            await self._speak("first_interaction", first, socket)
        await self.delivery.submitted(who.tenant, conversation, message_id)
        return None

    async def _stop(self, socket: str, *_: object) -> None:
        if (page := self._pages.get(socket)) and page.begun:
            with suppress(*AWAY):
                await self._baton.stop_turn(page.visitor.tenant, page.conversation)

    async def _disconnect(self, socket: str, *_: object) -> None:
        if page := self._pages.pop(socket, None):
            await self.delivery.close(socket, page.visitor.tenant, page.conversation)

    async def _visitor(self, token: str | None) -> Visitor | None:
        """Whom the token names, unless it has expired or was logged out."""
        visitor = visitor_of(token) if token else None
        return None if visitor is None or await self._baton.deny.revoked(token_id(visitor.token)) else visitor

    async def _is_mine(self, visitor: Visitor, conversation: str) -> bool:
        """Whether the sidebar's owner and the store's own word both name this customer."""
        thread = await self._baton.threads.get(conversation) if is_conversation_id(conversation) else None
        if thread is None or thread.hidden or thread.owner != visitor.identifier:
            return False
        head = await self._baton.log.head(visitor.tenant, conversation)
        return head.customer in ("", visitor.customer)

    def _join(self, socket: str) -> Callable[[str], Awaitable[None]]:
        async def join(room: str) -> None:
            await self._sio.enter_room(socket, room)

        return join

    async def _speak(self, event: str, payload: object, room: str) -> None:
        await self._sio.emit(event, payload, room=room)


def _fields(sent: object) -> Mapping[str, object]:
    """What a browser sent, if it sent fields at all."""
    return cast("Mapping[str, object]", sent) if isinstance(sent, dict) else {}


def _remark(conversation: str, sentence: str) -> dict[str, object]:
    """A sentence of the house itself: shown on this page, not part of the transcript."""
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return {
        "id": str(uuid4()),
        "threadId": conversation,
        "type": "assistant_message",
        "name": "Baton",
        "output": sentence,
        "createdAt": at,
        "metadata": {},
    }

"""One open page without a browser: a raw client of the chat's socket that notes what it heard, and when."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import NamedTuple, cast
from uuid import uuid4

import aiohttp
import socketio

ANSWER_WITHIN_S = 120.0
_ORDER_ID = re.compile(r"\b[VL]-\d{5}\b")
_STREAMED = ("stream_start", "stream_token")


class Turn(NamedTuple):
    """One turn as its customer saw it. *Units*: seconds from sending; None for what never came."""

    first_token_s: float | None
    whole_s: float | None
    answers: tuple[str, ...]


class Heard(NamedTuple):
    """One event of the socket. *Units*: seconds of the monotonic clock."""

    at_s: float
    event: str
    data: Mapping[str, object]

    @property
    def is_answer(self) -> bool:
        return self.event == "new_message" and self.data.get("type") == "assistant_message"


async def log_in(http: aiohttp.ClientSession, url: str, login: str, password: str) -> str:
    """The cookie header of a fresh session. *Raises*: aiohttp.ClientResponseError when the login is refused."""
    async with http.post(f"{url}/login", data={"username": login, "password": password}) as answer:
        answer.raise_for_status()
        return "; ".join(f"{name}={morsel.value}" for name, morsel in answer.cookies.items())


class ChatSession:
    """A page of one customer, in a conversation of its own."""

    def __init__(self, url: str, cookie: str, http: aiohttp.ClientSession) -> None:
        self._url = url
        self._heard: list[Heard] = []
        self._news = asyncio.Event()
        options = {"headers": {"Cookie": cookie}}  # as a header of connect() it would go into the shared session's jar
        self._sio = socketio.AsyncClient(reconnection=False, http_session=http, websocket_extra_options=options)
        self._sio.on("*", self._hear)

    async def open(self) -> None:
        """Connect, and wait until the chat is ready for a message."""
        page = {"clientType": "webapp", "sessionId": str(uuid4()), "threadId": "", "userEnv": "{}", "chatProfile": ""}
        await self._sio.connect(
            self._url,
            transports=["websocket"],
            socketio_path="/ws/socket.io",
            auth=page,
            wait_timeout=60,
        )
        await self._sio.emit("connection_successful")
        await self._until(lambda: any(one.event == "set_commands" for one in self._heard))

    async def turn(self, text: str) -> Turn:
        """Say something and listen until the turn is over, or for long enough."""
        before, started_s = len(self._heard), time.monotonic()
        message = {"id": str(uuid4()), "threadId": "", "name": "me", "type": "user_message", "output": text}
        await self._sio.emit("client_message", {"message": message, "fileReferences": []})
        with suppress(TimeoutError):
            await self._until(lambda: _is_over(self._heard[before:]))
        heard = self._heard[before:]
        first = next((one.at_s for one in heard if one.event in _STREAMED or one.is_answer), None)
        last = heard[-1].at_s if _is_over(heard) else None
        return Turn(
            first_token_s=first and first - started_s,
            whole_s=last and last - started_s,
            answers=tuple(str(one.data.get("output", "")) for one in heard if one.is_answer),
        )

    async def close(self) -> None:
        """Leave."""
        await self._sio.disconnect()

    @property
    def order_ids(self) -> set[str]:
        """Every order that was named to this page in any event."""
        return {found for one in self._heard for found in _ORDER_ID.findall(repr(one.data))}

    @property
    def conversations(self) -> set[str]:
        """Every conversation that this page was told about; it should be one."""
        named = {one.data.get("threadId") or one.data.get("thread_id") for one in self._heard}
        return {str(name) for name in named if name}

    async def _hear(self, event: str, data: object = None, *_: object) -> None:
        fields = cast("Mapping[str, object]", data if isinstance(data, dict) else {})
        self._heard.append(Heard(time.monotonic(), event, fields))
        self._news.set()

    async def _until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            while not reached():
                self._news.clear()
                await self._news.wait()


def _is_over(heard: list[Heard]) -> bool:
    """Whether an answer came, and after it the word that nothing runs any more."""
    return any(one.is_answer for one in heard) and heard[-1].event == "task_end"

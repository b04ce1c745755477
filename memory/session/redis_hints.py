"""The one pub/sub connection of a process: hints to all who follow a conversation, stop requests to all who work."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Generator
from contextlib import contextmanager
from typing import cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from memory.errors import StoreUnavailable
from memory.session import keys
from memory.session.following import Viewer
from memory.session.packing import unpack_draft
from memory.session.redis_scripts import exchange

RETRY_S = 0.2  # how soon a lost connection is tried again
Stops = asyncio.Queue[tuple[str, str]]


class RedisHints:
    """Passes hints on, and asks by itself every ``poll_s``, for pub/sub loses what a dropped connection misses.

    Starts with the first who asks for something; ``aclose`` ends it.
    """

    def __init__(self, redis: Redis, *, poll_s: float) -> None:
        self._redis = redis
        self._poll_s = poll_s
        self._viewers: dict[str, set[Viewer]] = {}
        self._stops: set[Stops] = set()
        self._tasks: list[asyncio.Task[None]] = []

    @contextmanager
    def watching(self, base: str, viewer: Viewer) -> Generator[None]:
        """Tell a viewer about the conversation of these keys."""
        self._start()
        self._viewers.setdefault(base, set()).add(viewer)
        try:
            yield
        finally:
            self._viewers[base].discard(viewer)
            if not self._viewers[base]:
                del self._viewers[base]

    @contextmanager
    def stops(self) -> Generator[Stops]:
        """A queue of stop requests."""
        self._start()
        queue = Stops()
        self._stops.add(queue)
        try:
            yield queue
        finally:
            self._stops.discard(queue)

    async def aclose(self) -> None:
        """Stop listening."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def _start(self) -> None:
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._poll())]

    async def _listen(self) -> None:
        while True:
            connection = self._redis.connection_pool.make_connection()
            try:
                await connection.connect()
                await connection.send_command("PSUBSCRIBE", keys.LIVE_PATTERN, check_health=False)
                await connection.send_command("SUBSCRIBE", keys.STOPS, check_health=False)
                while True:
                    self._heard(
                        cast("list[bytes]", await connection.read_response(timeout=math.inf, push_request=True))
                    )
            except (RedisError, OSError, ValueError, TypeError):  # the last two: not a message of ours
                await asyncio.sleep(RETRY_S)
            finally:
                await connection.disconnect()

    def _heard(self, pushed: list[bytes]) -> None:
        match pushed:
            case [b"pmessage", _, channel, payload]:
                for viewer in self._viewers.get(channel.decode().removesuffix("live"), ()):
                    _tell(viewer, payload)
            case [b"message", _, payload]:
                for queue in self._stops:
                    queue.put_nowait(keys.split_member(payload))
            case _:  # subscribed, perhaps again: whatever was said before was missed
                for viewers in self._viewers.values():
                    for viewer in viewers:
                        viewer.tell_to_look()

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(self._poll_s)
            bases = list(self._viewers)
            if not bases:
                continue
            try:
                seqs = await exchange(self._redis, "poll", *(("HGET", base + "head", "seq") for base in bases))
            except StoreUnavailable:
                continue
            for base, seq in zip(bases, seqs, strict=True):
                for viewer in self._viewers.get(base, ()):
                    viewer.tell_seq(int(cast("bytes | None", seq) or 0))


def _tell(viewer: Viewer, payload: bytes) -> None:
    kind, _, said = payload.partition(b" ")
    if kind == b"seq":
        viewer.tell_seq(int(said))
    else:
        viewer.tell_draft(unpack_draft(said))

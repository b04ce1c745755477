"""Following a conversation live, and the signals that go with it: drafts out, stop requests in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Self

from redis.asyncio import Redis

from memory.session import keys
from memory.session.following import Viewer, follow
from memory.session.packing import pack_draft
from memory.session.redis_hints import RedisHints
from memory.session.redis_reading import read
from memory.session.redis_scripts import exchange, of_conversation, run
from memory.session.types import DRAFT_TTL_S, Draft, StoredRecord

_DRAFT = of_conversation("draft")
POLL_S = 2.0


class RedisFeed:
    """What is new in a conversation, as it is committed; truth is read, a publish is only a hint."""

    def __init__(self, redis: Redis, *, poll_s: float = POLL_S) -> None:
        self._redis = redis
        self._hints = RedisHints(redis, poll_s=poll_s)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stop listening."""
        await self._hints.aclose()

    async def follow(
        self, tenant: str, conversation: str, *, after_seq: int = 0
    ) -> AsyncIterator[StoredRecord | Draft]:
        """Records after a sequence number, each once and in order, and drafts of what is being written; never ends."""
        viewer = Viewer(after_seq)
        with self._hints.watching(keys.base(tenant, conversation), viewer):
            async for news in follow(viewer, partial(read, self._redis, tenant, conversation)):
                yield news

    async def draft(
        self, tenant: str, conversation: str, *, execution: str, number: int, fence: int, agent: str, text: str | None
    ) -> None:
        """Show the text so far of an answer being written; None withdraws it. Too late, or of a stale fence: not."""
        packed = pack_draft(Draft(execution, number, fence, agent, text))
        ttl_s = 0 if text is None else DRAFT_TTL_S
        await run(self._redis, _DRAFT, keys.head(tenant, conversation), execution, fence, number, packed, ttl_s)

    async def stop(self, tenant: str, conversation: str) -> None:
        """Ask whoever works on the conversation to stop."""
        await exchange(self._redis, "ask to stop", ("PUBLISH", keys.STOPS, keys.member(tenant, conversation)))

    async def stops(self) -> AsyncIterator[tuple[str, str]]:
        """(tenant, conversation) each time a customer presses stop; never ends."""
        with self._hints.stops() as queue:
            while True:
                yield await queue.get()

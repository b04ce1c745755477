"""The sidebar in Redis. Lists live as long as transcripts do; every use prolongs them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import cast

from redis.asyncio import Redis

from baton.chat.ports import Thread
from memory.session.keys import RETENTION_S
from memory.session.redis_client import reaching
from memory.session.redis_scripts import exchange

LISTED_MOST = 1_000  # conversations of one owner; older ones leave the list


class RedisThreads:
    """Who owns which conversation and what the sidebar calls it. All *raise* StoreUnavailable."""

    def __init__(self, redis: Redis, *, ttl_s: int = RETENTION_S) -> None:
        self._redis = redis
        self._ttl_s = ttl_s

    async def open(self, thread: Thread, *, now_ms: int) -> bool:
        """Bind a conversation to its owner at first use and move it to the top; False where another owns it."""
        key, listed = _thread_key(thread.id), _list_key(thread.owner)
        replies = await exchange(
            self._redis,
            "open a conversation",
            ("HSETNX", key, "owner", thread.owner),
            ("HSETNX", key, "title", thread.title),
            ("HSETNX", key, "created_ms", thread.created_ms),
            ("EXPIRE", key, self._ttl_s),
            ("HGET", key, "owner"),
        )
        if cast("bytes", replies[-1]).decode() != thread.owner:
            return False
        await exchange(
            self._redis,
            "list a conversation",
            ("HDEL", key, "hidden"),
            ("ZADD", listed, now_ms, thread.id),
            ("ZREMRANGEBYRANK", listed, 0, -LISTED_MOST - 1),
            ("EXPIRE", listed, self._ttl_s),
        )
        return True

    async def get(self, thread_id: str) -> Thread | None:
        """The conversation, also a hidden one, or None where nobody has used that id."""
        return (await self._threads([thread_id]))[0]

    async def page(self, owner: str, *, after: str | None, size: int) -> Sequence[Thread]:
        """Newest first, from behind ``after``; one more than ``size`` where there are more."""
        ranks = await exchange(self._redis, "page the sidebar", ("ZREVRANK", _list_key(owner), after or ""))
        start = cast("int", ranks[0]) + 1 if ranks[0] is not None else 0
        replies = await exchange(self._redis, "page the sidebar", ("ZREVRANGE", _list_key(owner), start, start + size))
        threads = await self._threads([name.decode() for name in cast("list[bytes]", replies[0])])
        return [thread for thread in threads if thread and not thread.hidden]

    async def rename(self, thread_id: str, title: str) -> None:
        """Call a conversation otherwise."""
        key = _thread_key(thread_id)
        await exchange(
            self._redis, "rename a conversation", ("HSET", key, "title", title), ("EXPIRE", key, self._ttl_s)
        )

    async def hide(self, thread_id: str) -> None:
        """Take a conversation off its owner's list; its log stays as long as it must be kept."""
        if thread := await self.get(thread_id):
            await exchange(
                self._redis,
                "hide a conversation",
                ("HSET", _thread_key(thread_id), "hidden", 1),
                ("ZREM", _list_key(thread.owner), thread_id),
            )

    async def forget(self, owners: Sequence[str], threads: Sequence[str]) -> None:
        """Leave nothing of these conversations, nor of any other of these owners."""
        theirs = {owner.encode() for owner in owners}
        async for names in self._pages():
            held = await exchange(
                self._redis, "look up owners", *(("HGET", _thread_key(one), "owner") for one in names)
            )
            gone = [one for one, owner in zip(names, held, strict=True) if owner in theirs or one in threads]
            if gone:
                await exchange(self._redis, "forget conversations", *(("DEL", _thread_key(one)) for one in gone))
        if owners:
            await exchange(self._redis, "forget the sidebar", *(("DEL", _list_key(owner)) for owner in owners))

    async def _pages(self) -> AsyncIterator[list[str]]:
        cursor, start = 0, _thread_key("")
        while True:
            async with reaching("list conversations"):
                cursor, keys = cast(
                    "tuple[int, list[bytes]]", await self._redis.scan(cursor, match=f"{start}*", count=500)
                )
            if keys:
                yield [key.decode().removeprefix(start) for key in keys]
            if cursor == 0:
                return

    async def _threads(self, names: Sequence[str]) -> list[Thread | None]:
        if not names:
            return []
        asked = [("HGETALL", _thread_key(name)) for name in names]
        found = await exchange(self._redis, "read conversations", *asked)
        return [_thread(name, cast("list[bytes]", fields)) for name, fields in zip(names, found, strict=True)]


def _thread_key(thread_id: str) -> str:
    return f"baton:chat:thread:{thread_id}"


def _list_key(owner: str) -> str:
    return f"baton:chat:threads:{owner}"


def _thread(thread_id: str, flat: Sequence[bytes]) -> Thread | None:
    fields: Mapping[bytes, bytes] = dict(zip(flat[::2], flat[1::2], strict=True))
    if b"created_ms" not in fields:
        return None
    return Thread(
        id=thread_id,
        owner=fields[b"owner"].decode(),
        title=fields[b"title"].decode(),
        created_ms=int(fields[b"created_ms"]),
        hidden=b"hidden" in fields,
    )

"""Forgetting a customer's conversations in Redis: keys, indexes, and the files that Redis keeps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from time import monotonic
from typing import cast

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from memory.errors import StoreUnavailable
from memory.session import keys
from memory.session.redis_client import reaching
from memory.session.redis_scripts import Command, exchange, of_conversation, run

_ERASE = of_conversation("erase")
_PAGE = 500
_POLL_S = 0.05
_REWRITE_WITHIN_S = 300.0


class RedisErasing:
    """What forgetting needs of session memory. All *raise* StoreUnavailable."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def conversations(self, tenant: str, customer: str) -> list[str]:
        """All conversations of a customer, however old: the heads say whose each is, no index is trusted."""
        found: list[str] = []
        async for names in self._heads(tenant):
            owners = await exchange(self._redis, "look up owners", *(("HGET", name, "customer") for name in names))
            mine = (name for name, owner in zip(names, owners, strict=True) if owner == customer.encode())
            found.extend(keys.split_member(name[len("baton:{") : -len("}:head")])[1] for name in mine)
        return sorted(found)

    async def erase(self, tenant: str, customer: str, conversation: str) -> bool:
        """Leave only a tombstone of a conversation; False when it is another customer's or gone already."""
        erased = await run(self._redis, _ERASE, keys.head(tenant, conversation), customer) == 1
        member = keys.member(tenant, conversation)
        removals: list[Command] = [
            ("ZREM", keys.conversations(tenant), conversation),
            ("ZREM", keys.conversations(tenant, customer), conversation),
            ("ZREM", keys.LEASES, member),
        ]
        async for index, entry in self._indexed(member):
            removals.append(("ZREM", index, entry))
        await exchange(self._redis, "clean indexes", *removals)
        return erased

    async def compact(self) -> None:
        """Have Redis rewrite its append-only file (and its snapshot, where one is kept) without what was erased.

        *Raises*: StoreUnavailable also where the server does not let us: then its files are its keeper's to rewrite.
        """
        persistence = await self._info()
        if persistence.get("aof_enabled"):
            await self._rewrite("BGREWRITEAOF", "aof_rewrite_in_progress", "aof_rewrite_scheduled")
        if await self._takes_snapshots():
            await self._rewrite("BGSAVE", "rdb_bgsave_in_progress")

    async def _takes_snapshots(self) -> bool:
        async with reaching("read its settings"):
            settings = cast("dict[bytes, bytes]", await self._redis.config_get("save"))
        return any(settings.values())

    async def _heads(self, tenant: str) -> AsyncIterator[list[bytes]]:
        pattern = f"baton:{{{keys.valid_id('tenant', tenant)}/*}}:head"
        async for names in self._scan(pattern):
            yield names

    async def _scan(self, pattern: str) -> AsyncIterator[list[bytes]]:
        cursor = 0
        while True:
            async with reaching("list conversations"):
                cursor, names = cast(
                    "tuple[int, list[bytes]]", await self._redis.scan(cursor, match=pattern, count=_PAGE)
                )
            if names:
                yield names
            if cursor == 0:
                return

    async def _indexed(self, member: str) -> AsyncIterator[tuple[bytes, bytes]]:
        async for indexes in self._scan(keys.INDEXES):
            for index in indexes:
                async with reaching("read an index"):
                    entries = cast("list[bytes]", await self._redis.zrange(index, 0, -1))
                for entry in entries:
                    if entry.startswith(f"{member}/".encode()):
                        yield index, entry

    async def _rewrite(self, command: str, *running: str) -> None:
        """Start a rewrite and wait for it; one that runs already may have begun before the erasing, so go after it."""
        await self._rest(*running)
        async with reaching(f"carry out {command}"):
            try:
                await self._redis.execute_command(command)
            except ResponseError as error:
                if "progress" not in str(error) and "scheduled" not in str(error):
                    raise
        await self._rest(*running)

    async def _rest(self, *running: str) -> None:
        ends_s = monotonic() + _REWRITE_WITHIN_S
        info = await self._info()
        while any(info.get(name) for name in running):
            if monotonic() > ends_s:
                raise StoreUnavailable(f"Redis is still rewriting its files after {_REWRITE_WITHIN_S:.0f} s")
            await asyncio.sleep(_POLL_S)
            info = await self._info()

    async def _info(self) -> dict[str, int]:
        async with reaching("tell of its files"):
            return cast("dict[str, int]", await self._redis.info("persistence"))

"""A conversation read back from Redis: its records, window, session, and where it stands in the indexes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from redis.asyncio import Redis

from memory.session import keys
from memory.session.packing import Wire, entries
from memory.session.redis_client import reaching
from memory.session.redis_reading import read, read_execution
from memory.session.redis_scripts import exchange, of_conversation, run
from memory.session.types import Activity, Entry, Head, StoredRecord

_PUT = of_conversation("put")


class RedisSessionLog:
    """Session memory's reads; every one is scoped to a tenant. All *raise* StoreUnavailable."""

    def __init__(self, redis: Redis, *, retention_s: int = keys.RETENTION_S) -> None:
        self._redis = redis
        self._retention_s = retention_s

    async def read(
        self, tenant: str, conversation: str, *, after_seq: int = 0, limit: int | None = None
    ) -> list[StoredRecord]:
        """The records of all logs, joined by sequence number."""
        records, _ = await read(self._redis, tenant, conversation, after_seq, limit)
        return records

    async def execution(self, tenant: str, conversation: str, execution: str) -> list[StoredRecord]:
        """The records of one execution, in order; empty when there is no such execution (any more)."""
        return await read_execution(self._redis, tenant, conversation, execution)

    async def blobs(self, tenant: str, conversation: str, digests: Sequence[str]) -> dict[str, bytes]:
        """The prompt parts of those digests; what is not stored is not in the answer."""
        if not digests:
            return {}
        key = keys.base(tenant, conversation) + "blobs"
        replies = await exchange(self._redis, "read prompt parts", ("HMGET", key, *digests))
        found = zip(digests, cast("list[bytes | None]", replies[0]), strict=True)
        return {digest: blob for digest, blob in found if blob is not None}

    async def window(self, tenant: str, conversation: str, *, last: int | None = None) -> list[Entry]:
        """What was said, oldest first; only the ``last`` so many entries if a number is given."""
        start = 0 if last is None else -last
        if start == 0 and last is not None:
            return []
        key = keys.base(tenant, conversation) + "messages"
        replies = await exchange(self._redis, "read messages", ("LRANGE", key, start, -1))
        return entries(cast("list[bytes]", replies[0]))

    async def session(self, tenant: str, conversation: str) -> dict[str, str]:
        """What the agents share."""
        return await self._hash(keys.base(tenant, conversation) + "session")

    async def hash(self, tenant: str, conversation: str, name: str) -> dict[str, str]:
        """A hash that commits or ``put`` wrote. *Raises*: InvalidName."""
        return await self._hash(keys.base(tenant, conversation) + keys.hash_part(name))

    async def put(self, tenant: str, conversation: str, name: str, fields: Mapping[str, str | None]) -> bool:
        """Change fields of such a hash outside any execution; None or '' deletes. False: no such conversation."""
        part = keys.hash_part(name)
        wire: list[Wire] = [text for field, value in fields.items() for text in (field, value or "")]
        reply = await run(self._redis, _PUT, keys.head(tenant, conversation), part, self._retention_s, *wire)
        return reply == 1

    async def head(self, tenant: str, conversation: str) -> Head:
        """What the head says; all empty for a conversation that never was."""
        state = await self._hash(keys.head(tenant, conversation))
        return Head(
            seq=int(state.get("seq", 0)),
            epoch=int(state.get("epoch", 0)),
            active=state.get("active", ""),
            customer=state.get("customer", ""),
            executions=int(state.get("executions", 0)),
            gone="gone" in state,
        )

    async def indexed(self, name: str, limit: int) -> list[str]:
        """Members of an index that commits keep, lowest score first. It may name what is no more: look there."""
        replies = await exchange(self._redis, "read an index", ("ZRANGE", keys.index(name), 0, limit - 1))
        return [member.decode() for member in cast("list[bytes]", replies[0])]

    async def conversations(self, tenant: str, customer: str | None = None, *, limit: int = 100) -> list[Activity]:
        """A tenant's conversations, or one customer's, last active first; the slot says whose each is."""
        async with reaching("list conversations"):
            found = await self._redis.zrange(
                keys.conversations(tenant, customer), 0, limit - 1, desc=True, withscores=True
            )
        listed = [Activity(cast("bytes", name).decode(), int(score)) for name, score in found]
        if not listed:
            return []
        asked = [("HMGET", keys.head(tenant, each.conversation), "gone", "customer") for each in listed]
        heads = cast("list[list[bytes | None]]", await exchange(self._redis, "list conversations", *asked))
        owners = [None if gone or owner is None else owner.decode() for gone, owner in heads]
        return [each for each, owner in zip(listed, owners, strict=True) if owner and customer in {None, owner}]

    async def _hash(self, key: str) -> dict[str, str]:
        async with reaching("read a hash"):
            found = await self._redis.hgetall(key)
        return {field.decode(): value.decode() for field, value in cast("dict[bytes, bytes]", found).items()}

"""Letting go of what the archive holds by now, so that Redis stays small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from redis.asyncio import Redis

from memory.session import keys
from memory.session.redis_client import reaching
from memory.session.redis_scripts import of_conversation, run
from memory.session.types import Activity

_TRIM = of_conversation("trim")


class RedisTrimming:
    """What the archive's mover needs beside the reads. All *raise* StoreUnavailable."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def active(self, tenant: str, *, skip: int, limit: int) -> list[Activity]:
        """A tenant's conversations, last active first; it may name what is no more."""
        async with reaching("list conversations"):
            found = await self._redis.zrange(
                keys.conversations(tenant), skip, skip + limit - 1, desc=True, withscores=True
            )
        return [Activity(name.decode(), int(score)) for name, score in cast("list[tuple[bytes, float]]", found)]

    async def trim(
        self, tenant: str, conversation: str, *, up_to_seq: int, executions: Sequence[str], digests: Sequence[str]
    ) -> bool:
        """Drop the records up to a sequence number, the executions' states and the prompt parts; False, and nothing is
        done, while an execution runs."""
        head = keys.head(tenant, conversation)
        return await run(self._redis, _TRIM, head, up_to_seq, len(executions), *executions, *digests) == 1

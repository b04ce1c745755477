"""Letting go of what the archive holds by now, so that Redis stays small."""

from __future__ import annotations

from collections.abc import Sequence

from redis.asyncio import Redis

from memory.session import keys
from memory.session.redis_scripts import of_conversation, run

_TRIM = of_conversation("trim")


class RedisTrimming:
    """Session memory's trimming. *Raises*: StoreUnavailable."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def trim(
        self, tenant: str, conversation: str, *, up_to_seq: int, executions: Sequence[str], digests: Sequence[str]
    ) -> bool:
        """Drop the records up to a sequence number, the executions' states and the prompt parts; False, and nothing is
        done, while an execution runs."""
        head = keys.head(tenant, conversation)
        return await run(self._redis, _TRIM, head, up_to_seq, len(executions), *executions, *digests) == 1

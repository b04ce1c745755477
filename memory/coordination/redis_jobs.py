"""Jobs that commits leave in an index: done at least once, by one process at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from redis.asyncio import Redis

from memory.session import keys
from memory.session.redis_scripts import Script, exchange, run

_TAKE = Script(Path(__file__).parent / "lua", "take")


class RedisJobs:
    """The jobs of one index. *Raises*: StoreUnavailable; InvalidName for a name that cannot be an index's."""

    def __init__(self, redis: Redis, name: str) -> None:
        self._redis, self._key = redis, keys.index(name)

    async def take(self, most: int, *, hide_s: int) -> list[str]:
        """Jobs that are due, oldest first; one that is not ``done`` is due again after ``hide_s``."""
        return [job.decode() for job in cast("list[bytes]", await run(self._redis, _TAKE, self._key, most, hide_s))]

    async def done(self, job: str) -> None:
        """Take a job off for good."""
        await exchange(self._redis, "finish a job", ("ZREM", self._key, job))

    async def put_back(self, jobs: Sequence[str]) -> None:
        """Let whoever asks next take these: nothing came of them. One that was done meanwhile stays done."""
        if jobs:
            await exchange(self._redis, "put jobs back", *(("ZADD", self._key, "XX", 0, job) for job in jobs))

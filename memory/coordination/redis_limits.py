"""Limits that all processes share: tries per customer, and tokens that were logged out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from redis.asyncio import Redis

from memory.session import keys
from memory.session.redis_scripts import Script, exchange, run

_ALLOW = Script(Path(__file__).parent / "lua", "allow")


class RedisLimits:
    """Counts tries in fixed windows."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def allow(self, name: str, who: str, *, limit: int, window_s: float) -> bool:
        """Count one try; False when ``who`` has spent the window's ``limit``."""
        return await run(self._redis, _ALLOW, keys.limit(name, who), limit, int(window_s * 1000)) == 1


class RedisRevocations:
    """Tokens that were logged out and must not be honoured until they run out by themselves."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def revoke(self, token_id: str, until: datetime) -> None:
        """Refuse a token from now until it would have run out."""
        ends_ms = int(until.timestamp() * 1000)
        await exchange(self._redis, "revoke a token", ("SET", keys.revoked(token_id), 1, "PXAT", ends_ms))

    async def revoked(self, token_id: str) -> bool:
        """Whether a token was logged out."""
        replies = await exchange(self._redis, "look up a token", ("EXISTS", keys.revoked(token_id)))
        return replies[0] == 1

"""Circuits that all processes share: what one finds failing, the others leave alone too."""

from __future__ import annotations

import logging
import uuid
from pathlib import Path

from redis.asyncio import Redis

from memory.errors import StoreUnavailable
from memory.session import keys
from memory.session.redis_scripts import Script, exchange, run

_LUA = Path(__file__).parent / "lua"
_ADMIT, _FAIL = Script(_LUA, "admit"), Script(_LUA, "fail")
log = logging.getLogger(__name__)


class RedisBreaker:
    """``limit`` failures within ``window_s`` open a circuit for ``open_s``; then one attempt goes as the trial.

    A trial that never reports is followed by another after ``open_s``. While Redis is away every attempt may go: a
    breaker spares others, and must not itself be what fails.
    """

    def __init__(self, redis: Redis, *, limit: int = 5, window_s: float = 60.0, open_s: float = 30.0) -> None:
        self._redis = redis
        self._limit, self._window_ms, self._open_ms = limit, int(window_s * 1000), int(open_s * 1000)

    async def admits(self, name: str) -> bool:
        """Whether an attempt may go now."""
        try:
            return await run(self._redis, _ADMIT, keys.circuit(name), self._open_ms) == 1
        except StoreUnavailable as error:
            log.warning("the circuit of %s cannot be read: %s", name, error)
            return True

    async def failed(self, name: str) -> None:
        """Count a failure."""
        limits = (self._limit, self._window_ms, self._open_ms)
        try:
            await run(self._redis, _FAIL, keys.circuit(name), *limits, uuid.uuid4().hex)
        except StoreUnavailable as error:
            log.warning("a failure of %s was not counted: %s", name, error)

    async def succeeded(self, name: str) -> None:
        """Close the circuit and forget its failures."""
        try:
            await exchange(self._redis, "close a circuit", ("DEL", keys.circuit(name)))
        except StoreUnavailable as error:
            log.warning("the circuit of %s was not closed: %s", name, error)

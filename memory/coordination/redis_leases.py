"""Which executions lie idle, by an index over all conversations; the lease in a conversation's slot is the truth."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, cast

from redis.asyncio import Redis

from memory.session import keys
from memory.session.redis_scripts import Command, Script, exchange, of_conversation, run

_LUA = Path(__file__).parent / "lua"
_DUE = Script(_LUA, "due")
_SETTLE = Script(_LUA, "settle")
_ACTIVE = of_conversation("active")
_YOUNG_MS = 2000  # an entry is written a moment before the execution it announces


class _Entry(NamedTuple):
    """An index entry, and what the slot says of it."""

    member: bytes
    score: bytes
    active: str
    lease_until_ms: int


class RedisLeases:
    """Finds executions that were started but never claimed, were released, or whose owner died."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def expired(self, limit: int) -> list[tuple[str, str, str]]:
        """(tenant, conversation, execution), oldest first; stale index entries are cleaned on the way.

        An entry is written when an execution starts and is left alone by claims, renewals and ends, which so cost
        nothing here: a leased execution's entry is moved to its lease's end, an ended one's is removed.
        """
        while True:
            now_ms, due = await self._due(limit)
            idle = [entry for entry in due if entry.active and entry.lease_until_ms < now_ms]
            settled = await self._settle([entry for entry in due if entry not in idle], now_ms)
            if len(due) < limit or len(idle) == limit or not settled:
                return [(*keys.split_member(entry.member), entry.active) for entry in idle]

    async def _due(self, limit: int) -> tuple[int, list[_Entry]]:
        reply = await run(self._redis, _DUE, keys.LEASES, limit)
        now_ms, flat = cast("tuple[int, list[bytes]]", reply)
        pairs = list(zip(flat[::2], flat[1::2], strict=True))
        if not pairs:
            return now_ms, []
        asked = [_ACTIVE.call(keys.head(*keys.split_member(member))) for member, _ in pairs]
        truths = cast("list[tuple[bytes, int]]", await exchange(self._redis, "look up leases", *asked))
        return now_ms, [
            _Entry(member, score, active.decode(), lease_until_ms)
            for (member, score), (active, lease_until_ms) in zip(pairs, truths, strict=True)
        ]

    async def _settle(self, entries: list[_Entry], now_ms: int) -> int:
        commands: list[Command] = []
        for entry in entries:
            if entry.active:
                commands.append(_SETTLE.call(keys.LEASES, entry.member, entry.score, entry.lease_until_ms))
            elif int(entry.score) < now_ms - _YOUNG_MS:
                commands.append(_SETTLE.call(keys.LEASES, entry.member, entry.score, ""))
        return sum(cast("list[int]", await exchange(self._redis, "clean leases", *commands))) if commands else 0

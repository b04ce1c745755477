"""The twins of what processes share, for one process without Redis."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from memory.session.in_memory_store import InMemoryStore


class InMemoryLeases:
    """Finds idle executions in a store that other twins share."""

    def __init__(self, store: InMemoryStore) -> None:
        self._store = store

    async def expired(self, limit: int) -> list[tuple[str, str, str]]:
        """(tenant, conversation, execution), oldest first."""
        now_ms = self._store.now_ms()
        idle = [
            (state.executions[state.active].lease_until_ms, state.last_activity_ms, (*name, state.active))
            for name, state in self._store.conversations.items()
            if state.active and state.executions[state.active].lease_until_ms < now_ms
        ]
        return [found for _, _, found in sorted(idle)[:limit]]


class InMemoryLimits:
    """Counts tries in fixed windows."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._windows: dict[tuple[str, str], tuple[datetime, int]] = {}

    async def allow(self, name: str, who: str, *, limit: int, window_s: float) -> bool:
        """Count one try; False when ``who`` has spent the window's ``limit``."""
        now = self._now()
        ends, tries = self._windows.get((name, who), (now, 0))
        if ends <= now:
            ends, tries = now + timedelta(seconds=window_s), 0
        self._windows[name, who] = ends, tries + 1
        return tries < limit


class InMemoryRevocations:
    """Tokens that were logged out and must not be honoured until they run out by themselves."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._until: dict[str, datetime] = {}

    async def revoke(self, token_id: str, until: datetime) -> None:
        """Refuse a token from now until it would have run out."""
        self._until[token_id] = until

    async def revoked(self, token_id: str) -> bool:
        """Whether a token was logged out."""
        until = self._until.get(token_id)
        return until is not None and self._now() < until

"""A store that is opened when first needed, and again after it was away: long-term memory comes back by itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from time import monotonic

from memory.errors import StoreError, StoreUnavailable
from memory.longterm.embed import WeightsMissing
from memory.longterm.item import CustomerScope, Encoded, Hit, Memory, Scope, TenantScope, Vector
from memory.longterm.kinds import Kind
from memory.longterm.library import KeptStore
from memory.longterm.ports import Page, Where

AGAIN_AFTER_S = 5.0
log = logging.getLogger(__name__)


class ReopeningStore:
    """Passes every call on to the store that ``opening`` gives. While that cannot be opened, each call *raises* what
    opening raised, and it is tried again at most every ``again_after_s``."""

    def __init__(self, opening: Callable[[], Awaitable[KeptStore]], *, again_after_s: float = AGAIN_AFTER_S) -> None:
        self._opening = opening
        self._again_after_s = again_after_s
        self._store: KeptStore | None = None
        self._failed: StoreError | WeightsMissing | None = None
        self._tried_at_s = float("-inf")
        self._trying: asyncio.Task[None] | None = None
        self._closed = False

    async def _opened(self) -> KeptStore:
        """The store, opened. Who waits for that may leave; the opening goes on for those who come after."""
        if self._store is None and not self._closed:
            if self._trying is None and monotonic() - self._tried_at_s >= self._again_after_s:
                self._tried_at_s = monotonic()
                self._trying = asyncio.create_task(self._open(), name="opening long-term memory")
            if self._trying is not None:
                await asyncio.shield(self._trying)
        if self._closed:
            raise StoreUnavailable("long-term memory is closed: Baton is stopping")
        if self._store is None:
            raise self._failed or StoreUnavailable("long-term memory could not be opened")
        return self._store

    async def _open(self) -> None:
        try:
            store = await self._opening()
        except (StoreError, WeightsMissing) as error:  # kept for all who ask; some may have left
            self._failed = error
        except Exception as fault:
            log.exception("long-term memory could not be opened")
            self._failed = StoreUnavailable(f"long-term memory could not be opened ({type(fault).__name__}: {fault})")
        else:
            self._store, self._failed = store, None
        finally:
            self._trying = None

    async def put(self, scope: Scope, items: Sequence[tuple[Memory, Encoded]]) -> None:
        await (await self._opened()).put(scope, items)

    async def search(
        self,
        scope: CustomerScope,
        query: Encoded,
        *,
        now: datetime,
        limit: int,
        kinds: Sequence[Kind] | None = None,
        not_conversation: str = "",
    ) -> Sequence[Hit]:
        store = await self._opened()
        return await store.search(scope, query, now=now, limit=limit, kinds=kinds, not_conversation=not_conversation)

    async def maxsim(self, scope: CustomerScope, ids: Sequence[str], tokens: Vector) -> Mapping[str, float]:
        return await (await self._opened()).maxsim(scope, ids, tokens)

    async def scan(self, scope: Scope, where: Where, *, after: str | None = None, limit: int = 256) -> Page:
        return await (await self._opened()).scan(scope, where, after=after, limit=limit)

    async def amend(self, scope: Scope, ids: Sequence[str], changes: Mapping[str, str | datetime | None]) -> None:
        await (await self._opened()).amend(scope, ids, changes)

    async def erase(self, scope: Scope, where: Where) -> int:
        return await (await self._opened()).erase(scope, where)

    async def count(self, scope: TenantScope, where: Where) -> int:
        return await (await self._opened()).count(scope, where)

    async def sources(self, scope: TenantScope, where: Where) -> Mapping[str, int]:
        return await (await self._opened()).sources(scope, where)

    async def compact(self) -> None:
        await (await self._opened()).compact()

    async def health(self) -> str:
        return await (await self._opened()).health()

    async def aclose(self) -> None:
        """Close what was opened; nothing is opened any more."""
        self._closed = True
        if self._trying is not None:
            await asyncio.shield(self._trying)
        store, self._store = self._store, None
        if store is not None:
            await store.aclose()

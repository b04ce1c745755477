"""Session memory's reads with the archive behind them: whoever reads a log sees all of it, moved or not."""

from __future__ import annotations

from collections.abc import Sequence

from redis.asyncio import Redis

from handoffs.ports import Stored
from memory.session.redis_log import RedisSessionLog
from memory.session.types import StoredRecord
from tracing.archive.store import Archive
from tracing.archive.whole import Whole


class WholeSessionLog(RedisSessionLog):
    """As its parent, without seams. *Raises*: StoreUnavailable, and Unavailable where the archive is asked."""

    def __init__(self, redis: Redis, archive: Archive) -> None:
        super().__init__(redis)
        self.archive = archive
        self._whole = Whole(RedisSessionLog(redis), archive)

    async def read(
        self, tenant: str, conversation: str, *, after_seq: int = 0, limit: int | None = None
    ) -> list[StoredRecord]:
        """The records of all logs, joined by sequence number."""
        return [_stored(one) for one in await self._whole.read(tenant, conversation, after_seq=after_seq, limit=limit)]

    async def execution(self, tenant: str, conversation: str, execution: str) -> list[StoredRecord]:
        """The records of one execution, in order; empty when there is no such execution."""
        return [_stored(one) for one in await self._whole.execution(tenant, conversation, execution)]

    async def blobs(self, tenant: str, conversation: str, digests: Sequence[str]) -> dict[str, bytes]:
        """The prompt parts of those digests; what is not stored is not in the answer."""
        return await self._whole.blobs(tenant, conversation, digests)


def _stored(one: Stored) -> StoredRecord:
    if isinstance(one, StoredRecord):
        return one
    return StoredRecord(one.seq, one.at_ms, one.execution, one.number, one.fence, one.log, one.data)

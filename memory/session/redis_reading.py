"""Reading a conversation's records from Redis: all logs at one moment, merged by sequence number."""

from __future__ import annotations

from typing import TypeAlias, cast

from redis.asyncio import Redis

from memory.session import keys
from memory.session.packing import record, unpack_draft
from memory.session.redis_scripts import of_conversation, run
from memory.session.types import Draft, StoredRecord

_READ = of_conversation("read")
_EXECUTION = of_conversation("execution")
_ALL = 2**31
_ReadReply: TypeAlias = tuple[bytes | None, list[tuple[bytes, list[list[object]]]]]


async def read(
    redis: Redis, tenant: str, conversation: str, after_seq: int, limit: int | None
) -> tuple[list[StoredRecord], Draft | None]:
    """The first ``limit`` records after a sequence number, and the draft of now. *Raises*: StoreUnavailable."""
    reply = await run(redis, _READ, keys.head(tenant, conversation), after_seq, limit or _ALL)
    draft, logs = cast("_ReadReply", reply)
    records = [record(log.decode(), entry) for log, entries in logs for entry in entries]
    records.sort()
    return records[:limit], unpack_draft(draft) if draft is not None else None


async def read_execution(redis: Redis, tenant: str, conversation: str, execution: str) -> list[StoredRecord]:
    """The records of one execution, in order. *Raises*: StoreUnavailable."""
    reply = await run(redis, _EXECUTION, keys.head(tenant, conversation), execution)
    return [record(log.decode(), entry) for log, entry in cast("list[tuple[bytes, list[object]]]", reply)]

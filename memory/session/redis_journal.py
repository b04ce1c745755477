"""A conversation's journal in Redis: each write is one Lua script, so it happens wholly or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

from redis.asyncio import Redis

from memory.session import keys
from memory.session.packing import Wire, changes, checked_index, entries, mapping, record
from memory.session.redis_scripts import TOUCH, Command, exchange, of_conversation, run
from memory.session.types import (
    SEEN_MOST,
    WINDOW_MOST,
    Claimed,
    CommitStatus,
    Committed,
    SubmitStatus,
    Submitted,
)

_ClaimReply: TypeAlias = tuple[
    int, int, int, bytes, list[tuple[bytes, list[object]]], list[bytes], list[bytes], list[bytes]
]
_SUBMIT = of_conversation("submit")
_CLAIM = of_conversation("claim")
_COMMIT = of_conversation("refuse", "commit_writes", "commit")
_RENEW = of_conversation("renew")
_RELEASE = of_conversation("release")


class RedisJournal:
    """Session memory's writes. *Units*: ``retention_s`` is how long a conversation lives after its last turn."""

    def __init__(self, redis: Redis, *, retention_s: int = keys.RETENTION_S) -> None:
        self._redis = redis
        self._retention_s = retention_s

    async def submit(self, tenant: str, conversation: str, *, customer: str, item_id: str, item: bytes) -> Submitted:
        """Append an item to the inbox; start an execution if none is active.

        The indexes are written first, in the same round trip: a crash between them and the script leaves an entry that
        points at nothing, which a sweeper removes, and never an execution that no sweeper would find. The lease index
        names the conversation, not the execution: only the script knows that one.
        """
        member = keys.member(tenant, conversation)
        replies = await exchange(
            self._redis,
            "submit",
            TOUCH.call(keys.LEASES, member, 0),
            TOUCH.call(keys.conversations(tenant), conversation, self._retention_s),
            TOUCH.call(keys.conversations(tenant, customer), conversation, self._retention_s),
            _SUBMIT.call(keys.head(tenant, conversation), customer, item_id, item, SEEN_MOST),
        )
        status, execution = cast("list[bytes]", replies[-1])
        return Submitted(cast("SubmitStatus", status.decode()), execution.decode())

    async def claim(
        self, tenant: str, conversation: str, execution: str, *, lease_s: float, window_after: int
    ) -> Claimed | None:
        """Own an execution whose lease is free or over; None when another owns it or it has ended."""
        head = keys.head(tenant, conversation)
        reply = await run(self._redis, _CLAIM, head, execution, int(lease_s * 1000), window_after, WINDOW_MOST)
        if reply is None:
            return None
        fence, epoch, recoveries, customer, events, session, window, inbox = cast("_ClaimReply", reply)
        return Claimed(
            fence=fence,
            epoch=epoch,
            recoveries=recoveries,
            customer=customer.decode(),
            events=[record(log.decode(), entry) for log, entry in events],
            session=mapping(session),
            window=entries(window),
            inbox=inbox,
        )

    async def commit(
        self,
        tenant: str,
        conversation: str,
        execution: str,
        *,
        fence: int,
        epoch: int | None,
        number: int,
        commit_id: str,
        records: Sequence[tuple[str, bytes, bytes | None]],
        session: Mapping[str, str | None],
        hashes: Mapping[str, Mapping[str, str | None]],
        blobs: Mapping[str, bytes],
        index: Sequence[tuple[str, str, float]],
        take: int,
        quiet: bool,
        status: str | None,
    ) -> Committed:
        """Append ``records`` (log, data, window entry or None) as events ``number``, ``number+1``, … — or nothing.

        An index entry (name, member, score) is added before the script and, with score 0, removed after it: an index
        may name what is no more, never miss what is.
        """
        arguments: list[Wire] = [execution, fence, "" if epoch is None else epoch, number, commit_id, take]
        arguments += [int(quiet), status or "", self._retention_s, len(records)]
        for log, data, entry in records:
            keys.log_part(log)
            arguments += (log, data, entry or b"")
        arguments += changes(session, hashes, blobs)
        adds, removes = checked_index(index)
        call = _COMMIT.call(keys.head(tenant, conversation), *arguments)
        replies = await exchange(self._redis, "commit", *adds, call)
        answer = cast("tuple[bytes, int, int, list[bytes]]", replies[-1])
        committed = Committed(cast("CommitStatus", answer[0].decode()), *answer[1:])
        if removes and committed.status in {"ok", "repeated"}:
            await exchange(self._redis, "commit", *removes)
        return committed

    async def renew(self, tenant: str, conversation: str, execution: str, *, fence: int, lease_s: float) -> bool:
        """Prolong a lease; False when the fence is stale."""
        head = keys.head(tenant, conversation)
        return await run(self._redis, _RENEW, head, execution, fence, int(lease_s * 1000)) == 1

    async def release(self, tenant: str, conversation: str, execution: str, *, fence: int) -> None:
        """Give an unfinished execution back so that any worker may claim it at once."""
        give: Command = _RELEASE.call(keys.head(tenant, conversation), execution, fence)
        await exchange(self._redis, "release", give, TOUCH.call(keys.LEASES, keys.member(tenant, conversation), 0))

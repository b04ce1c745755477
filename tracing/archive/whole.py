"""Reading without seams: what session memory still holds and what it let go of, as if it had never moved.

Session memory lets go only of what has landed, from the beginning on. So it is asked first: what it does not hold is in
the archive by then, and a record that is in both is shown once.
"""

from __future__ import annotations

from collections.abc import Sequence

from handoffs.ports import Stored
from tracing.archive.ports import LiveLog
from tracing.archive.store import Archive


class Whole:
    """A conversation's records, wherever they are. The archive is asked only for what session memory has not.

    *Raises*: Unavailable from the archive, and whatever session memory raises while it is away.
    """

    def __init__(self, live: LiveLog, archive: Archive) -> None:
        self._live, self._archive = live, archive

    async def read(
        self, tenant: str, conversation: str, *, after_seq: int = 0, limit: int | None = None
    ) -> list[Stored]:
        """The records of all logs, by sequence number."""
        live = list(await self._live.read(tenant, conversation, after_seq=after_seq, limit=limit))
        if live and live[0].seq == after_seq + 1:
            return live
        head = await self._live.head(tenant, conversation)
        if head.gone or (not live and 0 < head.seq <= after_seq):
            return []
        archived = await self._archive.read(tenant, conversation, after_seq=after_seq, limit=limit)
        held = {one.seq for one in live}
        joined: list[Stored] = sorted(
            [*live, *(one for one in archived if one.seq not in held)], key=lambda one: one.seq
        )
        return joined[:limit]

    async def execution(self, tenant: str, conversation: str, execution: str) -> Sequence[Stored]:
        """The records of one execution, in order; empty when there is no such execution."""
        live = await self._live.execution(tenant, conversation, execution)
        if live or (await self._live.head(tenant, conversation)).gone:
            return live
        return await self._archive.execution(tenant, conversation, execution)

    async def blobs(self, tenant: str, conversation: str, digests: Sequence[str]) -> dict[str, bytes]:
        """The prompt parts of those digests; what is not stored is not in the answer."""
        live = dict(await self._live.blobs(tenant, conversation, digests))
        missing = [digest for digest in digests if digest not in live]
        if not missing or (await self._live.head(tenant, conversation)).gone:
            return live
        return {**await self._archive.blobs(tenant, conversation, missing), **live}

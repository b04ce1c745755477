"""Session memory behind the runtime's ports: the same calls, the stores' errors told in the runtime's words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Mapping, Sequence
from contextlib import contextmanager

from handoffs.errors import Unavailable
from handoffs.ports import Claim, Committed, Journal, Leases, Signals, Submitted
from memory.errors import StoreUnavailable


@contextmanager
def in_our_words() -> Generator[None]:
    """Memory's StoreUnavailable becomes the runtime's Unavailable."""
    try:
        yield
    except StoreUnavailable as error:
        raise Unavailable(str(error)) from error


class SessionJournal:
    """A Journal over session memory. *Raises*: Unavailable from every call while the store is away."""

    def __init__(self, store: Journal) -> None:
        self._store = store

    async def submit(self, tenant: str, conversation: str, *, customer: str, item_id: str, item: bytes) -> Submitted:
        with in_our_words():
            return await self._store.submit(tenant, conversation, customer=customer, item_id=item_id, item=item)

    async def claim(
        self, tenant: str, conversation: str, execution: str, *, lease_s: float, window_after: int
    ) -> Claim | None:
        with in_our_words():
            return await self._store.claim(tenant, conversation, execution, lease_s=lease_s, window_after=window_after)

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
        with in_our_words():
            return await self._store.commit(
                tenant,
                conversation,
                execution,
                fence=fence,
                epoch=epoch,
                number=number,
                commit_id=commit_id,
                records=records,
                session=session,
                hashes=hashes,
                blobs=blobs,
                index=index,
                take=take,
                quiet=quiet,
                status=status,
            )

    async def renew(self, tenant: str, conversation: str, execution: str, *, fence: int, lease_s: float) -> bool:
        with in_our_words():
            return await self._store.renew(tenant, conversation, execution, fence=fence, lease_s=lease_s)

    async def release(self, tenant: str, conversation: str, execution: str, *, fence: int) -> None:
        with in_our_words():
            await self._store.release(tenant, conversation, execution, fence=fence)


class SessionLeases:
    """Leases over session memory. *Raises*: Unavailable."""

    def __init__(self, store: Leases) -> None:
        self._store = store

    async def expired(self, limit: int) -> Sequence[tuple[str, str, str]]:
        with in_our_words():
            return await self._store.expired(limit)


class SessionSignals:
    """Drafts and stop requests. A draft that cannot be shown is let go: hints carry no truth."""

    def __init__(self, store: Signals) -> None:
        self._store = store

    async def draft(
        self, tenant: str, conversation: str, *, execution: str, number: int, fence: int, agent: str, text: str | None
    ) -> None:
        try:
            await self._store.draft(
                tenant, conversation, execution=execution, number=number, fence=fence, agent=agent, text=text
            )
        except StoreUnavailable:
            return

    def stops(self) -> AsyncIterator[tuple[str, str]]:
        return self._store.stops()

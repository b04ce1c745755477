"""Long-term memories on a Qdrant server, in one collection that processes share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from qdrant_client import AsyncQdrantClient, models
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

from memory.errors import StoreMismatch, StoreUnavailable
from memory.longterm.conditions import Conditions, narrowed, readable, recallable, with_ids, writable
from memory.longterm.found import to_hits, to_page
from memory.longterm.item import CustomerScope, Encoded, Hit, Memory, Scope, TenantScope, Vector
from memory.longterm.kinds import Kind
from memory.longterm.payload import changes_payload, checked_changes, checked_items, refuse_taken
from memory.longterm.ports import SOURCES_MOST, Page, Where
from memory.longterm.qdrant_collection import nearest, prepare, to_filter, to_point
from memory.longterm.space import DENSE, SPARSE, TOKENS, VectorSpace

_T = TypeVar("_T")
_BATCH = 64  # a request of some MB
_TIMEOUT_S = 5
_BAD_REQUEST, _NOT_FOUND = 400, 404


class ServerStore:
    """MemoryStore and MemoryKeeping in one. The collection is made at the first call that reaches the server.

    *Raises*: StoreUnavailable from every call while the server is away; StoreMismatch when the collection was filled
    with another embedding model.
    """

    def __init__(
        self, client: AsyncQdrantClient, collection: str, vectors: VectorSpace, *, place: str = "its address"
    ) -> None:
        self._client = client
        self._place = place  # without user and password
        self._collection = collection
        self._vectors = vectors
        self._making = asyncio.Lock()
        self._made = False

    @classmethod
    def connect(
        cls, url: str, collection: str, vectors: VectorSpace, *, api_key: str | None = None, timeout_s: int = _TIMEOUT_S
    ) -> ServerStore:
        """A store on the server at ``url``, which need not be there yet."""
        client = AsyncQdrantClient(url=url, api_key=api_key, timeout=timeout_s, check_compatibility=False)
        named = urlsplit(url)
        return cls(client, collection, vectors, place=f"{named.scheme}://{named.hostname}:{named.port or 6333}")

    async def put(self, scope: Scope, items: Sequence[tuple[Memory, Encoded]]) -> None:
        """Write or replace by id. *Raises*: ValueError for an item outside the scope; then nothing is written."""
        checked_items(scope, (memory for memory, _ in items))
        self._vectors.check(encoded for _, encoded in items)
        ids = [memory.id for memory, _ in items]
        taken = await self._count(with_ids(Conditions(()), ids))
        refuse_taken(taken - await self._count(with_ids(writable(scope), ids)))
        points = [to_point(memory, encoded, self._vectors) for memory, encoded in items]
        for start in range(0, len(points), _BATCH):
            batch = points[start : start + _BATCH]
            await self._ask(lambda batch=batch: self._client.upsert(self._collection, batch, wait=True))

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
        """Union of the ``limit`` best by dense and the ``limit`` best by sparse vector."""
        self._vectors.check([query])
        wanted = recallable(scope, now=now, kinds=kinds, not_conversation=not_conversation)
        both = [
            nearest(query.dense, DENSE, wanted, limit),
            nearest(query.sparse, SPARSE, wanted, limit, corpus=readable(scope)),
        ]
        by_meaning, by_word = await self._ask(lambda: self._client.query_batch_points(self._collection, both))
        return to_hits(by_meaning.points, by_word.points, query.dense)

    async def maxsim(self, scope: CustomerScope, ids: Sequence[str], tokens: Vector) -> Mapping[str, float]:
        """Mean over the query's tokens of the best product, of each memory that has token vectors."""
        if not (self._vectors.token_dimension and ids and len(tokens)):
            return {}
        request = nearest(tokens, TOKENS, with_ids(readable(scope), ids), len(ids), full=False)
        found = await self._ask(lambda: self._client.query_batch_points(self._collection, [request]))
        return {str(point.id): point.score / len(tokens) for point in found[0].points}

    async def scan(self, scope: Scope, where: Where, *, after: str | None = None, limit: int = 256) -> Page:
        """Memories in id order, whatever their status or age."""
        wanted = to_filter(narrowed(readable(scope), where))
        records, _ = await self._ask(
            lambda: self._client.scroll(self._collection, wanted, limit=limit + 2, offset=after)
        )
        return to_page(records, after, limit)

    async def amend(self, scope: Scope, ids: Sequence[str], changes: Mapping[str, str | datetime | None]) -> None:
        """Set fields of memories; those that the scope may not write stay as they are."""
        checked_changes(changes)
        wanted = to_filter(with_ids(writable(scope), ids))
        await self._ask(lambda: self._client.set_payload(self._collection, changes_payload(changes), wanted, wait=True))

    async def erase(self, scope: Scope, where: Where) -> int:
        """Delete; answers how many."""
        wanted = narrowed(writable(scope), where)
        gone = await self._count(wanted)
        selected = models.FilterSelector(filter=to_filter(wanted))
        await self._ask(lambda: self._client.delete(self._collection, selected, wait=True))
        return gone

    async def count(self, scope: TenantScope, where: Where) -> int:
        """How many there are."""
        return await self._count(narrowed(readable(scope), where))

    async def sources(self, scope: TenantScope, where: Where) -> Mapping[str, int]:
        """How many memories each source has."""
        wanted = to_filter(narrowed(readable(scope), where))
        found = await self._ask(
            lambda: self._client.facet(self._collection, "source", wanted, limit=SOURCES_MOST, exact=True)
        )
        return {str(hit.value): hit.count for hit in found.hits}

    async def compact(self) -> None:
        """Nothing to do from here: the server vacuums by itself, eagerly, as the collection was made to."""
        await self._ready()

    async def health(self) -> str:
        """One sentence. *Raises*: StoreUnavailable."""
        count = await self._count(Conditions(()))
        return f"Qdrant server, collection {self._collection!r}, {count:,} memories."

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    async def _count(self, conditions: Conditions) -> int:
        return (await self._ask(lambda: self._client.count(self._collection, to_filter(conditions)))).count

    async def _ask(self, call: Callable[[], Awaitable[_T]]) -> _T:
        """One call to the server, once the collection is there."""
        await self._ready()
        return await self._mapped(call)

    async def _ready(self) -> None:
        async with self._making:
            if not self._made:
                stored = await self._mapped(lambda: prepare(self._client, self._collection, self._vectors))
                self._vectors.check_stored(stored, f"The Qdrant collection {self._collection!r}")
                self._made = True

    async def _mapped(self, call: Callable[[], Awaitable[_T]]) -> _T:
        """*Raises*: StoreMismatch for what the server does not accept, StoreUnavailable for everything else."""
        try:
            return await call()
        except UnexpectedResponse as error:
            if error.status_code == _NOT_FOUND:
                self._made = False  # dropped, or another server: the next call makes the collection
            if error.status_code == _BAD_REQUEST:
                raise StoreMismatch(
                    f"The Qdrant server does not take what this program sends to collection {self._collection!r} "
                    f"({error.reason_phrase}): update the server, or name another collection and seed anew."
                ) from error
            raise self._unavailable(f"status {error.status_code}") from error
        except (ApiException, QdrantException, httpx.HTTPError, OSError) as error:
            raise self._unavailable(type(error).__name__) from error

    def _unavailable(self, why: str) -> StoreUnavailable:
        return StoreUnavailable(
            f"Collection {self._collection!r} of the Qdrant server at {self._place} did not answer ({why}). "
            "Is it running, and is BATON_QDRANT_URL right?"
        )

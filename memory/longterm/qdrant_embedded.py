"""Long-term memories in Qdrant's own engine inside this process, in a folder that belongs to it alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import qdrant_edge as edge

from memory.errors import StoreError, StoreUnavailable
from memory.longterm.conditions import Conditions, narrowed, readable, recallable, with_ids, writable
from memory.longterm.found import to_hits, to_page
from memory.longterm.item import CustomerScope, Encoded, Hit, Memory, Scope, TenantScope, Vector
from memory.longterm.kinds import Kind
from memory.longterm.payload import changes_payload, checked_changes, checked_items, refuse_taken
from memory.longterm.ports import SOURCES_MOST, Page, Where
from memory.longterm.qdrant_folder import ShardFolder
from memory.longterm.qdrant_rewrite import Rewriting
from memory.longterm.qdrant_shard import nearest, to_filter, to_point
from memory.longterm.space import DENSE, SPARSE, TOKENS, VectorSpace

_T = TypeVar("_T")
_BATCH = 128  # the engine keeps Python's lock while it writes: some 20 ms of it
_OWN_RARITY_UP_TO = 10_000  # memories that a reader sees: counting their words takes 0.7 ms, of 100,000 it takes 7
_FLUSH_AFTER = 10_000  # writes; what was not flushed is read back from the write-ahead log at the next start


class EmbeddedStore:
    """MemoryStore and MemoryKeeping in one. A killed process loses nothing that was acknowledged.

    All calls of the engine run in one thread, one after the other; ``compact`` works in a process beside this one.
    """

    def __init__(self, folder: Path, vectors: VectorSpace, engine: ThreadPoolExecutor, shards: ShardFolder) -> None:
        self._place = folder
        self._vectors = vectors
        self._engine = engine
        self._shards = shards
        self._rewriting = Rewriting()
        self._writing = asyncio.Lock()
        self._compacting = asyncio.Lock()
        self._since: list[edge.UpdateOperation] | None = None  # writes that a running rewrite does not know
        self._unflushed = 0
        self._closed = False

    @classmethod
    async def open(cls, folder: Path, vectors: VectorSpace) -> EmbeddedStore:
        """The store in this folder, made if missing.

        *Raises*: StoreUnavailable when another process holds it or it cannot be read; StoreMismatch when it was filled
        with another embedding model.
        """
        engine = ThreadPoolExecutor(1, thread_name_prefix="memory-store")
        try:
            shards = await asyncio.get_running_loop().run_in_executor(engine, ShardFolder, folder, vectors)
        except BaseException:
            engine.shutdown(wait=False)
            raise
        store = cls(folder, vectors, engine, shards)
        await store._run(shards.tidy)
        return store

    async def put(self, scope: Scope, items: Sequence[tuple[Memory, Encoded]]) -> None:
        """Write or replace by id. *Raises*: ValueError for an item outside the scope; then nothing is written."""
        checked_items(scope, (memory for memory, _ in items))
        self._vectors.check(encoded for _, encoded in items)
        ids = [memory.id for memory, _ in items]
        taken = await self._run(lambda: self._count(with_ids(Conditions(()), ids)))
        refuse_taken(taken - await self._run(lambda: self._count(with_ids(writable(scope), ids))))
        for start in range(0, len(items), _BATCH):
            await self._write(lambda batch=items[start : start + _BATCH]: self._upsert(batch))

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
        seen = readable(scope)
        many = await self._run(lambda: self._count(seen, exact=False)) > _OWN_RARITY_UP_TO
        both = edge.QueryBatchRequest([
            nearest(query.dense, DENSE, wanted, limit),
            nearest(query.sparse, SPARSE, wanted, limit, corpus=None if many else seen),
        ])  # fmt: skip
        by_meaning, by_word = await self._run(lambda: self._shards.shard.query_batch(both))
        return to_hits(by_meaning, by_word, query.dense)

    async def maxsim(self, scope: CustomerScope, ids: Sequence[str], tokens: Vector) -> Mapping[str, float]:
        """Mean over the query's tokens of the best product, of each memory that has token vectors."""
        if not (self._vectors.token_dimension and ids and len(tokens)):
            return {}
        request = nearest(tokens, TOKENS, with_ids(readable(scope), ids), len(ids), full=False)
        found = await self._run(lambda: self._shards.shard.query(request))
        return {str(point.id): point.score / len(tokens) for point in found}

    async def scan(self, scope: Scope, where: Where, *, after: str | None = None, limit: int = 256) -> Page:
        """Memories in id order, whatever their status or age."""
        wanted = to_filter(narrowed(readable(scope), where))
        request = edge.ScrollRequest(offset=after, limit=limit + 2, filter=wanted, with_payload=True)
        records, _ = await self._run(lambda: self._shards.shard.scroll(request))
        return to_page(records, after, limit)

    async def amend(self, scope: Scope, ids: Sequence[str], changes: Mapping[str, str | datetime | None]) -> None:
        """Set fields of memories; those that the scope may not write stay as they are."""
        checked_changes(changes)
        wanted, payload = to_filter(with_ids(writable(scope), ids)), changes_payload(changes)
        await self._write(lambda: edge.UpdateOperation.set_payload_by_filter(wanted, payload))

    async def erase(self, scope: Scope, where: Where) -> int:
        """Delete; answers how many."""
        wanted = narrowed(writable(scope), where)
        gone = await self._run(lambda: self._count(wanted))
        await self._write(lambda: edge.UpdateOperation.delete_points_by_filter(to_filter(wanted)))
        return gone

    async def count(self, scope: TenantScope, where: Where) -> int:
        """How many there are."""
        return await self._run(lambda: self._count(narrowed(readable(scope), where)))

    async def sources(self, scope: TenantScope, where: Where) -> Mapping[str, int]:
        """How many memories each source has."""
        wanted = to_filter(narrowed(readable(scope), where))
        request = edge.FacetRequest("source", limit=SOURCES_MOST, exact=True, filter=wanted)
        return {str(hit.value): hit.count for hit in (await self._run(lambda: self._shards.shard.facet(request))).hits}

    async def compact(self) -> None:
        """Rewrite the files so that nothing of what was erased is left in them, and indexes are built.

        Reads and writes go on meanwhile. *Raises*: StoreUnavailable when it cannot be done; all is then as it was.
        """
        async with self._compacting:
            self._check_open()  # a closed store must not tidy up a folder that may be another's by now
            try:
                await self._rewrite()
            except OSError as error:
                raise StoreUnavailable(
                    f"The memories could not be rewritten ({error}): nothing has changed; make room on the disk if it "
                    "is full, and compact again."
                ) from error
            finally:
                self._since = None
                await _to_its_end(self._run(self._shards.tidy))  # in the engine's thread: after a swap, never beside it

    async def _rewrite(self) -> None:
        async with self._writing:
            await self._run(self._begin_rewrite)
            copy = await asyncio.to_thread(self._shards.copied)
        fresh = self._shards.fresh()
        await self._rewriting.run(copy, fresh)
        async with self._writing:
            await _to_its_end(self._run(lambda: self._shards.replace(fresh, self._since or ())))

    async def health(self) -> str:
        """One sentence: engine, how many memories, size on disk. *Raises*: StoreUnavailable."""
        info = await self._run(self._shards.shard.info)
        megabytes = await self._run(self._shards.size_bytes) / 1e6
        return f"Qdrant in this process, {info.points_count:,} memories, {megabytes:,.1f} MB on disk."

    async def aclose(self) -> None:
        """Let go of the files and the folder; a rewrite that runs is given up."""
        self._rewriting.end()
        async with self._compacting, self._writing:
            if not self._closed:
                await self._run(self._shards.close)
                self._closed = True
                self._engine.shutdown(wait=False)

    async def _write(self, operation: Callable[[], edge.UpdateOperation]) -> None:
        async with self._writing:
            await self._run(lambda: self._perform(operation()))

    def _perform(self, operation: edge.UpdateOperation) -> None:
        """In the engine's thread, where a caller who gives up waiting cannot stop it half-way."""
        self._shards.shard.update(operation)
        if self._since is not None:
            self._since.append(operation)
        self._unflushed += 1
        if self._unflushed * _BATCH >= _FLUSH_AFTER:
            self._shards.shard.flush()
            self._unflushed = 0

    def _begin_rewrite(self) -> None:
        self._shards.shard.flush()
        self._since = []

    def _upsert(self, items: Sequence[tuple[Memory, Encoded]]) -> edge.UpdateOperation:
        points = [to_point(memory, encoded, self._vectors) for memory, encoded in items]
        return edge.UpdateOperation.upsert_points(points)

    def _count(self, conditions: Conditions, *, exact: bool = True) -> int:
        return self._shards.shard.count(edge.CountRequest(exact=exact, filter=to_filter(conditions)))

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailable("The memory store is closed: open it again.")

    async def _run(self, call: Callable[[], _T]) -> _T:
        self._check_open()
        return await asyncio.get_running_loop().run_in_executor(self._engine, self._mapped, call)

    def _mapped(self, call: Callable[[], _T]) -> _T:
        """*Raises*: StoreUnavailable for whatever goes wrong in the engine, also where it panics (no Exception)."""
        try:
            return call()
        except StoreError:
            raise
        except BaseException as error:
            raise StoreUnavailable(f"The memory store {str(self._place)!r} did not do it: {error}") from error


async def _to_its_end(work: Coroutine[None, None, None]) -> None:
    """Wait until the work is over, also when the waiting is cancelled: files must not change hands half-way."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise

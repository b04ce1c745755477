"""Seeding: read everything, compare with what is stored, embed and store what is new or changed, prune, report.

Run again after a crash, it goes on where it was: ids come from source and place, digests tell what is stored already.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar

from memory.errors import StoreUnavailable
from memory.longterm.item import Encoded, Memory, TenantScope
from memory.longterm.library import KeptStore
from memory.longterm.ports import Encoder, Where
from memory.longterm.scanning import every
from memory.seed.drafts import SEEDED, Draft, Drafting
from memory.seed.gather import Gathered, is_below, without
from memory.seed.readers import Numbered, read
from memory.seed.report import Progress, Rejected, SeedReport

BATCH: Final = 256
MANY: Final = 5_000  # so many more, and searching is quicker through new indexes
EVERYWHERE: Final = Where()
EMPTY: Final = "put articles into it; where it is meant to be empty, `baton memory seed --prune --emptied` clears it"
log = logging.getLogger(__name__)
CustomersCalled = Callable[[Set[str]], Awaitable[Mapping[str, str]]]
"""The shop's ids of customers by what they are called; whom it does not answer is nobody."""
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    drafts: tuple[Draft, ...]
    rejected: tuple[Rejected, ...]


_Found = Sequence[tuple[str, Sequence[Numbered | Rejected]]]  # by document


def _nobody(_: Progress) -> None:
    """Nobody watches."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What a job allows. ``clean`` takes secrets out of texts; ``customers`` knows whom lines name, without it they
    name ids; nothing goes into ``reserved`` folders; ``restoring`` takes an export's word for who reviewed and
    verified; ``emptied`` prunes a folder that holds nothing any more, which may as well be one that is not mounted."""

    clean: Callable[[str], str] = str
    customers: CustomersCalled | None = None
    reserved: Set[str] = frozenset()
    restoring: bool = True
    emptied: bool = False


async def seed(
    store: KeptStore,
    encoder: Encoder,
    scope: TenantScope,
    gathered: Gathered,
    *,
    now: datetime,
    prune: bool = False,
    within: Where = EVERYWHERE,
    dry_run: bool = False,
    progress: Callable[[Progress], None] = _nobody,
    rules: Rules = Rules(),
) -> SeedReport:
    """Make the store hold what the documents say; with ``prune`` also no more of these sources than they say.

    ``within`` is where to look for what has vanished: less than everywhere is quicker in a store that holds much.
    *Raises*: StoreUnavailable, StoreMismatch, WeightsMissing; what was stored until then stays and is not embedded
    again.
    """
    gathered = without(gathered, rules.reserved)
    read = await _read(scope, gathered, rules, now)
    fresh: list[Memory] = []
    replaced = 0
    async for batch, stored in _compared(store, scope, read.drafts):
        changed = [draft for draft in batch if (old := stored.get(draft.memory.id)) is None or not draft.is_in(old)]
        fresh += [draft.memory for draft in changed]
        replaced += sum(draft.memory.id in stored for draft in changed)
    vanished = [one async for one in _vanished(store, scope, gathered, read, within)] if prune else []
    if not dry_run:
        await _store(store, encoder, scope, _Fresh(fresh, read.drafts), progress)
        for ids in _batches(vanished):
            await store.erase(scope, Where(ids=tuple(ids)))
        if len(fresh) + len(vanished) >= MANY:
            await _index(store)
    return SeedReport(
        added=len(fresh) - replaced,
        replaced=replaced,
        unchanged=len(read.drafts) - len(fresh),
        removed=len(vanished),
        rejected=read.rejected,
        dry_run=dry_run,
    )


class _Fresh:
    """Memories that are new or changed, among all that the documents hold."""

    def __init__(self, memories: Sequence[Memory], drafts: Sequence[Draft]) -> None:
        self.memories = memories
        self._turns = {_turn(draft.memory): draft.memory for draft in drafts if draft.memory.speaker}

    def turns_before(self, batch: Sequence[Memory]) -> list[Memory]:
        """What was said right before a turn of the batch and is not in the batch itself."""
        there = {memory.id for memory in batch}
        before = [self._turns.get(_turn(memory, -1)) for memory in batch if memory.speaker]
        return [memory for memory in before if memory is not None and memory.id not in there]


def _turn(memory: Memory, away: int = 0) -> tuple[str, str, int]:
    return memory.customer, memory.source, memory.position + away


async def _read(scope: TenantScope, gathered: Gathered, rules: Rules, now: datetime) -> _Read:
    """All lines, understood: whom they name is asked once for all of them."""
    found = await asyncio.to_thread(_found, gathered)
    known = await rules.customers(_named(found)) if rules.customers is not None else None
    drafting = Drafting(
        scope, now=now, clean=rules.clean, customers=known, reserved=rules.reserved, restoring=rules.restoring
    )
    return await asyncio.to_thread(_drafted, gathered, found, drafting, rules.emptied)


def _found(gathered: Gathered) -> _Found:
    return [(document.name, list(read(document))) for document in gathered.documents]


def _named(found: _Found) -> Set[str]:
    """What the lines call their customers."""
    lines = (one.line for _, lines in found for one in lines if isinstance(one, Numbered))
    return {line.customer for line in lines if line.customer}


def _drafted(gathered: Gathered, found: _Found, drafting: Drafting, emptied: bool) -> _Read:
    drafts: list[Draft] = []
    rejected = list(gathered.rejected) if emptied else [*gathered.rejected, *_empty(gathered)]
    for name, lines in found:
        for one in drafting.drafts(name, lines):
            if isinstance(one, Draft):
                drafts.append(one)
            else:
                rejected.append(one)
    return _Read(drafts=tuple(drafts), rejected=tuple(rejected))


def _empty(gathered: Gathered) -> Iterator[Rejected]:
    """Folders without a file, and a job without anything."""
    told = [one.file.lstrip("'") for one in gathered.rejected] + [one.name for one in gathered.documents]
    for folder in gathered.folders:
        if folder not in told and not any(is_below(name, [folder]) for name in told):
            yield Rejected(file=folder, line=0, reason="there is nothing to seed", advice=EMPTY)
    if not told and not gathered.folders:
        yield Rejected(file="nothing", line=0, reason="there is nothing to seed", advice="name files or folders")


async def _compared(
    store: KeptStore, scope: TenantScope, drafts: Sequence[Draft]
) -> AsyncIterator[tuple[list[Draft], dict[str, Memory]]]:
    """Batches of drafts with what is stored under their ids."""
    for batch in _batches(drafts):
        where = Where(ids=tuple(draft.memory.id for draft in batch))
        page = await store.scan(scope, where, limit=len(batch))
        yield batch, {memory.id: memory for memory in page.memories}


async def _vanished(
    store: KeptStore, scope: TenantScope, gathered: Gathered, read: _Read, within: Where
) -> AsyncIterator[str]:
    """Ids of what was seeded from these sources and stands in them no more.

    A file with a rejected line keeps all it had: the line may be one that was good before. So does a folder that could
    not be read.
    """
    kept = {draft.memory.id for draft in read.drafts}
    doubtful = {one.file for one in read.rejected}
    named = {document.name for document in gathered.documents}

    def is_ours(source: str) -> bool:
        ours = source in named or is_below(source, gathered.folders)
        return ours and source not in doubtful and not is_below(source, doubtful)

    wheres = [within] if gathered.folders else [replace(within, source=name) for name in sorted(named)]
    for where in wheres:
        async for memory in every(store, scope, where):
            if memory.digest.startswith(SEEDED) and is_ours(memory.source) and memory.id not in kept:
                yield memory.id


async def _store(
    store: KeptStore, encoder: Encoder, scope: TenantScope, fresh: _Fresh, progress: Callable[[Progress], None]
) -> None:
    """Embed one batch while the last is stored, so that neither waits for long and no more than two are in memory.

    Batches keep the order of the lines, for an encoder may read a turn with the one before it.
    """
    total, done = len(fresh.memories), 0
    progress(Progress(done=0, total=total))
    storing: asyncio.Task[int] | None = None
    try:
        for batch in _batches(fresh.memories):
            before = fresh.turns_before(batch)
            encoded = (await encoder.documents([*before, *batch]))[len(before) :]
            if storing is not None:
                done += await storing
                progress(Progress(done=done, total=total))
            storing = asyncio.create_task(_put(store, scope, list(zip(batch, encoded, strict=True))))
        if storing is not None:
            progress(Progress(done=done + await storing, total=total))
    finally:
        if storing is not None:
            await asyncio.gather(storing, return_exceptions=True)


async def _index(store: KeptStore) -> None:
    try:
        await store.compact()
    except StoreUnavailable as error:
        log.warning("all is stored, but searching it stays slow: %s", error)


async def _put(store: KeptStore, scope: TenantScope, items: list[tuple[Memory, Encoded]]) -> int:
    await store.put(scope, items)
    return len(items)


def _batches(of: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(of)
    while batch := list(islice(rest, BATCH)):
        yield batch

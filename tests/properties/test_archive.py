"""Whatever is said, moved, let go of and erased, in any order: a reader sees each record once, and no erased one."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from memory.session.in_memory import InMemoryJournal
from memory.session.in_memory_log import InMemorySessionLog
from memory.session.in_memory_store import InMemoryStore
from memory.session.in_memory_trimming import InMemoryTrimming
from tracing.archive.landing import Landing
from tracing.archive.listing import Wanted
from tracing.archive.move import Mover
from tracing.archive.pricing import FlatPrice
from tracing.archive.store import Archive
from tracing.archive.whole import Whole

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LATER_MS = 10**14
CONVERSATIONS = ("c1", "c2")
Deed = tuple[str, str]
deeds = st.lists(
    st.tuples(st.sampled_from(("say", "end", "move", "move lately", "trim", "erase")), st.sampled_from(CONVERSATIONS)),
    max_size=25,
)


class World:
    """Session memory, an archive behind it, and what a reader must see of each conversation."""

    def __init__(self, folder: str) -> None:
        self.store = InMemoryStore(lambda: NOW)
        self.log = InMemorySessionLog(self.store)
        self.archive = Archive.at(f"sqlite+aiosqlite:///{Path(folder) / 'records.sqlite'}")
        landing = Landing(self.archive.engine, prices=FlatPrice())
        self.mover = Mover(self.log, landing, InMemoryTrimming(self.store), tenants=["volta"])
        self.told: dict[str, list[bytes]] = {name: [] for name in CONVERSATIONS}
        self.numbers = iter(range(1, 1000))

    async def do(self, what: str, name: str) -> None:
        """One deed; what cannot be done now is left."""
        match what:
            case "say":
                await self._commit(name, None)
            case "end":
                await self._commit(name, "completed")
            case "move":
                await self.mover.move("volta", name)
            case "move lately":
                await self.mover.move_lately()
            case "trim":
                await self.mover.trim(LATER_MS)
            case _:
                await self._erase(name)

    async def _commit(self, name: str, status: str | None) -> None:
        """One record, which begins an execution where none runs."""
        journal, state, item = InMemoryJournal(self.store), self.store.of("volta", name), str(next(self.numbers))
        if not state.active:
            if (await journal.submit("volta", name, customer=name, item_id=item, item=b"")).status == "gone":
                return
            await journal.claim("volta", name, state.active, lease_s=15, window_after=0)
        data = b'{"kind":"ended","status":"completed","n":%s}' if status else b'{"kind":"said","n":%s}'
        data = data.replace(b"%s", item.encode())
        number = len(state.executions[state.active].events) + 1
        committed = await journal.commit(
            "volta", name, state.active, fence=1, epoch=None, number=number, commit_id=item,
            records=[("billing", data, None)], session={}, hashes={}, blobs={}, index=[], take=len(state.inbox),
            quiet=False, status=status,
        )  # fmt: skip
        assert committed.status == "ok"
        self.told[name].append(data)

    async def _erase(self, name: str) -> None:
        """The tombstone in session memory, then the archive's rows. (Each conversation is a customer of its own.)"""
        state = self.store.of("volta", name)
        if not state.customer:
            return
        state.gone, state.customer = True, ""
        state.logs.clear()
        state.executions.clear()
        state.active = ""
        await self.archive.forget("volta", name)
        self.told[name] = []


async def lived(doing: Sequence[Deed], folder: str) -> None:
    world = World(folder)
    await world.archive.open()
    whole = Whole(world.log, world.archive)
    try:
        for what, name in doing:
            await world.do(what, name)
            for each in CONVERSATIONS:
                assert [one.data for one in await whole.read("volta", each)] == world.told[each]
        await world.mover.move_all()
        for each in CONVERSATIONS:
            archived = await world.archive.read("volta", each)
            assert [one.data for one in archived] == world.told[each]
            assert [one.seq for one in archived] == list(range(1, len(archived) + 1))
        listed = (await world.archive.conversations(Wanted(tenant="volta"))).conversations
        assert {one.conversation for one in listed} == {name for name, told in world.told.items() if told}
    finally:
        await world.archive.close()


@settings(max_examples=40, deadline=None)
@given(deeds)
def test_a_reader_sees_every_record_once_and_no_erased_one(doing: Sequence[Deed]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(lived(doing, folder))

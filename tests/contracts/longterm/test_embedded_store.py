"""What the embedded store promises beyond the others: its files, its folder, and going on while it rewrites them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
import qdrant_edge as edge

from memory.errors import StoreMismatch, StoreUnavailable
from memory.longterm.hashing import HashingEncoder
from memory.longterm.item import CustomerScope, Note, TenantScope
from memory.longterm.library import library_over
from memory.longterm.ports import Where
from memory.longterm.qdrant_embedded import EmbeddedStore
from memory.longterm.space import VectorSpace

SPACE = VectorSpace(model="hashing", dimension=64, token_dimension=16)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def left_of(folder: Path, *texts: str) -> set[str]:
    """Which of the texts stand in any file, whoever wrote it and however."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {text for text in texts if any(text.encode() in content for content in files)}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def closed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store's folder that nobody holds."""
    folder = tmp_path_factory.mktemp("closed")
    store = await EmbeddedStore.open(folder, SPACE)
    await store.aclose()
    return folder


class TestCompaction:
    async def test_nothing_of_what_was_erased_is_left_in_any_file(self, embedded_shop, embedded_folder):
        await embedded_shop.remember("planted-text-6d", source="planted-source-6d", key="planted-key-6d")
        (kept,) = await embedded_shop.remember("kept-text-6d", value="planted-value-6d")
        await embedded_shop.store.amend(embedded_shop.whole, [kept.id], {"value": "new value"})
        await embedded_shop.store.erase(embedded_shop.whole, Where(source="planted-source-6d"))
        planted = ("planted-text-6d", "planted-source-6d", "planted-key-6d", "planted-value-6d")
        assert left_of(embedded_folder, *planted) == set(planted)  # a log keeps what an index forgot
        await embedded_shop.store.compact()
        assert left_of(embedded_folder, *planted, "kept-text-6d") == {"kept-text-6d"}

    async def test_reads_and_writes_go_on_meanwhile(self, embedded_shop, until, embedded_folder):
        await embedded_shop.remember("parcel before", "parcel erased meanwhile")
        compacting = asyncio.create_task(embedded_shop.store.compact())
        await until(lambda: any(embedded_folder.glob("new-*/space.json")))
        (amended,) = await embedded_shop.remember("parcel meanwhile")
        await embedded_shop.store.amend(embedded_shop.whole, [amended.id], {"value": "late"})
        erased = embedded_shop.memory("parcel erased meanwhile")
        assert await embedded_shop.store.erase(embedded_shop.whole, Where(ids=(erased.id,))) == 1
        assert not compacting.done()
        assert await embedded_shop.found("parcel") == {"parcel before", "parcel meanwhile"}
        await compacting
        assert await embedded_shop.found("parcel") == {"parcel before", "parcel meanwhile"}
        page = await embedded_shop.store.scan(embedded_shop.whole, Where(ids=(amended.id,)))
        assert page.memories == (replace(amended, value="late"),)

    async def test_one_that_is_given_up_changes_nothing(self, embedded_shop, until, embedded_folder):
        await embedded_shop.remember("a parcel")
        compacting = asyncio.create_task(embedded_shop.store.compact())
        await until(lambda: any(embedded_folder.glob("new-*")))
        compacting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await compacting
        assert await embedded_shop.found("parcel") == {"a parcel"}
        assert [path.name[:6] for path in embedded_folder.iterdir() if path.is_dir()] == ["shard-"]

    async def test_one_whose_caller_leaves_as_it_swaps_loses_nothing(self, tmp_path, until):
        """Whatever the moment in which the caller goes: the swap is finished, and nothing is tidied up beside it."""
        encoder = HashingEncoder(dimension=32, token_dimension=32)
        store = await EmbeddedStore.open(tmp_path, await encoder.space())
        scope = CustomerScope(tenant="volta", customer="anna")
        notes = [Note(kind="factual", text=f"fact {n}", said_at=NOW, source="s", place=str(n)) for n in range(20)]
        await library_over(store, encoder).write(scope, notes, now=NOW)
        for number in (2, 3, 4):
            compacting = asyncio.create_task(store.compact())
            await until(lambda name=f"shard-{number:06}", task=compacting: (tmp_path / name).exists() or task.done())
            compacting.cancel()
            await asyncio.wait([compacting])
            assert await store.count(TenantScope(tenant="volta"), Where()) == 20
        await store.aclose()

        again = await EmbeddedStore.open(tmp_path, await encoder.space())
        assert await again.count(TenantScope(tenant="volta"), Where()) == 20
        await again.aclose()

    async def test_closing_gives_a_running_one_up(self, tmp_path, until):
        store = await EmbeddedStore.open(tmp_path, SPACE)
        compacting = asyncio.create_task(store.compact())
        await until(lambda: any(tmp_path.glob("copy-*")))
        await store.aclose()
        with pytest.raises(StoreUnavailable, match="nothing has changed"):
            await compacting
        await store.aclose()
        with pytest.raises(StoreUnavailable, match="closed"):
            await store.health()

    async def test_a_closed_store_leaves_alone_what_another_one_made(self, closed_folder):
        store = await EmbeddedStore.open(closed_folder, SPACE)
        await store.aclose()
        other = await EmbeddedStore.open(closed_folder, SPACE)
        await other.compact()
        files = sorted(closed_folder.rglob("*"))
        with pytest.raises(StoreUnavailable, match="closed"):
            await store.compact()
        assert sorted(closed_folder.rglob("*")) == files
        await other.aclose()


class TestFolder:
    async def test_a_second_opening_is_refused_and_says_who_holds_it(self, embedded_store, embedded_folder):
        with pytest.raises(StoreUnavailable, match=f"in use by process {os.getpid()}"):
            await EmbeddedStore.open(embedded_folder, SPACE)

    def test_another_process_is_refused_too(self, embedded_store, embedded_folder):
        program = (
            "import sys, pathlib; from memory.longterm.folder_lock import FolderLock;"
            "FolderLock(pathlib.Path(sys.argv[1]))"
        )
        other = subprocess.run(
            [sys.executable, "-c", program, embedded_folder], capture_output=True, text=True, check=False
        )
        assert f"in use by process {os.getpid()}: go through that one" in other.stderr

    @pytest.mark.parametrize(
        "other",
        [
            VectorSpace(model="hashing", dimension=32, token_dimension=16),
            VectorSpace(model="hashing", dimension=64, token_dimension=None),
            VectorSpace(model="another model", dimension=64, token_dimension=16),
        ],
    )
    async def test_a_folder_of_another_model_is_refused_with_what_to_do(self, closed_folder, other):
        with pytest.raises(StoreMismatch, match="set that model again, or choose an empty place"):
            await EmbeddedStore.open(closed_folder, other)
        await (await EmbeddedStore.open(closed_folder, SPACE)).aclose()  # and is not held

    @pytest.mark.parametrize("damaged", ["space.json", "edge_config.json", "segment.json", "open-1"])
    async def test_a_damaged_folder_is_refused_with_what_to_do(self, closed_folder, damaged):
        files = list(closed_folder.rglob(damaged))
        before = {path: path.read_bytes() for path in files}
        assert files
        for path in files:
            path.write_bytes(b"damaged" * 9)
        with pytest.raises(StoreUnavailable, match="restore it from a backup, or move it away"):
            await EmbeddedStore.open(closed_folder, SPACE)
        for path, content in before.items():
            path.write_bytes(content)
        await (await EmbeddedStore.open(closed_folder, SPACE)).aclose()  # and is not held

    async def test_an_index_that_came_later_is_made_at_the_next_opening(self, closed_folder):
        def indexes(*, without: str | None = None) -> set[str]:
            [path] = closed_folder.glob("shard-*")
            shard = edge.EdgeShard.load(str(path))
            if without:
                shard.update(edge.UpdateOperation.delete_field_index(without))
            fields = set(shard.info().payload_schema)
            shard.close()
            return fields

        assert "source" not in indexes(without="source")
        await (await EmbeddedStore.open(closed_folder, SPACE)).aclose()
        assert "source" in indexes()

    async def test_a_folder_that_cannot_be_made_is_named(self, tmp_path):
        (tmp_path / "file").touch()
        with pytest.raises(StoreUnavailable, match="make it writable"):
            await EmbeddedStore.open(tmp_path / "file" / "memory", SPACE)


async def test_a_store_without_token_vectors_ranks_nothing_by_them(tmp_path, embedded_shop):
    store = await EmbeddedStore.open(tmp_path, replace(SPACE, token_dimension=None))
    shop = replace(embedded_shop, store=store)
    (mine,) = await shop.remember("a parcel")
    query = await shop.encoder.query("parcel")
    assert await store.maxsim(CustomerScope(tenant=shop.tenant, customer="anna"), [mine.id], query.tokens) == {}
    assert await shop.found("parcel") == {"a parcel"}
    await store.aclose()

"""A customer is forgotten everywhere: no raw file of Redis, Qdrant or SQL holds a word of theirs; others' stay."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from redis.asyncio import Redis

from agents.models.scripted import Scripted, Step, call, say
from agents.shop.store import Shop
from baton.chat.ports import Thread
from baton.embedded_redis import EmbeddedRedis
from baton.longterm import LongTerm
from baton.settings import Settings
from baton.wiring import Brain, Installation, open_installation
from handoffs.model import ModelRequest
from handoffs.tool import Scope
from memory.longterm.hashing import HashingEncoder
from memory.longterm.item import CustomerScope, Note
from memory.longterm.library import library_over
from memory.longterm.qdrant_embedded import EmbeddedStore
from memory.longterm.space import VectorSpace

PLANTED = "xyzzy-planted-plugh"
ANNA, BEN = Scope(tenant="volta", customer="anna"), Scope(tenant="volta", customer="ben")
SPACE = VectorSpace(model="hashing", dimension=384, token_dimension=384)
TICKET = call("open_ticket", subject="A note for you", details=f"{PLANTED} was rude", kind="complaint")


@dataclass(frozen=True)
class Entry:
    agent: str = "support"
    candidates: tuple[()] = ()
    rule: str = "fixed"

    async def route(self, text: str) -> Entry:
        return self


def answering(request: ModelRequest) -> Step:
    """Files a ticket with the planted string when asked to, repeats it otherwise."""
    last = request.messages[-1].raw.decode()
    return TICKET if '"role":"user"' in last and "ticket" in last else say(f"You said {PLANTED}.")


@asynccontextmanager
async def baton_on(folder: Path) -> AsyncIterator[Installation]:
    """All of Baton on one data folder: its own Redis with its files, Qdrant's engine, SQLite."""
    redis = EmbeddedRedis(folder)
    await redis.start()
    async with Redis.from_url(redis.url) as settings:
        await settings.config_set("rdbcompression", "no")  # packed, nobody could look for a string in a file
    encoder = HashingEncoder()
    store = await EmbeddedStore.open(folder / "memory", SPACE)

    def opened(_: Shop) -> LongTerm:
        return LongTerm(library=library_over(store, encoder), store=store, encoder=encoder)

    installation = await open_installation(
        Settings(data_folder=folder, help_centre=False),
        redis.url,
        Brain(Scripted(answering), Entry()),
        today=datetime.now(UTC).date(),
        remembering=opened,
    )
    await installation.start()
    try:
        yield installation
    finally:
        await installation.stop()
        await redis.stop()


async def say_it(baton: Installation, who: Scope, conversation: str, text: str) -> None:
    await baton.submit_message(who.tenant, who.customer, conversation, text, text, "Somebody")
    async with asyncio.timeout(20):
        while (head := await baton.log.head(who.tenant, conversation)).active or not head.seq:
            await asyncio.sleep(0.01)


async def remember_it(baton: Installation, who: Scope) -> None:
    assert baton.longterm is not None
    note = Note(
        kind="factual",
        text=f"Lives in {PLANTED} street",
        said_at=datetime.now(UTC),
        source="conversation/c1",
        place="1",
    )
    scope = CustomerScope(tenant=who.tenant, customer=who.customer)
    await baton.longterm.library.write(scope, [note], now=datetime.now(UTC))


def held(folder: Path) -> list[str]:
    """Every file below the folder that holds the planted string."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in files if PLANTED.encode() in path.read_bytes())


async def living(baton: Installation) -> list[str]:
    """Every key of Redis whose name or value holds the planted string, or the customer's login."""
    wanted = (PLANTED.encode(), b"anna@volta.example")
    found: list[str] = []
    async for key in baton.redis.scan_iter("*"):
        value = str(await baton.redis.dump(key)).encode() + key
        if any(words in value for words in wanted):
            found.append(key.decode())
    return found


async def plant_everywhere(baton: Installation, folder: Path) -> None:
    await say_it(baton, ANNA, "c1", f"Please open a ticket about {PLANTED}")
    await say_it(baton, ANNA, "c2", f"My secret is {PLANTED}")
    await baton.log.put("volta", "c1", "feedback", {"r1": PLANTED})
    thread = Thread(id="c1", owner="volta:anna@volta.example", title=f"My {PLANTED}", created_ms=1)
    assert await baton.threads.open(thread, now_ms=1)
    await remember_it(baton, ANNA)
    (folder / "exports").mkdir()
    (folder / "exports" / "volta.c2.billing.jsonl").write_text(f'{{"said": "{PLANTED}"}}\n')
    (folder / "exports" / "volta.jsonl").write_text(f'{{"customer": "anna", "text": "{PLANTED}"}}\n')


async def test_no_file_holds_anything_of_a_forgotten_customer(tmp_path: Path) -> None:
    async with baton_on(tmp_path) as baton:
        await plant_everywhere(baton, tmp_path)
        before, alive = held(tmp_path), await living(baton)
        assert {Path(path).parts[0] for path in before} >= {"redis", "memory", "exports"}, (
            "the test must be able to fail"
        )
        assert any(path.startswith("shop.sqlite") for path in before)
        assert {"baton:chat:thread:c1", "baton:chat:threads:volta:anna@volta.example"} < set(alive)

        forgotten = await baton.forgetting.forget(
            ANNA, names=("anna", "anna@volta.example"), by="olga@volta.example", role="operator", now=datetime.now(UTC)
        )

        assert held(tmp_path) == []
        assert await living(baton) == []
        assert forgotten.left == ()
        assert (forgotten.conversations, forgotten.memories, forgotten.files) == (2, 1, 2)
        entries = await baton.audit.read("volta")
        assert [entry.what for entry in entries] == ["customer.forget"]
        assert "anna" not in str(entries[0])
    assert held(tmp_path) == [], "nor after everything is closed"


async def test_others_are_not_forgotten_and_again_is_nothing_more(tmp_path: Path) -> None:
    async with baton_on(tmp_path) as baton:
        await say_it(baton, BEN, "c9", "I am Ben")
        await remember_it(baton, BEN)
        await plant_everywhere(baton, tmp_path)
        now = datetime.now(UTC)

        await baton.forgetting.forget(ANNA, names=("anna",), by="olga", role="operator", now=now)
        again = await baton.forgetting.forget(ANNA, names=("anna",), by="olga", role="operator", now=now)

        assert (again.conversations, again.memories, again.shop_rows, again.files) == (0, 0, 0, 0)
        assert baton.longterm is not None
        scope = CustomerScope(tenant="volta", customer="ben")
        assert len((await baton.longterm.library.pages(scope)).memories) == 1
        assert await baton.log.read("volta", "c9")


async def test_a_forgotten_conversation_takes_no_more_words(tmp_path: Path) -> None:
    async with baton_on(tmp_path) as baton:
        await say_it(baton, ANNA, "c1", "Hello")
        await baton.forgetting.forget(ANNA, names=("anna",), by="olga", role="operator", now=datetime.now(UTC))

        assert await baton.submit_message("volta", "anna", "c1", "m9", "Hello?", "Anna Berg") == "gone"
        await say_it(baton, ANNA, "c7", "A new start")


async def test_a_redis_that_may_not_rewrite_its_files_is_named_and_all_else_is_forgotten(tmp_path: Path) -> None:
    everything = {"enabled": True, "nopass": True, "keys": ["*"], "categories": ["+@all"]}
    async with baton_on(tmp_path) as baton:
        await plant_everywhere(baton, tmp_path)
        await baton.redis.acl_setuser("default", **everything, commands=["-config", "-bgrewriteaof"])
        now = datetime.now(UTC)

        forgotten = await baton.forgetting.forget(ANNA, names=("anna",), by="olga", role="operator", now=now)

        assert (forgotten.conversations, forgotten.memories, forgotten.files) == (2, 1, 2)
        assert "Redis's own files" in forgotten.left[0]
        assert "still to do" in (await baton.audit.read("volta"))[0].detail
        await baton.redis.acl_setuser("default", **everything)

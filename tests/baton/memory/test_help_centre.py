"""The help centre that ships with Baton: on every shop's shelf after the first start, and cheap at every other."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from baton.longterm import HELP_CENTRE, LongTerm, seed_help_centre
from memory.longterm.hashing import HashingEncoder
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import Encoded, Memory, TenantScope
from memory.longterm.library import library_over
from memory.longterm.ports import Where
from memory.longterm.scanning import every
from memory.seed.gather import uploaded

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHOPS = ("volta", "lumen")


class CountingEncoder(HashingEncoder):
    """Counts what it embeds."""

    def __init__(self) -> None:
        super().__init__(dimension=8, token_dimension=8)
        self.embedded = 0

    async def documents(self, memories: Sequence[Memory]) -> Sequence[Encoded]:
        self.embedded += len(memories)
        return await super().documents(memories)


def opened() -> tuple[LongTerm, CountingEncoder]:
    store, encoder = InMemoryMemoryStore(), CountingEncoder()
    return LongTerm(library=library_over(store, encoder), store=store, encoder=encoder), encoder


async def sources(longterm: LongTerm, shop: str) -> set[str]:
    return {memory.source async for memory in every(longterm.store, TenantScope(tenant=shop), Where())}


async def test_every_article_is_taken_for_every_shop_and_embedded_once() -> None:
    longterm, encoder = opened()
    reports = await seed_help_centre(longterm, SHOPS, now=NOW)
    articles = {f"help_centre/{path.name}" for path in HELP_CENTRE.glob("*.md")}
    assert len(articles) >= 60
    for shop in SHOPS:
        assert reports[shop].rejected == ()
        assert await sources(longterm, shop) == articles
    embedded = encoder.embedded
    again = await seed_help_centre(longterm, SHOPS, now=NOW)
    assert encoder.embedded == embedded
    assert {report.unchanged for report in again.values()} == {reports["volta"].added}


async def test_an_article_that_is_no_longer_shipped_goes_and_a_shops_own_stay(tmp_path: Path) -> None:
    longterm, _ = opened()
    folder = tmp_path / "help_centre"
    shutil.copytree(HELP_CENTRE, folder)
    (folder / "seasonal.md").write_text("Free delivery until Sunday.")
    await longterm.seed("volta", uploaded([("ours.md", b"Open on Sundays.")]), now=NOW)
    await seed_help_centre(longterm, ("volta",), now=NOW, folder=folder)
    assert {"help_centre/seasonal.md", "ours.md"} <= await sources(longterm, "volta")
    await seed_help_centre(longterm, ("volta",), now=NOW)
    kept = await sources(longterm, "volta")
    assert ("help_centre/seasonal.md" in kept, "ours.md" in kept) == (False, True)

"""What a customer said is forgotten; the shop's books stay."""

from __future__ import annotations

from pathlib import Path

from agents.shop import forgetting
from agents.shop import help as articles
from agents.shop.effects import effects_of
from agents.shop.results.account import TicketOpened

PLANTED = "the-planted-string"


def held(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.is_file() and PLANTED.encode() in path.read_bytes()]


async def test_no_file_holds_what_was_said(shop, by, tmp_path):
    told = await articles.open_ticket(shop, by("anna"), PLANTED, f"Look: {PLANTED}", "complaint")
    assert isinstance(told, TicketOpened)
    assert held(tmp_path), "the test must be able to fail: the file held it"

    rows = await forgetting.forget_words(shop, by("anna").scope)
    await forgetting.compact(shop)

    assert rows == 3  # the note, the mail that confirmed it, the effect
    assert held(tmp_path) == []
    assert await effects_of(shop, by("anna").scope) == []
    assert await forgetting.forget_words(shop, by("anna").scope) == 0


async def test_others_keep_their_words(shop, by):
    await articles.open_ticket(shop, by("ben"), "My parcel", "Where is it?", "complaint")

    await forgetting.forget_words(shop, by("anna").scope)

    assert [effect.kind for effect in await effects_of(shop, by("ben").scope)] == ["ticket"]

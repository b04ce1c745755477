"""What a job allows: whom lines may name, where they may go, whose word is taken."""

from __future__ import annotations

from collections.abc import Set

from memory.longterm.export import seed_line
from memory.longterm.item import TenantScope

FAQ = '{"text": "Returns are free."}\n{"id": "fee", "text": "Express costs 9.90."}\n'
ARTICLE = "---\ntitle: Refunds\n---\nWe refund.\n\n## How long\n\n5 days.\n\n### By card\n\n7 days.\n"
ACCEPTED = (
    '{"kind": "resolution", "status": "active", "reviewed_by": "ada@baton.example", "text": "Always refund."}\n'
    '{"kind": "factual", "customer": "anna", "verified_at": "2026-11-01", "text": "Lives in Oslo."}\n'
    '{"kind": "preference", "customer": "anna", "superseded_by": "x", "text": "Likes tea."}\n'
)


async def test_a_line_whose_customer_is_nobody_is_refused(desk) -> None:
    asked: list[Set[str]] = []

    async def known(said: Set[str]) -> dict[str, str]:
        asked.append(said)
        return {"anna@volta.example": "anna", "ben": "ben"}

    line = '{"kind": "preference", "customer": "WHO", "text": "Likes tea"}\n'
    named = ("anna@volta.example", "ana@volta.example", "ben", "ana@volta.example")
    desk.write("a.jsonl", "".join(line.replace("WHO", who) for who in named) + FAQ)
    report = await desk.seed(customers=known)
    assert asked == [set(named)]
    assert {memory.customer for memory in await desk.stored()} == {"anna", "ben", ""}
    assert [(one.line, one.reason) for one in report.rejected] == [
        (line, "nobody in volta is called like its customer") for line in (2, 4)
    ]


async def test_what_ships_with_baton_is_seeded_by_nobody_else(desk) -> None:
    """It is put back at every start: one's own articles there would be lost without a word."""
    desk.write("ours/refunds.md", ARTICLE)
    await desk.seed(desk.folder / "ours")
    desk.write("ours/refunds.md", "Ours.")
    desk.write("ours/more.md", "More of ours.")
    desk.write("own.jsonl", '{"text": "x", "source": "ours/refunds.md"}\n{"text": "y"}\n')
    reserved = frozenset({"ours"})
    folder = await desk.seed(desk.folder / "ours", prune=True, reserved=reserved)
    file = await desk.seed(desk.folder / "ours" / "more.md", under="ours", prune=True, reserved=reserved)
    for report, name in ((folder, "ours"), (file, "ours/more.md")):
        (rejected,) = report.rejected
        assert (rejected.file, "put back at every start" in rejected.reason) == (name, True)
        assert (report.exit_code, report.removed) == (2, 0)
    report = await desk.seed(desk.folder / "own.jsonl", reserved=reserved)
    assert ([one.line for one in report.rejected], report.added) == ([1], 1)
    assert await desk.texts() == ["We refund.", "5 days.", "7 days.", "y"]


async def test_an_export_of_what_ships_may_be_put_back(desk) -> None:
    desk.write("ours/refunds.md", "We refund.")
    await desk.seed(desk.folder / "ours")
    (memory,) = await desk.stored()
    desk.write("all.jsonl", seed_line(memory))
    report = await desk.seed(desk.folder / "all.jsonl", reserved=frozenset({"ours"}))
    assert (report.unchanged, report.rejected) == (1, ())


async def test_secrets_are_taken_out_at_the_door(desk) -> None:
    desk.write("a.jsonl", '{"text": "pay with 4242", "title": "4242", "value": "4242"}')
    await desk.seed(clean=lambda text: text.replace("4242", "[card]"))
    (memory,) = await desk.stored()
    assert "4242" not in str(memory)
    assert (await desk.seed(clean=lambda text: text.replace("4242", "[card]"))).unchanged == 1


async def test_a_resolution_waits_for_an_operators_yes(desk) -> None:
    desk.write("a.jsonl", '{"text": "Send a new one", "kind": "resolution"}')
    await desk.seed()
    (memory,) = await desk.stored()
    assert memory.status == "proposed"
    await desk.store.amend(TenantScope(tenant="volta"), [memory.id], {"status": "active", "reviewed_by": "olga"})
    assert (await desk.seed()).unchanged == 1
    (memory,) = await desk.stored()
    assert memory.status == "active"


async def test_the_last_article_of_a_folder_can_be_pruned(desk) -> None:
    path = desk.write("a.md", "Open on Sundays.")
    await desk.seed()
    path.unlink()
    assert (await desk.seed()).rejected[0].reason == "there is nothing to seed"
    kept = await desk.seed(prune=True)  # the folder may be another, or not mounted
    assert ("--emptied" in kept.rejected[0].advice, kept.exit_code) == (True, 2)
    assert await desk.texts() == ["Open on Sundays."]
    report = await desk.seed(prune=True, emptied=True)
    assert (report.removed, report.exit_code, await desk.texts()) == (1, 0, [])


async def test_only_whoever_restores_an_export_may_say_who_judged(desk) -> None:
    """Uploads would accept their own resolutions in an operator's name."""
    desk.write("a.jsonl", ACCEPTED + FAQ)
    report = await desk.seed(restoring=False)
    assert ([one.line for one in report.rejected], report.added) == ([1, 2, 3], 2)
    assert all("judgement" in one.reason and "baton memory seed" in one.advice for one in report.rejected)
    assert (await desk.seed(restoring=True)).added == 3

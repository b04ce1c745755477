"""Seeding twice is seeding once; what changed is replaced; pruning stays within what was named."""

from __future__ import annotations

import json
from collections.abc import Set
from datetime import timedelta

import pytest

from memory.longterm.item import TenantScope, memory_id
from memory.longterm.ports import Where
from memory.longterm.stages import Tuning
from memory.seed.job import BATCH, MANY
from memory.seed.report import Progress

FAQ = '{"text": "Returns are free."}\n{"id": "fee", "text": "Express costs 9.90."}\n'
ARTICLE = (
    "---\ntitle: Refunds\ntags: [money, back]\n---\nWe refund.\n\n## How long\n\n5 days.\n\n### By card\n\n7 days.\n"
)


def counts(report) -> tuple[int, int, int, int]:
    return report.added, report.replaced, report.unchanged, report.removed


async def test_an_article_becomes_one_memory_for_each_section(desk) -> None:
    desk.write("refunds.md", ARTICLE)
    await desk.seed()
    found = await desk.stored()
    assert [(memory.title, memory.text) for memory in found] == [
        ("Refunds", "We refund."),
        ("Refunds > How long", "5 days."),
        ("Refunds > How long > By card", "7 days."),
    ]
    assert [memory.position for memory in found] == [0, 1, 2]
    assert {(memory.source, memory.kind, memory.customer, memory.tags) for memory in found} == {
        ("help/refunds.md", "knowledge", "", "money back")
    }


async def test_headings_in_code_are_code_and_the_first_heading_may_be_the_title(desk) -> None:
    desk.write("a.md", "# Refunds\n\nFree.\n\n```\n# no heading\n```\n\n## Again\na\n\n## Again\nb\n")
    await desk.seed()
    found = await desk.stored()
    assert [memory.title for memory in found] == ["Refunds", "Refunds > Again", "Refunds > Again"]
    assert "# no heading" in found[0].text
    assert len({memory.id for memory in found}) == 3


async def test_an_article_without_a_title_is_called_like_its_file(desk) -> None:
    desk.write("opening_hours.md", "Open on Sundays.\n\n## Holidays\n\nClosed.")
    await desk.seed()
    assert [memory.title for memory in await desk.stored()] == ["Opening hours", "Opening hours > Holidays"]


async def test_a_long_section_becomes_pieces_that_recall_can_give(desk) -> None:
    paragraphs = [f"Paragraph {n}. " + "Schools order through the portal. " * 30 for n in range(12)]
    endless = "and more, " * 700
    desk.write("a.md", "# Schools\n\n" + "\n\n".join(paragraphs) + f"\n\n## All\n\n{endless}\n\n## Last\n\nShort.")
    assert (await desk.seed()).rejected == ()
    found = await desk.stored()
    most = Tuning().budget_tokens
    assert all(len(memory.text) // 4 + 1 <= most for memory in found)
    assert [memory.position for memory in found] == list(range(len(found)))
    pieces = [memory for memory in found if memory.title == "Schools"]
    assert len(pieces) > 1 and all(memory.text.startswith("Paragraph ") for memory in pieces)
    whole = " ".join(memory.text for memory in found)
    assert whole.split() == " ".join([*paragraphs, endless, "Short."]).split()
    assert counts(await desk.seed(prune=True)) == (0, 0, len(found), 0)


async def test_unchanged_is_not_embedded_again(desk) -> None:
    desk.write("faq.jsonl", FAQ)
    desk.write("refunds.md", ARTICLE)
    assert counts(await desk.seed()) == (5, 0, 0, 0)
    embedded = len(desk.encoder.seen)
    assert counts(await desk.seed(prune=True)) == (0, 0, 5, 0)
    assert len(desk.encoder.seen) == embedded


async def test_what_changed_is_replaced_and_nothing_else_embedded(desk) -> None:
    desk.write("faq.jsonl", FAQ)
    desk.write("refunds.md", ARTICLE)
    await desk.seed()
    desk.encoder.seen.clear()
    desk.write("faq.jsonl", FAQ.replace("9.90", "8.90"))
    desk.write("refunds.md", ARTICLE.replace("5 days", "4 days"))
    assert counts(await desk.seed()) == (0, 2, 3, 0)
    assert sorted(desk.encoder.seen) == ["4 days.", "Express costs 8.90."]


async def test_the_order_of_lines_does_not_matter(desk) -> None:
    desk.write("faq.jsonl", FAQ)
    await desk.seed()
    desk.write("faq.jsonl", "".join(reversed(FAQ.splitlines(keepends=True))))
    assert counts(await desk.seed(prune=True)) == (0, 0, 2, 0)


async def test_moving_the_folder_changes_nothing(desk) -> None:
    desk.write("faq.jsonl", FAQ)
    await desk.seed()
    moved = desk.folder.parent / "elsewhere" / "help"
    moved.parent.mkdir()
    desk.folder.rename(moved)
    assert counts(await desk.seed(moved, prune=True)) == (0, 0, 2, 0)


async def test_a_dry_run_says_the_same_and_writes_nothing(desk) -> None:
    desk.write("faq.jsonl", FAQ)
    report = await desk.seed(dry_run=True)
    assert (counts(report), report.dry_run) == ((2, 0, 0, 0), True)
    assert (await desk.stored(), desk.encoder.seen) == ([], [])
    await desk.seed()
    desk.write("faq.jsonl", '{"id": "fee", "text": "Express is free."}')
    assert counts(await desk.seed(dry_run=True, prune=True)) == (0, 1, 0, 1)
    assert await desk.texts() == ["Express costs 9.90.", "Returns are free."]


async def test_vanished_lines_stay_until_pruned(desk) -> None:
    desk.write("faq.jsonl", FAQ)
    await desk.seed()
    desk.write("faq.jsonl", FAQ.splitlines()[0])
    assert counts(await desk.seed()) == (0, 0, 1, 0)
    assert len(await desk.stored()) == 2
    assert counts(await desk.seed(prune=True)) == (0, 0, 1, 1)
    assert await desk.texts() == ["Returns are free."]


async def test_a_folder_prunes_its_vanished_files_and_no_others(desk) -> None:
    desk.write("a.jsonl", '{"text": "a"}')
    gone = desk.write("deep/b.jsonl", '{"text": "b"}')
    beside = desk.folder.parent / "helpful.jsonl"
    beside.write_text('{"text": "beside"}')
    await desk.seed(desk.folder, beside)
    await desk.seed(scope=TenantScope(tenant="lumen"))
    gone.unlink()
    assert counts(await desk.seed(prune=True)) == (0, 0, 1, 1)
    assert await desk.texts() == ["a", "beside"]
    assert len(await desk.stored(TenantScope(tenant="lumen"))) == 2


async def test_a_file_given_alone_prunes_only_itself(desk) -> None:
    faq = desk.write("faq.jsonl", FAQ)
    desk.write("other.jsonl", '{"text": "other"}')
    await desk.seed()
    desk.write("faq.jsonl", FAQ.splitlines()[0])
    assert counts(await desk.seed(faq, under="help", prune=True)) == (0, 0, 1, 1)
    assert await desk.texts() == ["Returns are free.", "other"]


async def test_what_could_not_be_read_is_not_taken_for_vanished(desk) -> None:
    desk.write("faq.jsonl", FAQ)
    await desk.seed()
    desk.write("faq.jsonl", FAQ.replace('"Express', "Express"))
    report = await desk.seed(prune=True)
    assert (len(report.rejected), report.removed) == (1, 0)
    desk.write("faq.jsonl", FAQ.encode("utf-16"))
    assert (await desk.seed(prune=True)).removed == 0


async def test_pruning_leaves_what_was_learnt_alone(desk) -> None:
    """Also below a folder that is called like the sources of conversations."""
    folder = desk.folder.parent / "conversation"
    folder.mkdir()
    (folder / "a.jsonl").write_text('{"text": "a"}')
    (folder / "b.jsonl").write_text('{"text": "b"}')
    told = {"source": "conversation/c1", "place": "e1", "said_at": "2026-11-01", "confirmed_at": "2026-11-01"}
    learnt = desk.write(
        "learnt.jsonl",
        json.dumps({"text": "Likes CSV", "kind": "preference", "customer": "anna", "digest": "d", **told}),
    )
    await desk.seed(folder, learnt)
    (folder / "b.jsonl").unlink()
    assert (await desk.seed(folder, prune=True)).removed == 1
    assert await desk.texts() == ["a", "Likes CSV"]


async def test_a_key_names_a_value_that_changes(desk) -> None:
    line = (
        '{"kind": "preference", "customer": "anna@volta.example", "key": "format", "value": "VALUE", "text": "VALUE"}'
    )

    async def logins(said: Set[str]) -> dict[str, str]:
        return {"anna@volta.example": "anna"}

    desk.write("a.jsonl", line.replace("VALUE", "CSV"))
    await desk.seed(customers=logins)
    desk.write("a.jsonl", line.replace("VALUE", "PDF"))
    assert counts(await desk.seed(customers=logins)) == (0, 1, 0, 0)
    (memory,) = await desk.stored()
    assert (memory.customer, memory.value) == ("anna", "PDF")
    assert memory.id == memory_id("volta", "anna", "help/a.jsonl", "key format")
    assert memory.expires_at - memory.said_at == timedelta(days=90)


async def test_progress_is_told(desk) -> None:
    many = BATCH * 2 + 1
    desk.write("a.jsonl", "".join(f'{{"text": "{n}"}}\n' for n in range(many)))
    await desk.seed()
    assert desk.told == [Progress(done=done, total=many) for done in (0, BATCH, BATCH * 2, many)]


async def test_a_turn_is_encoded_with_the_turn_before_it(desk) -> None:
    """Also where that one stands in another batch, or is stored already; it is stored once all the same."""
    turns = [
        json.dumps({"kind": "episode", "customer": "anna", "speaker": "Anna", "text": f"turn {n}", "position": n})
        for n in range(BATCH + 2)
    ]
    desk.write("talk.jsonl", "\n".join(turns))
    await desk.seed()
    assert desk.encoder.seen[BATCH:] == [f"turn {BATCH - 1}", f"turn {BATCH}", f"turn {BATCH + 1}"]
    desk.encoder.seen.clear()
    desk.write("talk.jsonl", "\n".join([*turns[:-1], turns[-1].replace(f"turn {BATCH + 1}", "the last")]))
    assert counts(await desk.seed()) == (1, 0, BATCH + 1, 0)
    assert desk.encoder.seen == [f"turn {BATCH}", "the last"]


async def test_a_job_that_broke_goes_on_where_it_was(desk) -> None:
    """The encoder fails after two batches; what was stored is not embedded again."""
    desk.write("a.jsonl", "".join(f'{{"text": "{n}"}}\n' for n in range(BATCH * 3)))
    desk.encoder.most = BATCH * 2
    with pytest.raises(MemoryError):
        await desk.seed()
    assert await desk.store.count(TenantScope(tenant="volta"), Where()) == BATCH * 2
    desk.encoder.seen.clear()
    assert counts(await desk.seed()) == (BATCH, 0, BATCH * 2, 0)
    assert len(desk.encoder.seen) == BATCH


async def test_after_many_the_indexes_are_built_and_a_full_disk_loses_nothing(desk, full_disk) -> None:
    desk.write("a.jsonl", "".join(f'{{"text": "{n}"}}\n' for n in range(MANY)))
    assert counts(await desk.seed()) == (MANY, 0, 0, 0)
    assert full_disk.asked == 1
    desk.write("b.jsonl", FAQ)
    await desk.seed()
    assert full_disk.asked == 1

"""From files to knowledge: tried first, then loaded."""

from __future__ import annotations

import asyncio

import pytest

from console.ports import File

REFUNDS = b"# Refunds\n\nRefunds reach the account within 5 to 7 working days.\n\n# Returns\n\nReturn within 30 days.\n"
SHORTER = b"# Refunds\n\nRefunds reach the account within 3 working days.\n"


async def sources(backing, tenant="volta"):
    return {source.name: source.sections for source in (await backing.knowledge.stock(tenant)).sources}


async def test_files_are_tried_then_loaded_then_known(olga, backing):
    await olga.upload(("refunds.md", REFUNDS))
    assert "Tried; nothing is loaded yet would be added 2" in olga.text
    assert await sources(backing) == {}
    await olga.load()
    assert "Loaded added 2" in olga.text
    assert await sources(backing) == {"refunds.md": 2}
    await olga.open("/knowledge/source", name="refunds.md")
    assert "Refunds reach the account within 5 to 7 working days." in olga.text
    await olga.open("/knowledge/ask", q="How many working days until refunds reach my account?")
    assert "Would be recalled Memory" in olga.text
    assert "from refunds.md" in olga.text


async def test_a_reload_and_a_second_click_load_nothing_twice(olga, backing):
    await olga.upload(("refunds.md", REFUNDS))
    report = olga.page
    await olga.open(olga.path.removeprefix("/operator"))
    assert "would be added 2" in olga.text, "a reload shows the same report"
    await olga.load()
    olga.page = report
    await olga.load()
    assert "Loaded added 2" in olga.text, "the second click finds it loaded"
    assert [entry.what for entry in backing.audit.entries].count("knowledge.load") == 1
    assert await sources(backing) == {"refunds.md": 2}


async def test_two_clicks_at_once_load_once(olga, backing):
    await olga.upload(("refunds.md", REFUNDS))
    path, data = f"{olga.path}/load", {"form_token": olga.form_token}
    answers = await asyncio.gather(*(olga.client.post(path, data=data) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert [entry.what for entry in backing.audit.entries].count("knowledge.load") == 1


async def test_bad_lines_are_told_with_line_and_advice_and_the_good_ones_load(olga, backing):
    lines = b'{"text": "Express is next day.", "id": "express"}\n{"text": \n{"kind": "gossip", "text": "x"}\n'
    await olga.upload(("shipping.jsonl", lines), ("picture.png", b"\x89PNG"), ("refunds.md", REFUNDS))
    assert "rejected 3" in olga.text
    assert "shipping.jsonl 2" in olga.text
    assert "shipping.jsonl 3" in olga.text
    assert "picture.png all" in olga.text
    assert "Load the good ones" in olga.text
    await olga.load()
    assert await sources(backing) == {"refunds.md": 2, "shipping.jsonl": 1}


async def test_the_same_file_again_changes_nothing(olga):
    await (await olga.upload(("refunds.md", REFUNDS))).load()
    await olga.upload(("refunds.md", REFUNDS))
    assert "There is nothing to load: all of this is known already" in olga.text


async def test_what_a_file_no_longer_holds_goes_only_with_the_tick(olga, backing):
    await (await olga.upload(("refunds.md", REFUNDS), ("other.md", REFUNDS))).load()
    await (await olga.upload(("refunds.md", SHORTER))).load()
    assert await sources(backing) == {"other.md": 2, "refunds.md": 2}
    await olga.upload(("refunds.md", SHORTER), prune="yes")
    assert "would be removed 1" in olga.text
    await olga.load()
    assert await sources(backing) == {"other.md": 2, "refunds.md": 1}


async def test_a_file_of_a_folder_is_replaced_under_its_name(olga, backing):
    await (await olga.upload(("refunds.md", REFUNDS), folder="policies")).load()
    assert await sources(backing) == {"policies/refunds.md": 2}
    await olga.open("/knowledge")
    assert "<option>policies</option>" in olga.page.text


@pytest.mark.parametrize("folder", ["help_centre", "/help_centre/new"])
async def test_nobody_uploads_into_what_ships_with_baton(olga, folder):
    await olga.upload(("refunds.md", REFUNDS), folder=folder)
    assert olga.page.status_code == 422
    assert "is put back at every start: upload without a folder" in olga.text


async def test_what_ships_with_baton_is_said_so_and_is_no_folder_to_choose(olga, backing):
    await backing.knowledge.seed(
        "volta", [File("help_centre/refunds.md", REFUNDS)], prune=False, dry_run=False, progress=lambda _: None
    )
    await olga.open("/knowledge")
    assert "ship with Baton and are put back at every start" in olga.text
    assert "<option>" not in olga.page.text


async def test_a_path_in_a_files_name_is_only_a_name(olga, backing):
    await (await olga.upload(("..\\..\\C:\\refunds.md", REFUNDS), ("/etc/returns.md", REFUNDS))).load()
    assert sorted(await sources(backing)) == ["refunds.md", "returns.md"]


async def test_markup_in_an_upload_shows_as_text_everywhere(olga):
    evil = "<img src=x onerror=alert(1)>"
    article = f"# {evil}\n\nA {evil} parcel.\n".encode()
    await olga.upload((f"{evil}.md", article), (f"{evil}.png", b""), ("broken.jsonl", f'{{"{evil}": 1}}'.encode()))
    shown = [olga.page.text]
    await olga.load()
    shown.append(olga.page.text)
    for address, query in (
        ("/knowledge", {}),
        ("/knowledge/source", {"name": f"{evil}.md"}),
        ("/knowledge/ask", {"q": f"{evil} parcel", "customer": evil}),
        ("/knowledge/ask", {"q": f"{evil} parcel"}),
    ):
        shown.append((await olga.open(address, **query)).page.text)
        assert olga.page.status_code == 200
    assert all(evil not in page and "&lt;img src=x" in page for page in shown)


@pytest.mark.parametrize(
    ("files", "status", "said"),
    [
        ((), 422, "No file was chosen"),
        ((("big.md", b"x" * 2_000_001),), 413, "'big.md' is larger than 2 MB"),
        (tuple((f"{number}.md", b"# A\n\ntext") for number in range(21)), 400, "Maximum number of files is 20"),
    ],
)
async def test_what_cannot_be_taken_is_said_so(olga, files, status, said):
    await olga.upload(*files)
    assert olga.page.status_code == status
    assert said in olga.text


async def test_an_upload_is_nobody_elses(olga, come, ada):
    await olga.upload(("refunds.md", REFUNDS))
    address = olga.path.removeprefix("/operator")
    for other in (await come().log_in("otto@lumen.example"), ada):
        await other.open(address)
        assert other.page.status_code == 404
        assert "upload the files again" in other.text


async def test_uploads_go_after_half_an_hour(olga, clock):
    await olga.upload(("refunds.md", REFUNDS))
    address = olga.path.removeprefix("/operator")
    clock.pass_by(minutes=29)
    assert (await olga.open(address)).page.status_code == 200
    clock.pass_by(minutes=2)
    assert (await olga.open(address)).page.status_code == 404


async def test_one_shop_knows_nothing_of_anothers_upload(olga, otto, backing):
    await (await olga.upload(("refunds.md", REFUNDS))).load()
    await otto.open("/knowledge")
    assert "Nothing is known yet" in otto.text
    assert (await otto.open("/knowledge/source", name="refunds.md")).page.status_code == 404
    await otto.open("/knowledge/ask", q="How many working days until refunds reach my account?")
    assert "no memory is near enough" in otto.text


async def test_every_step_is_written_down_in_numbers(olga, backing):
    await (await olga.upload(("refunds.md", REFUNDS))).load()
    assert [(entry.what, entry.detail) for entry in backing.audit.entries[1:]] == [
        ("knowledge.check", "1 file"),
        ("knowledge.load", "1 file: 2 to add, 0 to replace, 0 to remove, 0 rejected"),
    ]
    assert "loaded an upload" in (await olga.open("/")).text

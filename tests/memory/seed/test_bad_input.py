"""Whatever is wrong with a file: one line in the report that says where, why and what to do; the good ones load."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from memory.longterm.item import TenantScope

NOBODY = 65534
GOOD = '{"text": "Returns are free."}\n'

# file, content, line of the report, part of its reason, part of its advice, texts that load all the same
TABLE = {
    "broken JSON": ("a.jsonl", '{"text": "x"\n' + GOOD, 1, "no JSON", "one JSON object per line", 1),
    "a list": ("a.jsonl", '["text"]\n' + GOOD, 1, "no object", "one JSON object per line", 1),
    "unknown kind": ("a.jsonl", GOOD + '{"text": "x", "kind": "fact"}', 2, "'fact' is unknown", "'factual'", 1),
    "absent text": ("a.jsonl", '{"kind": "knowledge"}\n' + GOOD, 1, "text is absent", "every line", 1),
    "empty text": ("a.jsonl", '{"text": " "}\n' + GOOD, 1, "text is empty", "every line", 1),
    "text too long": ("a.jsonl", f'{{"text": "{"x" * 3_001}"}}\n' + GOOD, 1, "3000 characters", "split", 1),
    "line too long": ("a.jsonl", f'{{"text": "{"x" * 70_000}"}}\n' + GOOD, 1, "64 KB", "split", 1),
    "unknown field": ("a.jsonl", '{"text": "x", "custmer": "anna"}\n' + GOOD, 1, "no field", "'customer'", 1),
    "no customer": ("a.jsonl", '{"text": "x", "kind": "preference"}\n' + GOOD, 1, "whose", "name the customer", 1),
    "owned article": ("a.jsonl", '{"text": "x", "customer": "anna"}\n' + GOOD, 1, "the whole shop", "which kind", 1),
    "other tenant": ("a.jsonl", '{"text": "x", "tenant": "lumen"}\n' + GOOD, 1, "'lumen'", "--tenant", 1),
    "no date": ("a.jsonl", '{"text": "x", "said_at": "soon"}\n' + GOOD, 1, "no date", "2026-01-31", 1),
    "future": ("a.jsonl", '{"text": "x", "said_at": "2027-01-01"}\n' + GOOD, 1, "future", "when it was", 1),
    "confirmed in the future": ("a.jsonl", '{"text": "x", "confirmed_at": "2027-01-01"}\n' + GOOD, 1, "confirmed_at",
                                "newer than all", 1),
    "verified in the future": ("a.jsonl", '{"text": "x", "verified_at": "2027-01-01"}\n' + GOOD, 1, "verified_at",
                               "when it was", 1),
    "end of time": ("a.jsonl", '{"text": "x", "expires_at": "9999-12-31T23:59:59-12:00"}\n' + GOOD, 1,
                    "expires_at lies outside 1970 to 2199", "no expires_at", 1),
    "dawn of time": ("a.jsonl", '{"text": "x", "said_at": "0001-01-01T00:00:00+14:00"}\n' + GOOD, 1, "outside", "year",
                     1),
    "too long alive": ("a.jsonl", '{"text": "x", "kind": "preference", "customer": "anna", "said_at": "9999-12-31"}\n'
                       + GOOD, 1, "outside", "year", 1),
    "absurd position": ("a.jsonl", f'{{"text": "x", "position": {2**64}}}\n' + GOOD, 1, "position is more", "count", 1),
    "long value": ("a.jsonl", f'{{"text": "x", "value": "{"x" * 501}"}}\n' + GOOD, 1, "value has more", "shorten", 1),
    "same id": ("a.jsonl", '{"id": "1", "text": "a"}\n{"id": "1", "text": "b"}', 2, "same as help/a.jsonl:1", "id", 1),
    "same words": ("a.jsonl", GOOD + GOOD, 2, "same as help/a.jsonl:1", "remove one", 1),
    "same key": ("a.jsonl", '{"id": "1", "key": "k", "text": "a"}\n{"id": "2", "key": "k", "text": "b"}', 2, "key 'k'",
                 "keep the one", 1),
    "own yes": ("a.jsonl", '{"text": "x", "kind": "resolution", "status": "active"}', 1, "operator's yes", "review", 0),
    "latin-1 line": ("a.jsonl", b'{"text": "gr\xfc\xdfe"}\n' + GOOD.encode(), 1, "not UTF-8", "UTF-8", 1),
    "UTF-16": ("a.jsonl", GOOD.encode("utf-16"), 0, "UTF-16", "UTF-8", 0),
    "UTF-16 without mark": ("a.md", "# Hello".encode("utf-16-le"), 0, "UTF-16", "UTF-8", 0),
    "empty file": ("a.jsonl", "\n \n", 0, "empty", "remove", 0),
    "latin-1 article": ("a.md", b"# Hi\n\ngr\xfc\xdfe", 3, "not UTF-8", "UTF-8", 0),
    "headings only": ("a.md", "# Hi\n## Ho\n", 0, "no text", "write some", 0),
    "open front matter": ("a.md", "---\ntitle: Hi\n", 1, "does not end", "'---'", 0),
    "unknown front matter": ("a.md", "---\nauthor: me\n---\nHi", 2, "no field 'author'", "title", 0),
    "no front matter": ("a.md", "---\nHi\n---\nHo", 2, "name: value", "title: Refunds", 0),
    "key of many": ("a.md", "---\nkey: k\n---\n# A\na\n# B\nb", 1, "several sections", "no key", 0),
    "unknown column": ("a.csv", "text,custmer\nx,anna\n", 1, "no field 'custmer'", "'customer'", 0),
    "no text column": ("a.csv", "kind,title\nknowledge,x\n", 1, "no column 'text'", "first line", 0),
    "column twice": ("a.csv", "text,text\nx,y\n", 1, "twice", "once", 0),
    "too many cells": ("a.csv", "text\na,b\ngood\n", 2, "more cells", "quotes", 1),
    "row without text": ("a.csv", "kind,text\nknowledge,\nknowledge,x\n", 2, "text is absent", "every line", 1),
    "open quote": ("a.csv", 'text\ngood\n"never closed\nanother\n', 3, "quotes", "close", 2),
    "open quote in a header": ("a.csv", '"text\ngood\n', 1, "no column 'text'", "first line", 0),
    "endless word": ("a.md", "# Hi\n\nFirst.\n\n" + "x" * 3_001, 1, "3000 characters", "split", 1),
    "latin-1 row": ("a.csv", b"text\ngood\ngr\xfc\xdfe\n", 3, "not UTF-8", "CSV UTF-8", 1),
    "half a sign": ("a.jsonl", '{"text": "\\ud800"}\n' + GOOD, 1, "no JSON", "one JSON object per line", 1),
    "deep JSON": ("a.jsonl", "[" * 5_000 + "\n" + GOOD, 1, "no JSON", "one JSON object per line", 1),
    "foreign file": ("a.pdf", "%PDF", 0, "this type", "Markdown", 0),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLE.values(), ids=TABLE)
async def test_one_line_says_what_is_wrong(desk, case) -> None:
    name, content, line, reason, advice, loaded = case
    desk.write(name, content)
    report = await desk.seed()
    (rejected,) = report.rejected
    assert (rejected.file, rejected.line) == (f"help/{name}", line)
    assert reason in rejected.reason
    assert advice in rejected.advice
    assert (report.added, len(await desk.stored())) == (loaded, loaded)
    assert report.exit_code == (1 if loaded else 2)


async def test_a_quote_that_is_never_closed_costs_its_own_row_alone(desk) -> None:
    rows = "".join(f"knowledge,Good line {n} {'is long enough to matter ' * 10}\n" for n in range(900))
    desk.write("a.csv", f'kind,text\nknowledge,"unclosed\n{rows}knowledge,"two\nlines"\nknowledge,"unclosed\n')
    report = await desk.seed()
    assert [one.line for one in report.rejected] == [2, 905]
    assert report.added == 901
    assert "two\nlines" in await desk.texts()


async def test_a_surprise_in_one_line_costs_that_line_alone(desk) -> None:
    """The masking of secrets, say, may have a fault of its own; what the line says is never told."""

    def clean(text: str) -> str:
        if "secret" in text:
            raise ZeroDivisionError(text)
        return text

    desk.write("a.jsonl", '{"text": "my secret"}\n' + GOOD)
    report = await desk.seed(clean=clean)
    assert (report.added, [one.line for one in report.rejected]) == (1, [1])
    assert "secret" not in str(report.rejected)


async def test_a_report_never_repeats_what_a_customer_said(desk) -> None:
    desk.write("a.jsonl", '{"text": "my secret", "value": 5}\n{"text": "my secret" "x"}\n{"text": ["my secret"]}\n')
    report = await desk.seed()
    assert len(report.rejected) == 3
    assert "secret" not in str(report.rejected)


async def test_marks_and_line_ends_of_other_systems_are_welcome(desk) -> None:
    desk.write("a.csv", "\ufeffText;kind;customer;\r\nLikes CSV, always;preference;anna;;\r\n;;\r\n")
    desk.write("b.jsonl", "\ufeff" + GOOD.replace("\n", "\r\n"))
    desk.write("c.md", "\ufeff---\r\ntitle: Fees\r\n---\r\nNone.\r\n")
    assert (await desk.seed()).rejected == ()
    assert await desk.texts() == ["Likes CSV, always", "Returns are free.", "None."]


async def test_links_that_lead_in_circles_are_named_and_not_followed(desk) -> None:
    desk.write("a.jsonl", GOOD)
    (desk.folder / "again").symlink_to(desk.folder)
    (desk.folder / "self.md").symlink_to(desk.folder / "self.md")
    (desk.folder / "twin.jsonl").symlink_to(desk.folder / "a.jsonl")
    report = await desk.seed()
    assert {one.file for one in report.rejected} == {"help/again", "help/self.md", "help/twin.jsonl"}
    assert report.added == 1


async def test_names_that_cannot_be_written_down_are_named_all_the_same(desk) -> None:
    (desk.folder / os.fsdecode(b"gr\xfc\xdfe.md")).write_text("Hi")
    (desk.folder / "two\nlines.md").write_text("Hi")
    report = await desk.seed()
    assert sorted(one.file for one in report.rejected) == ["'help/gr\\udcfc\\udcdfe.md'", "'help/two\\nlines.md'"]
    assert str(report.rejected).encode()


async def test_a_link_does_not_lead_out_of_the_folder(desk, tmp_path) -> None:
    (tmp_path / "passwords.md").write_text("root")
    desk.write("a.md", "Hi.")
    (desk.folder / "out.md").symlink_to(tmp_path / "passwords.md")
    (desk.folder / "b.md").symlink_to("c/b.md")
    desk.write("c/b.md", "Ho.")
    report = await desk.seed()
    assert [(one.file, one.reason) for one in report.rejected] == [
        ("help/c/b.md", "it is the same file as 'help/b.md'"),
        ("help/out.md", "it is a link that leads out of the folder"),
    ]
    assert sorted(await desk.texts()) == ["Hi.", "Ho."]
    assert (await desk.seed(desk.folder / "out.md")).added == 1


async def test_a_pipe_is_no_file_and_does_not_hold_the_job_up(desk) -> None:
    os.mkfifo(desk.folder / "a.jsonl")
    (rejected,) = (await desk.seed()).rejected
    assert "no ordinary file" in rejected.reason


async def test_an_argument_that_is_not_there_and_an_empty_folder_leave_nothing_to_do(desk) -> None:
    for path in (desk.folder / "none.md", desk.folder):
        report = await desk.seed(path)
        assert (len(report.rejected), report.exit_code) == (1, 2)


async def test_two_arguments_of_one_name_do_not_mix(desk) -> None:
    one, two = desk.write("one/faq.jsonl", GOOD), desk.write("two/faq.jsonl", '{"text": "Other"}')
    report = await desk.seed(one, two)
    assert "same name" in report.rejected[0].reason
    assert await desk.texts() == ["Returns are free."]
    report = await desk.seed(one.parent, desk.write("three/one/faq.jsonl", GOOD).parent)
    assert "called 'one' too" in report.rejected[0].reason


async def test_a_file_named_beside_its_folder_is_read_once(desk) -> None:
    inside = desk.write("a.jsonl", GOOD)
    report = await desk.seed(desk.folder, inside)
    assert "same file as 'help/a.jsonl'" in report.rejected[0].reason
    assert report.added == 1


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter, unlike pytest's own and perhaps the one of this run."""
    places = [Path(place) for place in (tempfile.gettempdir(), "/tmp", "/var/tmp")]
    open_to_all = (place for place in places if all(one.stat().st_mode & 0o001 for one in (place, *place.parents)))
    with tempfile.TemporaryDirectory(dir=next(open_to_all, None)) as made:
        os.chmod(made, 0o755)
        yield Path(made)
        for folder in Path(made).iterdir():
            folder.chmod(0o755)


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Root may read everything: be somebody else for a while."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    yield
    os.seteuid(before)


async def test_what_may_not_be_read_is_named_and_the_rest_loads(desk, open_folder, request) -> None:
    for name in ("closed/a.jsonl", "secret.jsonl", "open.jsonl"):
        desk.folder = open_folder
        desk.write(name, GOOD)
    (open_folder / "closed").chmod(0)
    (open_folder / "secret.jsonl").chmod(0)
    request.getfixturevalue("ordinary_user")
    report = await desk.seed(open_folder)
    name = open_folder.name
    assert {one.file for one in report.rejected} == {f"{name}/closed", f"{name}/secret.jsonl"}
    assert all("Permission denied" in one.reason and "right to read" in one.advice for one in report.rejected)
    assert report.added == 1


async def test_a_line_cannot_widen_the_scope(desk) -> None:
    desk.write("a.jsonl", '{"text": "x", "tenant": "lumen"}\n{"text": "y", "tenant": "volta"}\n')
    await desk.seed()
    assert await desk.texts() == ["y"]
    assert await desk.stored(TenantScope(tenant="lumen")) == []

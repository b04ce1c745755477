"""`baton memory` where nothing runs: it opens the data folder itself, and closes it again."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest

from agents.shop.demo import world
from agents.shop.schema import CustomerRow
from baton.records import open_audit
from baton.settings import Settings
from tracing.archive.audit import AuditEntry


def test_what_one_command_stores_the_next_one_finds(cli, help_folder: Path) -> None:
    code, out, _ = cli("memory", "seed", help_folder)
    assert (code, out) == (0, "volta: 4 added, 0 replaced, 0 unchanged, 0 removed, 0 rejected.\n")
    code, out, _ = cli("memory", "seed", help_folder, "--prune")
    assert (code, out) == (0, "volta: 0 added, 0 replaced, 4 unchanged, 0 removed, 0 rejected.\n")


def test_a_customer_is_forgotten_in_every_file(cli, help_folder: Path, data_folder: Path) -> None:
    cli("memory", "seed", help_folder)
    exported = data_folder / "exports" / "anna.jsonl"
    exported.parent.mkdir()
    cli("memory", "export", "--customer", "anna@volta.example", "--to", exported)
    words = ("memory", "forget", "--customer", "anna@volta.example", "--yes", "--as")
    assert cli(*words, "victor@volta.example")[0] == 1
    code, out, _ = cli(*words, "olga@volta.example")
    assert (code, "1 memories" in out, "1 files" in out) == (0, True, True)
    assert not exported.exists()
    raw = b"".join(path.read_bytes() for path in (data_folder / "memory").rglob("*") if path.is_file())
    assert (b"Likes CSV" in raw, b"We refund what" in raw) == (False, True)


async def entries(data_folder: Path) -> list[AuditEntry]:
    audit = await open_audit(Settings(data_folder=data_folder))
    try:
        return list(await audit.read("volta"))
    finally:
        await audit.close()


def test_the_audit_knows_what_was_done(cli, help_folder: Path, data_folder: Path) -> None:
    cli("memory", "seed", help_folder)
    number = cli("memory", "review", "list")[1].splitlines()[1].split()[0]
    cli("memory", "review", "reject", number, "--as", "olga@volta.example")
    told = [(entry.who, entry.what, entry.detail) for entry in asyncio.run(entries(data_folder))]
    assert told == [("olga@volta.example", "resolution.reject", number), ("command line", "knowledge.load", "2 files")]


def test_what_cannot_be_noted_is_not_done(cli, help_folder: Path, data_folder: Path) -> None:
    (data_folder / "records.sqlite").mkdir(parents=True)
    code, _, err = cli("memory", "seed", help_folder)
    assert (code, "did not answer" in err) == (2, True)
    assert cli("memory", "list")[1] == "volta remembers nothing of that kind.\n"


def test_the_shop_says_who_is_a_customer(cli, tmp_path: Path, data_folder: Path) -> None:
    """Before its first start the demo's own; after it all that are in its database."""
    line = '{"kind": "preference", "customer": "WHO", "text": "Likes tea"}\n'
    customers = [row for row in world(date(2026, 11, 23)) if isinstance(row, CustomerRow) and row.tenant == "volta"]
    one_of_the_crowd = next(row for row in customers if "@mail" in row.email)
    names = ("anna@volta.example", "ben", one_of_the_crowd.email, "nobody@volta.example")
    file = tmp_path / "a.jsonl"
    file.write_text("".join(line.replace("WHO", name) for name in names))
    assert cli("memory", "seed", file)[1] == "volta: 2 added, 0 replaced, 0 unchanged, 0 removed, 2 rejected.\n"
    cli("shop", "reset", "--yes")
    assert cli("memory", "seed", file)[1] == "volta: 1 added, 0 replaced, 2 unchanged, 0 removed, 1 rejected.\n"
    _, row = cli("memory", "list", "--customer", one_of_the_crowd.email)[1].splitlines()
    assert row.split()[1] == one_of_the_crowd.id


def test_a_folder_called_like_ours_is_refused(cli, tmp_path: Path) -> None:
    (tmp_path / "help_centre").mkdir()
    (tmp_path / "help_centre" / "a.md").write_text("Open on Sundays.")
    code, _, err = cli("memory", "seed", tmp_path / "help_centre")
    assert (code, "help_centre: the articles that ship with Baton have this folder" in err) == (2, True)


def test_a_store_of_another_model_is_a_line_of_the_report(
    cli, help_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("memory", "seed", help_folder)
    monkeypatch.delenv("BATON_EMBEDDING_MODEL")
    (help_folder / "a.pdf").touch()
    code, out, err = cli("memory", "seed", help_folder, "--report", tmp_path / "r.jsonl")
    assert (code, out) == (2, "volta: 0 added, 0 replaced, 0 unchanged, 0 removed, 2 rejected.\n")
    assert "was filled with the embedding model 'hashing'" in err
    assert len((tmp_path / "r.jsonl").read_text().splitlines()) == 2


def test_a_model_that_is_not_there_is_a_line_of_the_report(
    cli, help_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATON_EMBEDDING_MODEL", "no/such/model")
    code, _, err = cli("memory", "seed", help_folder)
    assert (code, "cannot load the embedding model 'no/such/model'" in err) == (2, True)


def test_a_data_folder_that_cannot_be_made_is_a_line_of_the_report(
    cli, help_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("BATON_DATA_FOLDER", str(tmp_path / "file" / "data"))
    code, _, err = cli("memory", "seed", help_folder, "--report", tmp_path / "r.jsonl")
    assert (code, "cannot be written" in err) == (2, True)

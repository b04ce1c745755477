"""`baton memory` where nothing runs: it opens the data folder itself, and closes it again."""

from __future__ import annotations

from pathlib import Path

import pytest


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

"""`baton memory` without a running application: what it prints, what it leaves, and how it ends."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from baton.cli import main
from baton.desk.local import LocalDesk
from baton.desk.opening import open_desk
from baton.settings import Settings
from memory.longterm.folder_lock import FolderHeld, FolderLock

Cli = Callable[..., tuple[int, str, str]]
ARTICLE = (
    "---\ntitle: Refunds\n---\nWe refund what you send back.\n\n## How long\n\nA refund takes 5 to 7 working days.\n"
)
LIKES = '{"kind": "preference", "customer": "anna@volta.example", "key": "format", "value": "CSV", "text": "Likes CSV"}'
HELPED = '{"kind": "resolution", "text": "A lost parcel was sent again."}'


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Runs a command in this process; answers its exit code and what it printed."""
    monkeypatch.setenv("BATON_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setenv("BATON_EMBEDDING_MODEL", "hashing")

    def run(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


@pytest.fixture
def help_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "help"
    folder.mkdir()
    (folder / "refunds.md").write_text(ARTICLE)
    (folder / "facts.jsonl").write_text(f"{LIKES}\n{HELPED}\n")
    return folder


def test_a_folder_is_seeded_once_and_again_for_nothing(cli: Cli, help_folder: Path) -> None:
    code, out, err = cli("memory", "seed", help_folder)
    assert (code, out) == (0, "volta: 4 added, 0 replaced, 0 unchanged, 0 removed, 0 rejected.\n")
    assert err == "4 of 4 stored\n"
    code, out, _ = cli("memory", "seed", help_folder, "--prune")
    assert (code, out) == (0, "volta: 0 added, 0 replaced, 4 unchanged, 0 removed, 0 rejected.\n")


def test_a_dry_run_changes_nothing(cli: Cli, help_folder: Path) -> None:
    code, out, err = cli("memory", "seed", help_folder, "--dry-run")
    assert (code, out, err) == (0, "volta would have: 4 added, 0 replaced, 0 unchanged, 0 removed, 0 rejected.\n", "")
    assert cli("memory", "list")[1] == "volta remembers nothing of that kind.\n"


def test_bad_lines_are_told_and_kept_in_a_report(cli: Cli, help_folder: Path, tmp_path: Path) -> None:
    (help_folder / "bad.csv").write_text("text,kind\nx,fact\n")
    code, out, err = cli("memory", "seed", help_folder)
    assert (code, out.split(", ")[-1]) == (1, "1 rejected.\n")
    assert "help/bad.csv:2: kind 'fact' is unknown" in err
    report = tmp_path / "data" / "reports" / "seed.jsonl"
    assert str(report) in err
    assert json.loads(report.read_text())["line"] == 2
    (help_folder / "bad.csv").unlink()
    cli("memory", "seed", help_folder)
    assert not report.exists()


def test_a_report_goes_where_it_is_wanted(cli: Cli, tmp_path: Path) -> None:
    code, _, _ = cli("memory", "seed", tmp_path / "none.md", "--report", tmp_path / "r.csv")
    assert code == 2
    assert "there is no such file" in (tmp_path / "r.csv").read_text()


def test_one_article_of_a_folder_can_be_seeded_alone(cli: Cli, help_folder: Path) -> None:
    cli("memory", "seed", help_folder)
    (help_folder / "refunds.md").write_text(ARTICLE.replace("5 to 7", "3 to 4"))
    _, out, _ = cli("memory", "seed", help_folder / "refunds.md", "--under", "help")
    assert out == "volta: 0 added, 1 replaced, 1 unchanged, 0 removed, 0 rejected.\n"


def test_an_unknown_shop_is_named(cli: Cli, help_folder: Path) -> None:
    code, _, err = cli("memory", "seed", help_folder, "--tenant", "vlota")
    assert (code, err) == (1, "'vlota' is no shop of this installation: there are volta, lumen.\n")


def test_explain_shows_each_candidate_and_why_it_was_kept_or_not(cli: Cli, help_folder: Path) -> None:
    cli("memory", "seed", help_folder)
    code, out, _ = cli("memory", "explain", "how long does a refund take", "--customer", "anna@volta.example")
    header, first, *_ = out.splitlines()
    assert code == 0
    assert header.split() == ["candidate", "kind", "dense", "sparse", "fused", "neighbour", "rerank", "recency",
                              "score", "verdict"]  # fmt: skip
    assert first.strip().startswith("Refunds > How long: A refund takes 5 to 7 working days.")
    assert "search" in out.splitlines()[-1] and " ms" in out.splitlines()[-1]
    as_json = json.loads(cli("memory", "explain", "refund", "--json")[1])
    assert {one["memory"]["customer"] for one in as_json["candidates"]} == {""}


def test_search_shows_what_would_be_recalled_with_its_source(cli: Cli, help_folder: Path) -> None:
    assert "Nothing is near enough" in cli("memory", "search", "refund")[1]
    cli("memory", "seed", help_folder)
    first = cli("memory", "search", "how long does a refund take")[1].splitlines()[0]
    assert first.endswith("Refunds > How long [help/refunds.md]")


def test_list_narrows_and_steers_no_terminal(cli: Cli, help_folder: Path) -> None:
    (help_folder / "odd.jsonl").write_text('{"text": "red \\u001b[31m alert"}')
    cli("memory", "seed", help_folder)
    assert len(cli("memory", "list")[1].splitlines()) == 6
    assert len(cli("memory", "list", "--limit", "2")[1].splitlines()) == 3
    assert "\x1b" not in cli("memory", "list", "--source", "help/odd.jsonl")[1]
    _, row = cli("memory", "list", "--customer", "anna@volta.example")[1].splitlines()
    assert row.split()[:2] == ["preference", "anna"]
    assert cli("memory", "list", "--tenant", "lumen")[1] == "lumen remembers nothing of that kind.\n"


def test_a_login_of_another_shop_is_not_looked_for_in_this_one(cli: Cli) -> None:
    code, _, err = cli("memory", "list", "--tenant", "volta", "--customer", "gina@lumen.example")
    assert (code, err) == (1, "'gina@lumen.example' is a customer of 'lumen': leave --tenant out, or name that one.\n")


def test_an_export_is_private_and_seeds_back_unchanged(cli: Cli, help_folder: Path, tmp_path: Path) -> None:
    cli("memory", "seed", help_folder)
    target = tmp_path / "all.jsonl"
    assert cli("memory", "export", "--to", target)[1] == f"4 memories of volta are in {target}.\n"
    assert target.stat().st_mode & 0o077 == 0
    assert cli("memory", "export")[1] == target.read_text()
    assert "0 added, 0 replaced, 4 unchanged" in cli("memory", "seed", target)[1]
    assert "4 added" in cli("memory", "seed", target, "--tenant", "lumen")[1]
    assert sorted(cli("memory", "export", "--tenant", "lumen")[1].splitlines()) == sorted(
        target.read_text().splitlines()
    )


def test_stats_and_sweep_count(cli: Cli, help_folder: Path) -> None:
    (help_folder / "old.jsonl").write_text(
        LIKES.replace('"text"', '"said_at": "2020-01-01", "text"').replace("anna", "ben")
    )
    cli("memory", "seed", help_folder)
    rows = {row.split()[0]: row.split()[1:] for row in cli("memory", "stats")[1].splitlines()}
    assert (rows["knowledge"], rows["resolution"]) == (["2", "0", "0", "0", "0"], ["0", "1", "0", "0", "0"])
    assert rows["preference"] == ["1", "0", "0", "0", "1"]
    assert "5 memories" in cli("memory", "stats")[1]
    assert cli("memory", "sweep")[1] == "volta: erased 1 preference.\n"
    assert cli("memory", "sweep")[1] == "volta: erased nothing.\n"


def test_proposals_wait_for_an_operator_of_the_shop(cli: Cli, help_folder: Path) -> None:
    cli("memory", "seed", help_folder)
    _, row = cli("memory", "review", "list")[1].splitlines()
    number = row.split()[0]
    for stranger in ("victor@volta.example", "otto@lumen.example", "anna@volta.example"):
        assert cli("memory", "review", "accept", number, "--as", stranger)[0] == 1
    assert "A lost parcel" not in cli("memory", "search", "lost parcel sent again")[1]
    code, out, _ = cli("memory", "review", "accept", number[:8], "--as", "olga@volta.example")
    assert (code, out) == (0, f"{number} is active, by olga@volta.example.\n")
    assert "A lost parcel" in cli("memory", "search", "lost parcel sent again")[1]
    code, _, err = cli("memory", "review", "reject", number, "--as", "olga@volta.example")
    assert (code, "nothing was changed" in err) == (1, True)


def test_a_customer_is_forgotten_by_an_operator_alone(cli: Cli, help_folder: Path, tmp_path: Path) -> None:
    cli("memory", "seed", help_folder)
    exported = tmp_path / "data" / "exports" / "anna.jsonl"
    exported.parent.mkdir()
    cli("memory", "export", "--customer", "anna@volta.example", "--to", exported)
    words = ("memory", "forget", "--customer", "anna@volta.example", "--yes", "--as")
    assert cli(*words, "victor@volta.example")[0] == 1
    code, out, _ = cli(*words, "olga@volta.example")
    assert (code, "1 memories" in out, "1 files" in out) == (0, True, True)
    assert "remembers nothing" in cli("memory", "list", "--customer", "anna@volta.example")[1]
    assert not exported.exists()
    raw = b"".join(path.read_bytes() for path in (tmp_path / "data" / "memory").rglob("*") if path.is_file())
    assert (b"Likes CSV" in raw, b"We refund what" in raw) == (False, True)


def test_forgetting_asks_first_and_needs_a_name(cli: Cli) -> None:
    assert cli("memory", "forget", "--customer", " ", "--yes", "--as", "olga@volta.example")[0] == 1
    assert cli("memory", "forget", "--customer", "anna", "--as", "olga@volta.example")[0] == 1


async def test_a_folder_that_a_silent_process_holds_is_named(tmp_path: Path) -> None:
    """A process that holds the folder and offers no socket: an application that hangs at its start."""
    settings = Settings(data_folder=tmp_path, embedding_model="hashing")
    holder = FolderLock(tmp_path / "memory")
    with pytest.raises(FolderHeld, match=f"in use by process {os.getpid()}"):
        async with open_desk(settings, wait_s=0.2):
            pass
    holder.release()
    async with open_desk(settings, wait_s=0) as desk:
        assert isinstance(desk, LocalDesk)

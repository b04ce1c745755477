"""`baton memory`, asked through a running application over its socket: what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from baton.desk.auditing import Deed

pytestmark = pytest.mark.usefixtures("running")

OLGA = ("--as", "olga@volta.example")


def test_a_folder_is_seeded_once_and_again_for_nothing(cli, help_folder: Path) -> None:
    code, out, err = cli("memory", "seed", help_folder)
    assert (code, out) == (0, "volta: 4 added, 0 replaced, 0 unchanged, 0 removed, 0 rejected.\n")
    assert err == "4 of 4 stored\n"
    code, out, _ = cli("memory", "seed", help_folder, "--prune")
    assert (code, out) == (0, "volta: 0 added, 0 replaced, 4 unchanged, 0 removed, 0 rejected.\n")


def test_a_dry_run_changes_nothing(cli, help_folder: Path) -> None:
    code, out, err = cli("memory", "seed", help_folder, "--dry-run")
    assert (code, out, err) == (0, "volta would have: 4 added, 0 replaced, 0 unchanged, 0 removed, 0 rejected.\n", "")
    assert cli("memory", "list")[1] == "volta remembers nothing of that kind.\n"


def test_bad_lines_are_told_and_kept_in_a_report(cli, help_folder: Path, data_folder: Path) -> None:
    (help_folder / "bad.csv").write_text("text,kind\nx,fact\n")
    code, out, err = cli("memory", "seed", help_folder)
    assert (code, out.split(", ")[-1]) == (1, "1 rejected.\n")
    assert "help/bad.csv:2: kind 'fact' is unknown" in err
    report = data_folder / "reports" / "seed.jsonl"
    assert str(report) in err
    assert json.loads(report.read_text())["line"] == 2
    (help_folder / "bad.csv").unlink()
    cli("memory", "seed", help_folder)
    assert not report.exists()


def test_a_report_goes_where_it_is_wanted(cli, tmp_path: Path) -> None:
    code, _, _ = cli("memory", "seed", tmp_path / "none.md", "--report", tmp_path / "r.csv")
    assert code == 2
    assert "there is no such file" in (tmp_path / "r.csv").read_text()


def test_a_file_that_cannot_be_written_is_named(cli, help_folder: Path, tmp_path: Path) -> None:
    nowhere = help_folder / "refunds.md" / "r.jsonl"
    for words in (("seed", tmp_path / "none.md", "--report"), ("export", "--to")):
        code, _, err = cli("memory", *words, nowhere)
        assert (code, str(nowhere) in err, "cannot be written" in err) == (1, True, True)


def test_one_article_of_a_folder_can_be_seeded_alone(cli, help_folder: Path) -> None:
    cli("memory", "seed", help_folder)
    article = help_folder / "refunds.md"
    article.write_text(article.read_text().replace("5 to 7", "3 to 4"))
    _, out, _ = cli("memory", "seed", article, "--under", "help")
    assert out == "volta: 0 added, 1 replaced, 1 unchanged, 0 removed, 0 rejected.\n"


def test_secrets_in_articles_are_masked(cli, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "Pay with 4242 4242 4242 4242."}')
    cli("memory", "seed", tmp_path / "a.jsonl")
    assert "Pay with [card ending 4242]." in cli("memory", "list")[1]


def test_an_unknown_shop_is_named(cli, help_folder: Path) -> None:
    code, _, err = cli("memory", "seed", help_folder, "--tenant", "vlota")
    assert (code, err) == (1, "'vlota' is no shop of this installation: there are volta, lumen.\n")


def test_explain_shows_each_candidate_and_why_it_was_kept_or_not(cli, help_folder: Path) -> None:
    cli("memory", "seed", help_folder)
    code, out, _ = cli("memory", "explain", "how long does a refund take", "--customer", "anna@volta.example")
    header, first, *_, last, near, score = out.splitlines()
    assert code == 0
    assert header.split() == ["candidate", "kind", "dense", "sparse", "fused", "neighbour", "rerank", "near",
                              "recency", "score", "verdict"]  # fmt: skip
    assert first.strip().startswith("Refunds > How long: A refund takes 5 to 7 working days.")
    assert "kept. Rerank: " in last and " ms" in last
    assert "floor of 0.42" in near and "best first" in score
    as_json = json.loads(cli("memory", "explain", "refund", "--json")[1])
    assert {one["memory"]["customer"] for one in as_json["candidates"]} == {""}


def test_search_shows_what_would_be_recalled_with_its_source(cli, help_folder: Path) -> None:
    assert "Nothing is near enough" in cli("memory", "search", "refund")[1]
    cli("memory", "seed", help_folder)
    first = cli("memory", "search", "how long does a refund take")[1].splitlines()[0]
    assert first == "1. Refunds > How long [help/refunds.md]"


def test_list_narrows_and_steers_no_terminal(cli, help_folder: Path) -> None:
    (help_folder / "odd.jsonl").write_text('{"text": "red \\u001b[31m alert\\u2028 on a new line"}')
    cli("memory", "seed", help_folder)
    assert len(cli("memory", "list")[1].splitlines()) == 6
    assert len(cli("memory", "list", "--limit", "2")[1].splitlines()) == 3
    assert len(cli("memory", "list", "--kind", "knowledge")[1].splitlines()) == 4
    assert "red [31m alert on a new line" in cli("memory", "list", "--source", "help/odd.jsonl")[1]
    _, row = cli("memory", "list", "--customer", "anna@volta.example")[1].splitlines()
    assert row.split()[:2] == ["preference", "anna"]
    assert cli("memory", "list", "--tenant", "lumen")[1] == "lumen remembers nothing of that kind.\n"


def test_the_last_said_comes_first_and_texts_are_shown_as_they_are(cli, tmp_path: Path) -> None:
    days = [f'{{"text": "root:x:{day:02}", "said_at": "2026-10-{day:02}"}}' for day in (3, 9, 1, 27, 14)]
    (tmp_path / "a.jsonl").write_text("\n".join(days))
    cli("memory", "seed", tmp_path / "a.jsonl")
    _, *rows = cli("memory", "list", "--limit", "3")[1].splitlines()
    assert [row.split()[3] for row in rows] == ["root:x:27", "root:x:14", "root:x:09"]


def test_a_customer_goes_by_what_the_shop_calls_them(cli, tmp_path: Path) -> None:
    line = '{"kind": "preference", "customer": "WHO", "text": "Likes tea"}'
    (tmp_path / "a.jsonl").write_text(
        f"{line.replace('WHO', 'cara@mail.example')}\n{line.replace('WHO', 'carra@mail.example')}\n"
    )
    code, out, err = cli("memory", "seed", tmp_path / "a.jsonl")
    assert (code, out) == (1, "volta: 1 added, 0 replaced, 0 unchanged, 0 removed, 1 rejected.\n")
    assert "a.jsonl:2: nobody in volta is called like its customer" in err
    for name in ("cara@mail.example", "cara-17"):
        _, row = cli("memory", "list", "--customer", name)[1].splitlines()
        assert row.split()[:2] == ["preference", "cara-17"]
    assert cli("memory", "forget", "--customer", "cara@mail.example", "--yes", *OLGA)[1] == "Forgotten: 1 memories.\n"


def test_a_name_that_nobody_has_is_said_to_be_one(cli) -> None:
    name = ("--customer", "bne@volta.example")
    for words in (("search", "tea"), ("explain", "tea"), ("list",), ("export",), ("forget", "--yes", *OLGA)):
        code, _, err = cli("memory", *words, *name)
        assert (code, "Nobody in volta is called 'bne@volta.example'" in err) == (1, True)


def test_an_export_among_ours_makes_its_folder_and_no_other(cli, help_folder: Path, data_folder: Path) -> None:
    cli("memory", "seed", help_folder)
    ours = data_folder / "exports"
    assert cli("memory", "export", "--to", ours / "all.jsonl")[0] == 0
    assert (ours.stat().st_mode & 0o077, len((ours / "all.jsonl").read_text().splitlines())) == (0, 4)
    assert cli("memory", "export", "--to", data_folder / "exprots" / "all.jsonl")[0] == 1


def test_what_the_console_notes_the_command_line_notes(cli, help_folder: Path, noted: list[Deed]) -> None:
    cli("memory", "seed", help_folder, "--dry-run")
    cli("memory", "seed", help_folder)
    number = cli("memory", "review", "list")[1].splitlines()[1].split()[0]
    cli("memory", "search", "what do I like", "--customer", "anna@volta.example")
    cli("memory", "search", "how long does a refund take")
    cli("memory", "list", "--customer", "anna@volta.example")
    cli("memory", "export")
    cli("memory", "review", "accept", number, "--as", "victor@volta.example")
    cli("memory", "review", "accept", number, "--as", "OLGA@volta.example")
    told = [(deed.who, deed.role, deed.what, deed.customer, deed.detail) for deed in noted]
    assert told == [
        ("command line", "owner", "knowledge.check", "", "2 files"),
        ("command line", "owner", "knowledge.load", "", "2 files"),
        ("command line", "owner", "memory.ask", "anna", ""),
        ("command line", "owner", "memory.ask", "anna", ""),
        ("command line", "owner", "memory.export", "", ""),
        ("olga@volta.example", "operator", "resolution.accept", "", number),
    ]
    assert {deed.tenant for deed in noted} == {"volta"}


def test_a_login_of_another_shop_is_not_looked_for_in_this_one(cli) -> None:
    code, _, err = cli("memory", "list", "--tenant", "volta", "--customer", "gina@lumen.example")
    assert (code, err) == (1, "'gina@lumen.example' is a customer of 'lumen': leave --tenant out, or name that one.\n")


def test_an_export_is_private_and_seeds_back_unchanged(cli, help_folder: Path, tmp_path: Path) -> None:
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


def test_an_export_into_a_device_leaves_the_device(cli, tmp_path: Path) -> None:
    null = tmp_path / "null"
    null.symlink_to("/dev/null")
    assert cli("memory", "export", "--to", null)[0] == 0
    assert Path("/dev/null").is_char_device() and null.is_symlink()


def test_stats_and_sweep_count(cli, help_folder: Path) -> None:
    (help_folder / "old.jsonl").write_text(
        '{"kind": "preference", "customer": "ben", "said_at": "2020-01-01", "text": "Liked PDF"}'
    )
    cli("memory", "seed", help_folder)
    rows = {row.split()[0]: row.split()[1:] for row in cli("memory", "stats")[1].splitlines()}
    assert (rows["knowledge"], rows["resolution"]) == (["2", "0", "0", "0", "0"], ["0", "1", "0", "0", "0"])
    assert rows["preference"] == ["1", "0", "0", "0", "1"]
    assert "5 memories" in cli("memory", "stats")[1]
    assert cli("memory", "sweep")[1] == "volta: erased 1 preference.\n"
    assert cli("memory", "sweep")[1] == "volta: erased nothing.\n"


def test_proposals_wait_for_an_operator_of_the_shop(cli, help_folder: Path) -> None:
    cli("memory", "seed", help_folder)
    _, row = cli("memory", "review", "list")[1].splitlines()
    number = row.split()[0]
    for stranger in ("victor@volta.example", "otto@lumen.example", "anna@volta.example"):
        assert cli("memory", "review", "accept", number, "--as", stranger)[0] == 1
    assert "A lost parcel" not in cli("memory", "search", "lost parcel sent again")[1]
    code, out, _ = cli("memory", "review", "accept", number[:8], *OLGA)
    assert (code, out) == (0, f"{number} is active, by olga@volta.example.\n")
    assert "A lost parcel" in cli("memory", "search", "lost parcel sent again")[1]
    code, _, err = cli("memory", "review", "reject", number, *OLGA)
    assert (code, "nothing was changed" in err) == (1, True)
    assert cli("memory", "review", "list")[1] == "No proposal waits for a decision.\n"


def test_forgetting_asks_first_needs_a_name_and_an_operator(cli, help_folder: Path) -> None:
    cli("memory", "seed", help_folder)
    words = ("memory", "forget", "--customer", "anna@volta.example")
    assert cli(*words, *OLGA)[0] == 1  # nobody said yes
    assert cli("memory", "forget", "--customer", " ", "--yes", *OLGA)[0] == 1
    assert cli(*words, "--yes", "--as", "victor@volta.example")[0] == 1
    assert "Likes CSV" in cli("memory", "list")[1]
    assert cli(*words, "--yes", *OLGA)[:2] == (0, "Forgotten: 1 memories.\n")
    assert "Likes CSV" not in cli("memory", "list")[1]

"""The command line: what it prints, and one sentence where something is wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from baton.cli import COMMANDS, main
from handoffs.events import (
    AnyEvent,
    ApprovalRequested,
    ApprovalSettled,
    CallFinished,
    CustomerSaid,
    Decided,
    DoubtSettled,
    Ended,
    Escalated,
    Said,
    decode,
    encode,
)
from handoffs.values import Call, PromptRef
from memory.session.redis_client import connect
from memory.session.redis_journal import RedisJournal

Cli = Callable[..., tuple[int, str, str]]
CALL = Call(id="c1", name="refund_payment", arguments="{}")
APPROVAL = ApprovalRequested(
    agent="billing",
    number="A-1001",
    call_id="c1",
    tool="refund_payment",
    title="Refunding",
    arguments="{}",
    arguments_hash="h",
    key="k",
    what="refund",
    sentence="Refund 249.00 for V-10034?",
)
ESCALATION = Escalated(
    agent="support", number="E-2002", reason="the customer asks for a person", cause="customer",
    tried=("track_order V-10034",), known=("where is my parcel?",),
)  # fmt: skip
DOUBT = CallFinished(
    agent="support", call_id="c9", tool="cancel_order", title="Cancelling V-10040", arguments='{"order_id":"V-10040"}',
    outcome="in_doubt", content="{}",
)  # fmt: skip
SYSTEM = b'{"role":"system","content":"Be kind."}'
HELLO = b'{"role":"user","content":"refund me"}'
EVENTS: tuple[AnyEvent, ...] = (
    CustomerSaid(message_id="m1", text="refund me"),
    Decided(
        agent="billing", prompt=PromptRef(spans=("d1", "d2")), options=(), text="One moment.", calls=(),
        model="scripted", finish="stop", input_tokens=10, output_tokens=2,
    ),
    Said(agent="billing", text="One moment."),
    ESCALATION,
    Ended(agent="billing", status="completed"),
)  # fmt: skip


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Runs a command in this process; answers its exit code and what it printed."""
    monkeypatch.setenv("BATON_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(words)
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


@pytest.fixture
def told(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversation of anna's stands in the Redis that the settings name."""
    asyncio.run(_tell(redis_url))
    monkeypatch.setenv("BATON_REDIS_URL", redis_url)


async def _tell(redis_url: str) -> None:
    async with connect(redis_url) as redis:
        await redis.flushall()
        journal = RedisJournal(redis)
        started = await journal.submit("volta", "c-100", customer="anna", item_id="m1", item=b"{}")
        claim = await journal.claim("volta", "c-100", started.execution, lease_s=15, window_after=0)
        assert claim is not None
        await journal.commit(
            "volta",
            "c-100",
            started.execution,
            fence=claim.fence,
            epoch=None,
            number=1,
            commit_id="one",
            records=[(event.log, encode(event), None) for event in EVENTS],
            session={"agent": "billing"},
            hashes={
                "approvals": {"A-1001": _row(APPROVAL, "pending")},
                "escalations": {"E-2002": _row(ESCALATION)},
                "doubts": {"D-3": _row(DOUBT)},
            },
            blobs={"d1": SYSTEM, "d2": HELLO},
            index=[
                ("approvals", "volta/c-100/A-1001", 99.0),
                ("escalations", "volta/c-100/E-2002", 1.0),
                ("doubts", "volta/c-100/D-3", 1.0),
            ],
            take=1,
            quiet=False,
            status="completed",
        )


def _row(event: AnyEvent, status: str = "open") -> str:
    return json.dumps({"status": status, "at": 1_795_000_000, "execution": "x", "event": encode(event).decode()})


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("name", ["volta/c-100", "c-1", "last"])
def test_trace_show_prints_the_joined_trace(name: str, cli: Cli) -> None:
    code, out, _ = cli("trace", "show", name)
    assert code == 0
    assert out.startswith("volta/c-100 · 1 turn · 0 handoffs · 5 records\n")
    assert "customer  “refund me”" in out
    assert "billing   “One moment.”" in out


@pytest.mark.usefixtures("told")
def test_trace_show_as_json(cli: Cli) -> None:
    _, out, _ = cli("trace", "show", "last", "--json")
    assert [record["log"] for record in json.loads(out)["records"]] == [
        "customer",
        "billing",
        "billing",
        "support",
        "system",
    ]


@pytest.mark.usefixtures("told")
def test_trace_prompt_prints_what_the_model_saw(cli: Cli) -> None:
    assert cli("trace", "prompt", "last", "2")[1] == "── system\nBe kind.\n── user\nrefund me\n"
    assert f'"messages":[{SYSTEM.decode()},{HELLO.decode()}]' in cli("trace", "prompt", "last", "2", "--json")[1]
    code, _, err = cli("trace", "prompt", "last", "3")
    assert (code, err) == (1, "Event '3' is a record of kind 'said'; the decisions are 2\n")


@pytest.mark.usefixtures("told")
def test_trace_join_rebuilds_what_was_exported(cli: Cli, tmp_path: Path) -> None:
    _, shown, _ = cli("trace", "show", "last")
    code, out, _ = cli("trace", "export", "last", "--to", str(tmp_path / "logs"))
    files = out.split()
    assert code == 0
    assert len(files) == 4
    assert cli("trace", "join", *files)[1] == shown
    assert "orphan" not in shown
    assert "gap: records 2 to 3 are missing" in cli("trace", "join", files[1], *files[2:])[1]


@pytest.mark.usefixtures("told")
def test_conversations_are_listed_with_who_is_in_control(cli: Cli) -> None:
    code, out, _ = cli("conversations")
    assert code == 0
    assert out.splitlines()[1].split()[:4] == ["volta/c-100", "anna", "billing", "1"]


@pytest.mark.usefixtures("told")
def test_escalations_are_listed_and_shown_with_their_package(cli: Cli) -> None:
    assert "E-2002  customer" in cli("escalations", "list")[1].replace("   ", "  ")
    _, out, _ = cli("escalations", "show", "E-2002")
    for part in (
        "customer, from support: the customer asks for a person",
        "where is my parcel?",
        "track_order V-10034",
    ):
        assert part in out
    code, _, err = cli("escalations", "show", "E-9")
    assert (code, err) == (1, "'E-9' is not among the open escalations: open are E-2002.\n")


def waiting(redis_url: str) -> AnyEvent:
    """What lies in the conversation's inbox for the next worker."""

    async def claim() -> AnyEvent:
        async with connect(redis_url) as redis:
            claimed = await RedisJournal(redis).claim("volta", "c-100", "x000002", lease_s=1, window_after=0)
            assert claimed is not None
            return decode(claimed.inbox[0])

    return asyncio.run(claim())


@pytest.mark.usefixtures("told")
def test_an_approval_is_decided_once_and_becomes_a_turn(cli: Cli, redis_url: str) -> None:
    assert "A-1001  Refund 249.00 for V-10034?  volta/c-100" in cli("approvals", "list")[1]
    code, out, _ = cli("approvals", "approve", "A-1001", "--as", "olga@volta.example", "--reason", "lost")
    assert (code, out.split(".")[0]) == (0, "A-1001 is approved by olga@volta")
    assert waiting(redis_url) == ApprovalSettled(
        request=APPROVAL, verdict="approved", by="olga@volta.example", reason="lost"
    )
    code, _, err = cli("approvals", "reject", "A-1001", "--as", "ada@baton.example")
    assert (code, err) == (1, "A-1001 was decided before; nothing was changed.\n")


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("victor@volta.example", "may look but not decide: ask olga@volta.example or ada@baton.example."),
        ("otto@lumen.example", "is no operator of 'volta': decide as olga@volta.example or ada@baton.example."),
        ("anna@volta.example", "is no operator of 'volta'"),
    ],
)
def test_who_may_not_decide_is_refused(who: str, why: str, cli: Cli, redis_url: str) -> None:
    for words in (("approvals", "approve", "A-1001"), ("doubts", "settle", "D-3", "--happened")):
        code, _, err = cli(*words, "--as", who)
        assert code == 1
        assert why in err
    with pytest.raises(AssertionError):
        waiting(redis_url)


@pytest.mark.usefixtures("told")
def test_an_unknown_number_names_those_that_wait(cli: Cli) -> None:
    _, _, err = cli("approvals", "approve", "A-7", "--as", "olga@volta.example")
    assert err == "'A-7' is not among the open approvals: open are A-1001.\n"


@pytest.mark.usefixtures("told")
def test_a_doubt_is_settled_by_who_has_looked(cli: Cli, redis_url: str) -> None:
    assert "D-3     Cancelling V-10040" in cli("doubts", "list")[1]
    code, out, _ = cli("doubts", "settle", "D-3", "--did-not-happen", "--as", "olga@volta.example")
    assert (code, out.split(",")[0]) == (0, "D-3 did not happen")
    found = waiting(redis_url)
    assert isinstance(found, DoubtSettled)
    assert (found.number, found.call_id, found.happened) == ("D-3", "c9", False)
    assert cli("doubts", "settle", "D-3", "--happened", "--as", "olga@volta.example")[0] == 1


@pytest.mark.usefixtures("told")
def test_an_unknown_conversation_is_one_sentence(cli: Cli) -> None:
    assert cli("trace", "show", "zz")[::2] == (1, "No conversation is called 'zz': `baton conversations` lists them.\n")
    code, _, err = cli("trace", "show", "volta/zz")
    assert (code, err.split(":")[0]) == (1, "Nothing is recorded of volta/zz")


def test_before_the_first_start_there_is_nothing_to_read(cli: Cli) -> None:
    code, _, err = cli("trace", "show", "last")
    assert code == 1
    assert "yet: start Baton with `baton run`" in err


def test_a_redis_that_is_away_is_one_sentence(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BATON_REDIS_URL", f"unix://{tmp_path}/none.sock")
    code, out, err = cli("conversations")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "is BATON_REDIS_URL right?" in err


def test_settings_that_are_wrong_are_said_before_anything_happens(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATON_PORTT", "1")
    assert cli("conversations")[::2] == (1, "BATON_PORTT is no setting of Baton: did you mean BATON_PORT?\n")


@pytest.mark.parametrize("words", [("trace", "show"), ("tracee",), ("trace", "join"), ("trace", "shw", "x")])
def test_asking_wrongly_is_exit_code_2(words: tuple[str, ...], cli: Cli) -> None:
    assert cli(*words)[0] == 2


def test_help_names_every_command_without_loading_any(cli: Cli) -> None:
    _, out, _ = cli("--help")
    assert all(name in out and promise in out for name, promise in COMMANDS.items())

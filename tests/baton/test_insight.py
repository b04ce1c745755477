"""`baton costs`, `outcomes`, `handoffs` and `anomalies`: what they print of conversations that stand in Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from redis.asyncio import Redis

from baton.chat.solved import put_solved, solved_of
from baton.chat.thumbs import Thumb, put_thumb
from baton.cli import main
from baton.likeness import alike_by_meaning
from handoffs.events import (
    AnyEvent,
    CallFinished,
    CustomerSaid,
    Decided,
    Ended,
    Escalated,
    HandedIn,
    HandedOut,
    Said,
    TurnStarted,
    encode,
)
from handoffs.values import Limits, PromptRef
from memory.session.redis_client import connect
from memory.session.redis_journal import RedisJournal
from memory.session.redis_log import RedisSessionLog
from tracing.anomalies import LEAST
from tracing.outcomes import SAME

Cli = Callable[..., tuple[int, list[str], str]]
PRICES = """
currency = "EUR"
[[model]]
name = "m-1"
since = 2020-01-01
input = 1000
cached = 500
output = 2000
"""


def decided(agent: str, model: str, input_tokens: int = 1_000) -> Decided:
    return Decided(
        agent=agent, prompt=PromptRef(), options=(), text="Here.", calls=(), model=model, finish="stop",
        input_tokens=input_tokens, cached_tokens=200, output_tokens=100,
    )  # fmt: skip


def turn(*events: AnyEvent, text: str = "where is my parcel V-10034?") -> list[AnyEvent]:
    return [
        TurnStarted(team="t", limits=Limits(), customer="anna"),
        CustomerSaid(message_id="m1", text=text),
        *events,
        Ended(agent="support", status="completed"),
    ]


def handed(source: str, to: str) -> tuple[AnyEvent, AnyEvent]:
    same = {"handoff_id": f"h-{source}", "reason": "", "summary": ""}
    return HandedOut(agent=source, to=to, **same), HandedIn(agent=to, source=source, **same)


def call(number: int) -> CallFinished:
    return CallFinished(
        agent="sales", call_id=f"c{number}", tool="search", title="", arguments="{}", outcome="ok", content="{}"
    )


FIRST = turn(
    decided("billing", "m-1").model_copy(update={"estimated": True}), *handed("billing", "support"),
    decided("support", "mystery-1"), Said(agent="support", text="Tomorrow."),
)  # fmt: skip
SECOND = turn(
    decided("support", "m-1"), Escalated(agent="support", number="E-1", reason="asked for", cause="customer"),
    Said(agent="support", text="A colleague will see to it."), text="Where is my parcel V-10034 now?",
)  # fmt: skip


@pytest.fixture
def cli(redis_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Runs a command in this process; answers its exit code, the lines it printed and its complaints."""
    monkeypatch.setenv("BATON_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setenv("BATON_REDIS_URL", redis_url)

    def run(*words: str) -> tuple[int, list[str], str]:
        with pytest.raises(SystemExit) as ended:
            main(words)
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), [" ".join(line.split()) for line in out.splitlines()], err

    return run


@pytest.fixture
def tell(redis_url: str) -> Callable[..., None]:
    """Writes conversations into an empty Redis."""

    def write(*conversations: Sequence[AnyEvent]) -> None:
        asyncio.run(_tell(redis_url, conversations))

    return write


async def _tell(redis_url: str, conversations: Iterable[Sequence[AnyEvent]]) -> None:
    async with connect(redis_url) as redis:
        await redis.flushall()
        journal = RedisJournal(redis)
        for number, events in enumerate(conversations, start=1):
            where = ("volta", f"c-{number}")
            started = await journal.submit(*where, customer="anna", item_id="m1", item=b"{}")
            claim = await journal.claim(*where, started.execution, lease_s=15, window_after=0)
            assert claim is not None
            await journal.commit(
                *where, started.execution, fence=claim.fence, epoch=None, number=1, commit_id="one",
                records=[(event.log, encode(event), None) for event in events],
                session={}, hashes={}, blobs={}, index=[], take=1, quiet=False, status="completed",
            )  # fmt: skip
            told_ms = await _now_ms(redis)
            while await _now_ms(redis) == told_ms:  # so that each is later than the one before
                pass


async def _now_ms(redis: Redis) -> int:
    seconds, micros = await redis.time()
    return seconds * 1000 + micros // 1000


@pytest.fixture
def prices(tmp_path: Path) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(PRICES)
    return str(path)


def test_costs_say_what_is_known_and_what_is_not(cli: Cli, tell: Callable[..., None], prices: str) -> None:
    tell(FIRST, SECOND)
    code, lines, err = cli("costs", "--by", "agent", "--prices", prices)
    # a decision: 800 × 1,000 + 200 × 500 + 100 × 2,000 millionths = 1.10
    assert (code, err) == (0, "")
    assert lines == [
        "agent decisions tokens in of them cached tokens out of them reasoning EUR without price",
        "billing 1 1,000 200 100 0 1.1000 0",
        "support 2 2,000 400 200 0 1.1000 1",
        "all 3 3,000 600 300 0 2.2000 1",
        "No price is known of mystery-1: name it in a table of your own (--prices FILE).",
        "Estimated, because the endpoint reported none: the tokens of 1 of the decisions.",
    ]
    assert "mystery-1 1 1,000 200 100 0 unknown 1" in cli("costs", "--by", "model", "--prices", prices)[1]


def test_costs_of_a_day_that_has_not_come_are_none(cli: Cli, tell: Callable[..., None]) -> None:
    tell(FIRST)
    assert len(cli("costs")[1]) == 5
    assert cli("costs", "--since", "2999-01-01")[1] == ["Nothing to count yet."]
    assert cli("costs", "--tenant", "lumen")[1] == ["Nothing to count yet."]


def test_a_wrong_price_table_is_one_sentence(cli: Cli, tell: Callable[..., None], tmp_path: Path) -> None:
    tell(FIRST)
    (tmp_path / "bad.toml").write_text("[[model]]")
    code, _, err = cli("costs", "--prices", str(tmp_path / "bad.toml"))
    assert code == 1
    assert "bad.toml" in err
    assert "Traceback" not in err


def test_handoffs_show_the_graph(cli: Cli, tell: Callable[..., None]) -> None:
    tell(FIRST, SECOND)
    code, lines, _ = cli("handoffs")
    assert code == 0
    assert lines[:2] == ["from to handoffs straight back rate cycles refused", "billing support 1 0 0% 0"]
    assert lines[4] == "support 2 50% 0.0 s 0.0 s"
    assert cli("handoffs", "--since", "2999-01-01")[1] == ["Nothing to count yet."]


def test_outcomes_know_thumbs_answers_repeats_and_escalations(
    cli: Cli, tell: Callable[..., None], redis_url: str
) -> None:
    tell(FIRST, SECOND)
    asyncio.run(_judge(redis_url))
    code, lines, _ = cli("outcomes", "--by", "conversation")
    assert code == 0
    assert lines[0] == "conversation conversations thumbs up down solved not solved asked again escalated abandoned"
    assert sorted(lines[1:3]) == [
        "volta/c-1 1 1 0 0 1 1 (100%) 0 (0%) 0 (0%)",
        "volta/c-2 1 0 0 0 0 0 (0%) 1 (100%) 0 (0%)",
    ]
    assert lines[3] == "all 2 1 0 0 1 1 (50%) 1 (50%) 0 (0%)"


def test_outcomes_by_agent_and_by_handoff(cli: Cli, tell: Callable[..., None]) -> None:
    tell(FIRST)
    nothing = "1 0 0 0 0 0 (0%) 0 (0%) 0 (0%)"
    assert cli("outcomes")[1][1:] == [f"billing {nothing}", f"support {nothing}", f"all {nothing}"]
    assert cli("outcomes", "--by", "handoff")[1][1:] == [f"billing ⇢ support {nothing}", f"all {nothing}"]


async def _judge(redis_url: str) -> None:
    async with connect(redis_url) as redis:
        log = RedisSessionLog(redis)
        await put_thumb(log, "volta", "c-1", Thumb(run="r", value=1))
        assert await solved_of(log, "volta", "c-1") is None
        for answer in (True, False):
            await put_solved(log, "volta", "c-1", answer)
            assert await solved_of(log, "volta", "c-1") is answer


async def test_likeness_is_of_meaning_not_of_words() -> None:
    asked, again, other = "where is my parcel?", "where has my package gone?", "which laptop is the lightest?"
    alike = await alike_by_meaning([asked, again, other])
    assert alike(asked, again) > SAME
    assert alike(asked, other) < SAME / 2


def test_anomalies_name_the_execution(cli: Cli, tell: Callable[..., None]) -> None:
    usual = turn(call(0), Said(agent="sales", text="Here."))
    tell(*[usual] * LEAST)
    nothing = f"({LEAST} executions of agents looked at; an agent is judged after its first {LEAST})"
    assert cli("anomalies")[1] == [f"Nothing out of the ordinary {nothing}."]
    tell(*[usual] * LEAST, turn(*map(call, range(9)), Said(agent="sales", text="Here.")))
    code, lines, _ = cli("anomalies")
    assert code == 0
    assert lines[0] == "ended (UTC) conversation execution what"
    (line,) = lines[1:]
    assert f"volta/c-{LEAST + 1} " in line
    assert line.endswith(f"sales made 9 calls: usual are 1 (median of its last {LEAST} executions)")
    assert len(cli("anomalies", "--since", "2999-01-01")[1]) == 1


def test_a_record_that_cannot_be_read_is_named_and_the_rest_counted(
    cli: Cli, tell: Callable[..., None], redis_url: str
) -> None:
    tell(FIRST)
    asyncio.run(_spoil(redis_url))
    code, lines, err = cli("costs", "--by", "tenant")
    assert code == 0
    assert lines[1].startswith("volta 2 ")
    assert "Not counted, because unreadable: 1 of the records; see `baton trace show volta/c-1`." in err


async def _spoil(redis_url: str) -> None:
    async with connect(redis_url) as redis:
        journal = RedisJournal(redis)
        started = await journal.submit("volta", "c-1", customer="anna", item_id="m2", item=b"{}")
        claim = await journal.claim("volta", "c-1", started.execution, lease_s=15, window_after=0)
        assert claim is not None
        await journal.commit(
            "volta", "c-1", started.execution, fence=claim.fence, epoch=None, number=1, commit_id="two",
            records=[("system", b'{"v":99,"kind":"from the future"}', None)],
            session={}, hashes={}, blobs={}, index=[], take=1, quiet=False, status="completed",
        )  # fmt: skip

"""The trace as a person reads it; ``two_handoffs.txt`` is the whole of it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from handoffs.events import CustomerSaid, Said
from tracing.join import Trace, join
from tracing.record import TraceRecord
from tracing.render import json_of, show

Records = tuple[TraceRecord, ...]


def shown(trace: Trace, *, colour: bool = False, full: bool = False) -> str:
    out = io.StringIO()
    show(trace, Console(file=out, force_terminal=colour, color_system="standard" if colour else None), full=full)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def test_a_conversation_with_two_handoffs(records: Records) -> None:
    trace = join(record for record in records if record.seq != 2)
    assert shown(trace) == Path(__file__).with_name("two_handoffs.txt").read_text().rstrip()


def test_every_agent_has_a_colour_of_its_own_also_one_nobody_knew(placed: Callable[..., TraceRecord]) -> None:
    agents = ("billing", "support", "sales", "repairs")
    trace = join(placed(Said(agent=agent, text="hello"), seq=seq) for seq, agent in enumerate(agents, start=1))
    codes = {
        line.split(agent)[0].rsplit("\x1b[", 1)[1]
        for agent in agents
        for line in shown(trace, colour=True).split("\n")
        if agent in line
    }
    assert len(codes) == len(agents)


def test_a_line_folds_below_its_text_in_a_terminal(placed: Callable[..., TraceRecord]) -> None:
    trace = join([placed(Said(agent="sales", text="word " * 12), seq=123_456)])
    out = io.StringIO()
    show(trace, Console(file=out, force_terminal=True, color_system=None, width=70))
    told = [line.rstrip() for line in out.getvalue().splitlines() if "word" in line]
    assert told[0].startswith("│   └── #123456    +0.0s  sales     “word")
    assert told[1].index("word") == told[0].index("“word")


def test_long_texts_are_cut_unless_asked_for(placed: Callable[..., TraceRecord]) -> None:
    trace = join([placed(Said(agent="sales", text="word " * 100), seq=1)])
    assert shown(trace).endswith("…")
    assert shown(trace, full=True).count("word") == 100


def test_a_customer_cannot_steer_the_terminal(placed: Callable[..., TraceRecord]) -> None:
    trace = join([placed(CustomerSaid(message_id="m", text="\x1b[2Jgone [bold]\nnew line"), seq=1)])
    assert shown(trace).endswith("“ [2Jgone [bold] new line”")
    assert "\x1b" not in shown(trace)


def test_json_holds_records_handoffs_and_faults(records: Records) -> None:
    told = json.loads(json_of(join(record for record in records if record.seq != 2)))
    assert [record["seq"] for record in told["records"]][:3] == [1, 3, 4]
    assert told["records"][1]["event"]["kind"] == "routed"
    assert told["handoffs"][0] == {
        "id": "x2-h1", "from": "billing", "to": "support", "reason": "a parcel", "left": 16, "arrived": 17,
    }  # fmt: skip
    assert told["faults"][0]["kind"] == "gap"


def test_an_unfinished_turn_is_running(records: Records) -> None:
    assert "x000001 · 2026-11-18 11:06:40 UTC · running" in shown(join(records[:4]))

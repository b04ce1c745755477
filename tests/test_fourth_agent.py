"""A fourth agent is one file and one line: it is routed to, hands over and takes over, and stands in log and trace."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import BaseModel
from rich.console import Console

from agents.entry import EntryRoute
from agents.models.offline.model import OfflineModel
from agents.models.offline.reader import Reader
from agents.shop.store import Shop
from agents.team import AGENTS, team_of
from agents.tools.toolbox import Toolbox
from agents.tools.types import OrderId, ShopContext
from evals.local import LocalSwarm
from handoffs.agent import Agent
from handoffs.tool import Scope, tool
from memory.longterm.embed import Embedder
from tracing.join import join
from tracing.record import TraceRecord
from tracing.render import show

ROOT = Path(__file__).parent.parent


class Warranty(BaseModel):
    order_id: str
    covered_until: date


@tool(
    effect="read",
    title="Checking the warranty of {order_id}",
    examples=(
        "is my mouse still under warranty",
        "is this order still under guarantee",
        "how long does the guarantee run",
        "until when am I covered by the warranty",
        "when does the warranty of my laptop end",
        "does the guarantee still cover my headphones",
    ),
)
async def check_warranty(ctx: ShopContext, order_id: OrderId) -> Warranty:
    """Say until when the articles of an order are under warranty."""
    return Warranty(order_id=order_id, covered_until=date(2028, 1, 1))


WARRANTY = Agent(
    name="warranty",
    display_name="Warranty",
    purpose="Knows until when an article is under warranty and what the guarantee covers.",
    instructions="You are Warranty.",
    short_instructions="",
    tools=(check_warranty,),
    hands_to=(),
    examples=("I have a question about the guarantee", "what does the warranty cover"),
)

TEAM = team_of((*AGENTS, WARRANTY), default="support")


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """It reads for a team of four, and was told nothing else of the fourth."""
    embedder = Embedder()
    embedder.start()
    yield Reader(embedder, TEAM)
    embedder.close()


@pytest.fixture
async def anna(reader: Reader, tmp_path: Path) -> AsyncIterator[LocalSwarm]:
    """Anna's conversation with that team, offline."""
    shop = await Shop.open(f"sqlite+aiosqlite:///{tmp_path / 'shop.sqlite'}")
    await shop.reset(datetime.now(UTC).date())
    yield LocalSwarm(
        team=TEAM,
        model=OfflineModel(reader, TEAM),
        tools=Toolbox(TEAM, shop),
        entry=EntryRoute(reader, TEAM),
        scope=Scope(tenant="volta", customer="anna"),
    )
    await shop.close()


async def test_it_is_routed_to_hands_over_takes_over_and_has_a_log_and_a_lane(anna: LocalSwarm) -> None:
    first = await anna.say("Is order V-10021 still under guarantee?")
    assert (first.agent, [call.tool for call in first.tool_calls]) == ("warranty", ["check_warranty"])
    assert "2028-01-01" in first.text

    left = await anna.say("Where is my parcel V-10021?")
    assert [(handoff.source, handoff.agent) for handoff in left.handoffs] == [("warranty", "support")]

    back = await anna.say("When does the warranty of V-10021 end?")
    assert [(handoff.source, handoff.agent) for handoff in back.handoffs] == [("support", "warranty")]
    assert "2028-01-01" in back.text

    logs = anna.store.of("volta", anna.conversation).logs
    assert {"warranty", "support", "customer", "system"} == set(logs)
    trace = join(TraceRecord.of("volta", anna.conversation, record) for log in logs.values() for record in log)
    assert not trace.faults
    shown = io.StringIO()
    show(trace, Console(file=shown))
    assert sum("  warranty  " in line for line in shown.getvalue().splitlines()) == len(logs["warranty"])


def test_it_has_a_picture_in_the_chat() -> None:
    program = """
import asyncio
from baton.web import ROOT
from chainlit.server import get_avatar
pictures = [asyncio.run(get_avatar(name)) for name in ("Billing", "Warranty")]
assert len({str(picture.path) for picture in pictures}) == 2
print(*(picture.media_type for picture in pictures))
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert said.stdout.split() == ["image/svg+xml"] * 2, said.stderr

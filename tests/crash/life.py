"""A Baton that can be killed: a program of the crash tests, not a test.

It reads orders, one JSON object per line, lives each in a forked process, and tells how that life went: "done",
"killed", "failed", or "stopped" (then a second line follows). Everything is the product's own wiring but the model.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
import traceback
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

from redis.asyncio import Redis
from story import FixedEntry, answer

from agents.models.scripted import Scripted, Step
from agents.team import TEAM
from baton.crash import VARIABLE, reach_from_environment
from baton.embedded_redis import EmbeddedRedis
from baton.settings import Settings
from baton.settling import settle_approval
from baton.wiring import Brain, Installation, open_installation
from handoffs.agent import Agent, Team
from handoffs.errors import Unavailable
from handoffs.model import ModelRequest
from handoffs.tool import Tool

LIFE_AT_MOST_S = 60.0


class Trap(TypedDict):
    """Where a life is disturbed: before or after a tool runs, or at the n-th question to the model; and how."""

    tool: str
    when: str
    question: int
    does: str


class Order(TypedDict):
    """One life: its data, what the customer (or an operator) does, and how it goes wrong."""

    folder: str
    redis: str | None
    tenant: str
    customer: str
    steps: list[tuple[str, str, str]]
    crash_at: str
    keyless: str
    trap: Trap | None


async def live(order: Order) -> None:
    """Take every step that is not yet taken, each when the conversation is quiet."""
    settings = Settings(data_folder=Path(order["folder"]))
    async with redis_of(order, settings) as url:
        spring = await trap_of(order, url)
        team = prepared(order, spring)
        brain = Brain(Scripted(questioned(order["trap"], spring)), FixedEntry("billing"))
        today = datetime.now(UTC).date()
        installation = await open_installation(settings, url, brain, today=today, team=team)
        await installation.start()
        reach = reach_from_environment()
        try:
            for kind, conversation, text in order["steps"]:
                reach(f"before {kind} {text}")
                await taken(installation, order, kind, conversation, text)
                reach(f"after {kind} {text}")
                await quiet(installation, order["tenant"], conversation)
        finally:
            await installation.stop()


@asynccontextmanager
async def redis_of(order: Order, settings: Settings) -> AsyncGenerator[str]:
    """The Redis that was given, or the data folder's own; a killed life leaves it running."""
    if order["redis"] is not None:
        yield order["redis"]
        return
    embedded = EmbeddedRedis(settings.data_folder)
    await embedded.start()
    keeping = asyncio.create_task(embedded.keep_alive())
    try:
        yield embedded.url
    finally:
        await embedded.stop()
        await keeping


async def taken(installation: Installation, order: Order, kind: str, conversation: str, text: str) -> None:
    """Do one step until the store has it; doing it again is harmless."""
    while True:
        try:
            if kind == "say":
                item_id = re.sub(r"\W+", "-", text)
                await installation.submit_message(
                    order["tenant"], order["customer"], conversation, item_id, text, "A customer"
                )
            else:
                await approve(installation, order["tenant"], conversation)
            return
        except Unavailable:
            await asyncio.sleep(0.02)


async def approve(installation: Installation, tenant: str, conversation: str) -> None:
    """An operator says yes to everything that still waits."""
    for number, written in (await installation.log.hash(tenant, conversation, "approvals")).items():
        if json.loads(written)["status"] == "pending":
            await settle_approval(
                installation.journal, installation.log,
                tenant=tenant, number=number, verdict="approved", by="olga@volta.example", reason="",
            )  # fmt: skip


async def quiet(installation: Installation, tenant: str, conversation: str) -> None:
    """Wait until nothing is active there."""
    while True:
        try:
            if not (await installation.log.head(tenant, conversation)).active:
                return
        except Exception as error:
            print("waiting:", error, file=sys.stderr)
        await asyncio.sleep(0.002)


async def trap_of(order: Order, url: str) -> Callable[[], None]:
    """What happens where the trap lies, once: this process stops, or its Redis is killed."""
    trap = order["trap"]
    if trap is None:
        return lambda: None
    async with Redis.from_url(url) as client:
        redis_pid = int((await client.info("server"))["process_id"])
    target, number = (os.getpid(), signal.SIGSTOP) if trap["does"] == "stop" else (redis_pid, signal.SIGKILL)
    left = [target]

    def spring() -> None:
        if left:
            os.kill(left.pop(), number)

    return spring


def prepared(order: Order, spring: Callable[[], None]) -> Team:
    """The team, with the trap in its tool, and one tool that honours no key if so ordered."""

    def changed(tool: Tool) -> Tool:
        if tool.name == order["keyless"]:
            tool = replace(tool, honours_key=False)
        trap = order["trap"]
        return trapped(tool, trap["when"], spring) if trap and trap["tool"] == tool.name else tool

    def armed(agent: Agent) -> Agent:
        return replace(agent, tools=tuple(changed(tool) for tool in agent.tools))

    return Team(agents=tuple(armed(agent) for agent in TEAM.agents), default=TEAM.default)


def trapped(tool: Tool, when: str, spring: Callable[[], None]) -> Tool:
    async def run(ctx: object, **arguments: object):
        if when == "before":
            spring()
        result = await tool.run(ctx, **arguments)
        if when == "after":
            spring()
        return result

    return replace(tool, run=run)


def questioned(trap: Trap | None, spring: Callable[[], None]) -> Callable[[ModelRequest], Step]:
    """The story's answers, with the trap at one of the questions."""
    asked = 0

    def answers(request: ModelRequest) -> Step:
        nonlocal asked
        asked += 1
        if trap is not None and trap["question"] == asked:
            spring()
        return answer(request)

    return answers


def one_life(order: Order) -> int:
    """Live in this process; the answer is its exit code."""
    os.environ[VARIABLE] = order["crash_at"]
    try:
        asyncio.run(asyncio.wait_for(live(order), LIFE_AT_MOST_S))
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def told(status: int) -> str:
    if os.WIFSTOPPED(status):
        return "stopped"
    if os.WIFSIGNALED(status):
        return "killed"
    return "done" if os.WEXITSTATUS(status) == 0 else "failed"


def main() -> None:
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            code = one_life(json.loads(line))
            sys.stderr.flush()
            os._exit(code)
        how = "stopped"
        while how == "stopped":
            how = told(os.waitpid(pid, os.WUNTRACED)[1])
            print(json.dumps({"pid": pid, "how": how}), flush=True)


if __name__ == "__main__":
    main()

"""Baton on the same turn: durable in Redis, traced per agent, through the runtime that serves customers.

Control stays with the agent that answered, so the two agents here are alike: each turn is handed from the one to the
other, which looks the invoice up.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from agents.models.openai_chat import OpenAIChat
from baton.stores import SessionJournal
from benchmarks.invoice_turn import QUESTION
from handoffs.agent import Agent, Team
from handoffs.clock import SystemClock
from handoffs.events import CustomerSaid, Limits, Scored, encode
from handoffs.ports import Journal
from handoffs.runtime import Runtime
from handoffs.tool import ApprovalNeed, Scope, Tool, ToolContext, tool
from handoffs.worker import Worker
from memory.session.redis_client import connect
from memory.session.redis_journal import RedisJournal
from memory.working.pack import BlockPacker

TENANT, CUSTOMER = "benchmark", "customer"
WINDOW_TOKENS, INPUT_CAP_TOKENS = 32_000, 12_000  # as baton/wiring.py has them
EXPECTED = {
    "turn_started", "customer_said", "decided", "handoff_out", "handoff_in", "call_finished", "said", "ended",
}  # fmt: skip


class Invoice(BaseModel):
    """What the tool finds: all that the endpoint's answer says."""

    model_config = ConfigDict(frozen=True)
    id: str
    amount: str = "49.00"
    currency: str = "EUR"
    status: str = "paid"
    paid_on: str = "3 November"


@tool(effect="read", title="Looking up {invoice_id}")
async def get_invoice(ctx: ToolContext[None], invoice_id: str) -> Invoice:
    """Look up an invoice."""
    return Invoice(id=invoice_id)


def _agent(name: str, other: str) -> Agent:
    return Agent(
        name=name,
        display_name=name,
        purpose="Invoices.",
        instructions="You help.",
        short_instructions="You help.",
        tools=(get_invoice,),
        hands_to=(other,),
    )


TEAM = Team(
    agents=(_agent("billing_day", "billing_night"), _agent("billing_night", "billing_day")), default="billing_day"
)


class Commits:
    """What the runtime reaches: the kinds of events that each execution has committed, and its end."""

    def __init__(self) -> None:
        self._kinds: dict[str, set[str]] = {}
        self._ended: dict[str, asyncio.Event] = {}

    def reach(self, label: str) -> None:
        """Note a commit of the execution that the present task works on."""
        task = asyncio.current_task()
        if task is None or not label.startswith("after commit "):
            return
        kinds = self._kinds.setdefault(task.get_name(), set())
        kinds.update(label.removeprefix("after commit ").split(","))
        if "ended" in kinds:
            self._ended.setdefault(task.get_name(), asyncio.Event()).set()

    async def end_of(self, conversation: str, execution: str) -> None:
        """Wait until the turn is committed, and check that it was the turn that is measured."""
        name = f"execution {TENANT}/{conversation}/{execution}"
        await self._ended.setdefault(name, asyncio.Event()).wait()
        del self._ended[name]
        kinds = self._kinds.pop(name) - {"routed"}  # only a first turn is
        assert kinds == EXPECTED, f"not the turn that is measured: {kinds ^ EXPECTED}"


class Bench:
    """The ports that need nothing here: tools without a shop, an entry without embeddings, nobody who watches."""

    async def call(
        self, tool: Tool, arguments: BaseModel, *, scope: Scope, conversation: str, key: str | None, now: datetime
    ) -> BaseModel:
        """Run the tool."""
        context = ToolContext(scope=scope, conversation=conversation, key=key, now=now, deps=None)
        return await tool.run(context, **dict(arguments))

    async def approval(
        self, tool: Tool, arguments: BaseModel, *, scope: Scope, conversation: str, now: datetime
    ) -> ApprovalNeed | None:
        """No call needs a person."""

    async def route(self, text: str) -> First:
        """Always the first agent."""
        return First()

    async def draft(
        self, tenant: str, conversation: str, *, execution: str, number: int, fence: int, agent: str, text: str | None
    ) -> None:
        """Shown to nobody."""

    async def stops(self) -> AsyncIterator[tuple[str, str]]:
        """Nobody presses stop."""
        for never in ():
            yield never

    async def expired(self, limit: int) -> tuple[tuple[str, str, str], ...]:
        """Nothing lies idle."""
        return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class First:
    """What the entry answers."""

    agent: str = TEAM.default
    candidates: tuple[Scored, ...] = ()
    rule: str = "benchmark"


class BatonTalk:
    """One conversation."""

    def __init__(self, journal: Journal, worker: Worker, commits: Commits) -> None:
        self._journal = journal
        self._worker = worker
        self._commits = commits
        self._id = uuid.uuid4().hex

    async def turn(self) -> None:
        """Submit the question as the chat does, and wait until the answer is committed."""
        message = CustomerSaid(message_id=uuid.uuid4().hex, text=QUESTION)
        submitted = await self._journal.submit(
            TENANT, self._id, customer=CUSTOMER, item_id=message.message_id, item=encode(message)
        )
        self._worker.kick(TENANT, self._id, submitted.execution)
        await self._commits.end_of(self._id, submitted.execution)


class BatonSide:
    """Conversations of one worker; what came before is really said."""

    def __init__(self, journal: Journal, worker: Worker, commits: Commits) -> None:
        self._journal = journal
        self._worker = worker
        self._commits = commits

    async def talk(self, turns_before: int) -> BatonTalk:
        """A conversation that has had so many turns."""
        talk = BatonTalk(self._journal, self._worker, self._commits)
        for _ in range(turns_before):
            await talk.turn()
        return talk


@asynccontextmanager
async def baton_side(url: str, redis_url: str) -> AsyncGenerator[BatonSide]:
    """The runtime with the model at ``url`` and its journal in ``redis_url``."""
    redis, model, bench, commits = connect(redis_url), OpenAIChat(url, None, "scripted"), Bench(), Commits()
    journal = SessionJournal(RedisJournal(redis))
    worker = Worker(
        Runtime(
            journal=journal,
            signals=bench,
            tools=bench,
            entry=bench,
            model=model,
            packer=BlockPacker(window_tokens=WINDOW_TOKENS, cap_tokens=INPUT_CAP_TOKENS),
            clock=SystemClock(),
            team=TEAM,
            limits=lambda tenant: Limits(),
            reach=commits.reach,
        ),
        bench,
    )
    try:
        yield BatonSide(journal, worker, commits)
    finally:
        await worker.drain(seconds=5)
        await model.close()
        await redis.aclose()

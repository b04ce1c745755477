"""A tiny team that no shop stands behind: enough to show every rule."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel

from agents.models.scripted import Scripted
from evals.local import LocalSwarm
from handoffs.agent import Agent, Team
from handoffs.tool import ApprovalNeed, Scope, Tool, ToolContext, ToolError, tool


class Invoice(BaseModel):
    invoice_id: str
    amount_cents: int


class Paid(BaseModel):
    paid_cents: int


class World:
    """What the tools act on: counts effects, keeps keys, can be told to fail."""

    def __init__(self) -> None:
        self.paid: dict[str, int] = {}
        self.looked_up: list[str] = []
        self.order: list[str] = []
        self.failures: list[Exception] = []
        self.facts = {"paid": "59.00"}


@tool(effect="read", title="Looking up {invoice_id}")
async def get_invoice(ctx: ToolContext[World], invoice_id: str) -> Invoice | ToolError:
    """Look up an invoice."""
    ctx.deps.order.append("get_invoice")
    if ctx.deps.failures:
        raise ctx.deps.failures.pop()
    if invoice_id == "V-INV-9":
        return ToolError(code="not_found", message="No such invoice.", suggested_action="Ask for the number.")
    ctx.deps.looked_up.append(invoice_id)
    return Invoice(invoice_id=invoice_id, amount_cents=5900)


@tool(effect="read", title="Looking up the weather")
async def get_weather(ctx: ToolContext[World]) -> Paid:
    """Something else to read."""
    ctx.deps.order.append("get_weather")
    return Paid(paid_cents=0)


async def over_100(ctx: ToolContext[World], args: Any) -> ApprovalNeed | None:
    if args.amount_cents <= 10_000:
        return None
    return ApprovalNeed(what="refund", sentence=f"Refund {args.amount_cents}", facts=dict(ctx.deps.facts))


@tool(effect="money", title="Refunding {amount_cents}", approval=over_100)
async def refund(ctx: ToolContext[World], amount_cents: int) -> Paid:
    """Pay money back."""
    ctx.deps.order.append("refund")
    if ctx.deps.failures:
        raise ctx.deps.failures.pop()
    assert ctx.key is not None
    ctx.deps.paid.setdefault(ctx.key, amount_cents)
    return Paid(paid_cents=amount_cents)


@tool(effect="write", title="Sending a letter", honours_key=False, timeout_s=0.05)
async def send_letter(ctx: ToolContext[World]) -> Paid:
    """An effect that honours no key."""
    if ctx.deps.failures:
        raise ctx.deps.failures.pop()
    ctx.deps.order.append("send_letter")
    return Paid(paid_cents=0)


class WorldTools:
    def __init__(self, world: World) -> None:
        self.world = world

    def _context(self, scope: Scope, conversation: str, key: str | None, now: Any) -> ToolContext[World]:
        return ToolContext(scope=scope, conversation=conversation, key=key, now=now, deps=self.world)

    async def call(
        self, tool: Tool, arguments: BaseModel, *, scope: Scope, conversation: str, key: Any, now: Any
    ) -> Any:
        return await tool.run(self._context(scope, conversation, key, now), **arguments.model_dump())

    async def approval(self, tool: Tool, arguments: BaseModel, *, scope: Scope, conversation: str, now: Any) -> Any:
        assert tool.approval is not None
        return await tool.approval(self._context(scope, conversation, None, now), arguments)


def agent(name: str, *tools: Tool, to: tuple[str, ...]) -> Agent:
    return Agent(
        name=name,
        display_name=name.capitalize(),
        purpose=f"does {name}",
        instructions=f"You are {name}.",
        short_instructions=f"Still {name}.",
        tools=tools,
        hands_to=to,
    )


TEAM = Team(
    agents=(
        agent("billing", get_invoice, get_weather, refund, send_letter, to=("support", "sales")),
        agent("support", get_weather, to=("billing", "sales")),
        agent("sales", to=("billing", "support")),
    ),
    default="support",
)


class EntryTo:
    def __init__(self, name: str) -> None:
        self.name = name

    async def route(self, text: str) -> Any:
        return SimpleNamespace(agent=self.name, candidates=(), rule="test")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def swarm_of(world: World) -> Callable[..., LocalSwarm]:
    """A swarm whose model follows the given script; the first agent is billing unless said otherwise."""

    def make(script: Any, *, first: str = "billing", **options: Any) -> LocalSwarm:
        return LocalSwarm(
            team=TEAM,
            model=Scripted(script),
            tools=WorldTools(world),
            entry=EntryTo(first),
            scope=Scope(tenant="volta", customer="anna"),
            **options,
        )

    return make

"""Three hundred turns: a wish of the second turn holds, a turn costs and writes what the twentieth did."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import Any

import pytest
from pydantic import BaseModel

from agents.models.scripted import Scripted, Step, call, calls, say
from evals.local import LocalSwarm, messages_of
from handoffs.agent import Agent, Team
from handoffs.model import ModelRequest
from handoffs.recall_in_memory import ListRecall
from handoffs.tool import Scope, Tool, ToolContext, tool
from handoffs.values import RecalledMemory
from memory.working.pack import BlockPacker

TURNS, CAP_TOKENS = 300, 5_000
CORRECTED_IN = 100


class Row(BaseModel):
    order_id: str
    placed_on: str = "2026-11-14"
    total_cents: int = 5900
    delivery_address: str = "Gartenstrasse 12, 10115 Berlin"
    gift_note: str | None = None


class Orders(BaseModel):
    orders: list[Row]


@tool(effect="read", title="Listing orders")
async def list_orders(ctx: ToolContext[None], page: int) -> Orders:
    """List the customer's orders."""
    return Orders(orders=[Row(order_id=f"V-{100 * page + n}") for n in range(8)])


def _agent(name: str, other: str) -> Agent:
    return Agent(
        name=name,
        display_name=name,
        purpose=name,
        instructions=f"You are {name}. " + "Be exact. " * 60,
        short_instructions=f"You are {name} still. " + "Be exact. " * 20,
        tools=(list_orders,),
        hands_to=(other,),
    )


TEAM = Team(agents=(_agent("billing", "support"), _agent("support", "billing")), default="billing")


class Tools:
    """Performs the team's tools."""

    async def call(
        self, tool: Tool, arguments: BaseModel, *, scope: Scope, conversation: str, key: Any, now: Any
    ) -> Any:
        context = ToolContext(scope=scope, conversation=conversation, key=key, now=now, deps=None)
        return await tool.run(context, **arguments.model_dump())

    async def approval(self, *_: object, **__: object) -> None:
        return None


class ToBilling:
    agent, candidates, rule = "billing", (), "always"

    async def route(self, text: str) -> Any:
        return self


def step(request: ModelRequest) -> Step:
    """Does what the customer's number calls for: a wish is remembered, every tenth turn is handed over."""
    messages = messages_of(request)
    newest = max(index for index, message in enumerate(messages) if message["role"] == "user")
    number = int(str(messages[newest]["content"]).split()[1])
    done = sum(message["role"] == "assistant" for message in messages[newest:])
    if number in {2, CORRECTED_IN} and not done:
        return call("remember_preference", key="invoice_format", value="CSV" if number == 2 else "PDF")
    if number % 10 == 0 and not done and request.agent == ("billing" if number % 20 else "support"):
        return call(f"transfer_to_{'support' if number % 20 else 'billing'}", reason="theirs", summary=f"turn {number}")
    if number % 3 == 0 and not done:
        return calls(call("list_orders", page=number // 6 % 7), call("list_orders", page=number % 5))
    return say(f"Here is what I found for you. {'It is all as it should be. ' * (number % 4)}")


@dataclass
class Talk:
    """What each turn cost, and every prompt that the model was shown."""

    prompts: list[tuple[int, ModelRequest]] = field(default_factory=list)
    evicted: list[str] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)
    recalled: int = 0


@pytest.fixture(scope="module")
def talk() -> Talk:
    return asyncio.run(talked())


async def talked() -> Talk:
    told, model = Talk(), Scripted(step)
    scope = Scope(tenant="volta", customer="anna")
    swarm = LocalSwarm(team=TEAM, model=model, tools=Tools(), entry=ToBilling(), scope=scope, recall=known_of(scope))
    packer = BlockPacker(window_tokens=0, cap_tokens=CAP_TOKENS)
    swarm.runtime = replace(swarm.runtime, packer=packer)
    for number in range(1, TURNS + 1):
        before, started = len(model.requests), time.process_time()
        turn = await swarm.say(f"Turn {number} about order V-{100 * (number // 6 % 7)}, please: is it all right?")
        told.cpu_s.append(time.process_time() - started)
        requests = model.requests[before:]
        told.prompts += [(number, request) for request in requests]
        told.tokens.append(max(sum(packer.count(part.raw) for part in request.messages) for request in requests))
        told.bytes.append(stored_bytes(swarm) - sum(told.bytes))
        told.recalled += sum(event.kind == "recalled" and len(event.memories) for event in turn.events)
        told.evicted += [out.why for event in turn.events if event.kind == "decided" for out in event.evicted]
    return told


def known_of(scope: Scope) -> ListRecall:
    """Two memories that every question finds."""
    memory = ListRecall()
    for number in range(2):
        text = f"Fact {number}: every order is insured."
        memory.keep(scope, RecalledMemory(id=f"m{number}", kind="knowledge", text=text))
    return memory


def stored_bytes(swarm: LocalSwarm) -> int:
    """What the logs and the prompt parts that they name take by now."""
    held = swarm.store.of("volta", swarm.conversation)
    return sum(len(one.data) for log in held.logs.values() for one in log) + sum(map(len, held.blobs.values()))


def preferences(request: ModelRequest) -> dict[str, str]:
    return json.loads(str(messages_of(request)[1]["content"])).get("preferences", {})


def test_a_wish_of_the_second_turn_is_in_every_prompt_until_it_is_corrected(talk: Talk):
    earlier = [preferences(request) for number, request in talk.prompts if 2 < number < CORRECTED_IN]
    later = [preferences(request) for number, request in talk.prompts if number > CORRECTED_IN]
    assert earlier == [{"invoice_format": "CSV"}] * len(earlier)
    assert later == [{"invoice_format": "PDF"}] * len(later), "the new one alone"


def test_no_call_or_result_dangles_in_any_prompt(talk: Talk):
    for _, request in talk.prompts:
        messages = iter(messages_of(request))
        for message in messages:
            assert message["role"] != "tool"
            for asked in message.get("tool_calls", ()):  # type: ignore[union-attr]
                assert next(messages)["tool_call_id"] == asked["id"]


def test_turn_300_costs_what_turn_30_did(talk: Talk):
    early, late = slice(19, 40), slice(279, 300)
    assert median(talk.tokens[late]) <= 1.2 * median(talk.tokens[early])
    assert max(talk.tokens) <= CAP_TOKENS
    assert min(talk.cpu_s[late]) <= 1.5 * min(talk.cpu_s[early])
    assert median(talk.cpu_s[late]) <= 1.5 * median(talk.cpu_s[early])


def test_the_trace_of_a_long_conversation_grows_with_its_turns_not_with_their_square(talk: Talk):
    early, late = median(talk.bytes[19:40]), median(talk.bytes[279:300])
    assert late <= 1.2 * early
    assert sum(talk.bytes[270:300]) <= 1.2 * sum(talk.bytes[15:45]), "handoffs and all"
    assert talk.recalled == 2 * TURNS, "what was recalled stands in the trace of every turn"


def test_what_was_left_out_is_in_the_trace(talk: Talk):
    assert any(why.startswith("condensed") for why in talk.evicted)
    assert any(why.startswith("left out") for why in talk.evicted)


def test_most_of_a_prompt_is_the_beginning_of_the_one_before(talk: Talk):
    """That is what a provider's prompt cache charges less for; a fifth of these prompts is new with every turn."""
    pairs = [(old, new) for (_, old), (_, new) in pairwise(talk.prompts) if old.agent == new.agent]
    shares = [shared(old, new) for old, new in pairs]
    assert sum(shares) / len(shares) >= 0.65


def shared(old: ModelRequest, new: ModelRequest) -> float:
    """The share of bytes of ``new`` that begin as ``old`` does. The tools come before the messages."""
    if old.tools_part != new.tools_part:
        return 0.0
    same = 0
    for mine, theirs in zip(new.messages, old.messages, strict=False):
        if mine != theirs:
            break
        same += len(mine.raw)
    tools = len(new.tools_part.raw) if new.tools_part else 0
    return (same + tools) / (sum(len(part.raw) for part in new.messages) + tools)

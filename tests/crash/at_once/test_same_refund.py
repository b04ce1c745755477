"""The same refund asked for twice, in every way that people and programs find: made once."""

from __future__ import annotations

import asyncio
import json

import pytest

from agents.models.scripted import Scripted, Step, call, calls, say
from handoffs.events import CallFinished, Said
from handoffs.model import ModelRequest

REFUND = call("refund_payment", order_id="V-10021", amount_cents=5900, reason="duplicate_charge")


def insists(request: ModelRequest) -> Step:
    """A model that looks once and then refunds whenever it is asked to, and as often."""
    messages = [json.loads(part.raw) for part in request.messages]
    asked = max(place for place, message in enumerate(messages) if message["role"] == "user")
    made = sum("tool_calls" in message for message in messages[asked:])
    wanted = [REFUND] * messages[asked]["content"].count("refund")
    return (call("list_payments"), calls(*wanted), say("That is what I can do."))[made]


@pytest.fixture
async def anna(running):
    return await running(Scripted(insists))


async def outcomes(anna, *conversations: str) -> list[str]:
    """How the wishes for a refund ended; every turn got its answer."""
    events = [event for conversation in conversations for event in await anna.events(conversation)]
    assert any(isinstance(event, Said) for event in events)
    done = [event for event in events if isinstance(event, CallFinished) and event.tool == "refund_payment"]
    return [event.outcome for event in done]


async def test_in_one_message(anna, until):
    await anna.say("c1", "m1", "refund me, and refund me again")
    await until(lambda: anna.is_quiet("c1"))
    assert await outcomes(anna, "c1") == ["ok", "repeated"]
    assert anna.refunds() == 1


async def test_in_three_turns(anna, until):
    for message_id in ("m1", "m2", "m3"):
        await anna.say("c1", message_id, "refund me")
        await until(lambda: anna.is_quiet("c1"))
    assert await outcomes(anna, "c1") == ["ok", "refused", "error"], "a fresh yes is asked for; then the shop says no"
    assert anna.refunds() == 1


async def test_from_two_tabs_at_once(anna, until):
    said = await asyncio.gather(*(anna.say("c1", f"m{tab}", "refund me") for tab in range(2)))
    assert sorted(said) == ["joined", "started"]
    await until(lambda: anna.is_quiet("c1"))
    assert (await outcomes(anna, "c1")).count("ok") == 1
    assert anna.refunds() == 1


async def test_the_same_message_sent_again(anna, until):
    said = await asyncio.gather(*(anna.say("c1", "m1", "refund me") for _ in range(5)))
    assert sorted(said) == ["repeated"] * 4 + ["started"]
    await until(lambda: anna.is_quiet("c1"))
    assert await outcomes(anna, "c1") == ["ok"]


async def test_by_many_conversations_of_one_customer_at_once(anna, until):
    conversations = [f"c{number}" for number in range(8)]
    await asyncio.gather(*(anna.say(conversation, "m1", "refund me") for conversation in conversations))
    for conversation in conversations:
        await until(lambda where=conversation: anna.is_quiet(where))
    assert sorted(await outcomes(anna, *conversations)) == ["error"] * 7 + ["ok"]
    assert anna.refunds() == 1

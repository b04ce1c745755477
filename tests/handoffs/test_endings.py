"""A turn always ends, and ends once, also when a message arrives at the very moment it stops or gives up."""

from __future__ import annotations

import pytest

from agents.models.scripted import call, fail, say
from evals.local import messages_of
from handoffs.errors import ModelRefused
from handoffs.events import CustomerSaid, Escalated, Said, encode
from handoffs.values import Limits


def late(swarm, text="and now?"):
    """A second message reaches the inbox while the first is being worked on."""
    item = encode(CustomerSaid(message_id=f"late {text}", text=text))
    swarm.store.of("volta", "local").inbox.append(item)


def said(turn):
    return [event.text for event in turn.events if isinstance(event, Said)]


def first_time(request):
    return [m["content"] for m in messages_of(request) if m["role"] == "user"] == ["one"]


async def test_a_model_that_is_away_gives_up_once_and_answers_the_next_message(swarm_of):
    swarm = None

    def script(request):
        if first_time(request):
            late(swarm)
            return fail(ModelRefused("bad key"))
        return say("Here I am again.")

    swarm = swarm_of(script)
    turn = await swarm.say("one")
    assert len(turn.escalations) == 1
    assert said(turn)[-1] == "Here I am again."
    assert len(said(turn)) == 2


async def test_a_spent_budget_ends_once_and_the_next_message_has_a_fresh_one(swarm_of):
    swarm = None

    def script(request):
        if first_time(request):
            late(swarm)
            return call("get_weather")
        return say("Better now.")

    swarm = swarm_of(script, limits=Limits(tool_calls=1))
    turn = await swarm.say("one")
    assert said(turn)[-1] == "Better now."
    assert len(turn.escalations) == 1


async def test_a_stop_is_for_what_went_before_and_not_for_the_next_message(swarm_of):
    swarm = None
    batches = []

    def script(request):
        if first_time(request):
            late(swarm)
            batches[0].stop.pressed = True
            return call("get_weather")
        return say("Answer to the second.")

    swarm = swarm_of(script)
    original = swarm.drive

    async def remember(batch):
        batches.append(batch)
        await original(batch)

    swarm.drive = remember
    turn = await swarm.say("one")
    assert [event.kind for event in turn.events].count("stopped") == 1
    assert said(turn)[-1] == "Answer to the second."


@pytest.mark.parametrize("times", [1, 5])
async def test_a_model_away_and_a_customer_who_writes_on_gets_one_answer_each(swarm_of, times):
    swarm = None
    count = 0

    def script(request):
        nonlocal count
        count += 1
        if count <= times:
            late(swarm, f"message {count}")
        return fail(ModelRefused("bad key"))

    swarm = swarm_of(script)
    turn = await swarm.say("one")
    assert len(said(turn)) == times + 1
    assert len([event for event in turn.events if isinstance(event, Escalated)]) <= times + 1
    assert [event.kind for event in turn.events].count("ended") == 1

"""Approval parks, it does not block: requested once, decided once, acted on under the stored key."""

from __future__ import annotations

import json

from agents.models.scripted import call, say
from evals.local import messages_of
from handoffs.events import ApprovalSettled, Ended

ASK = [call("refund", amount_cents=24_900), say("A colleague must approve that.")]


def yes(turn, verdict="approved", reason=""):
    return ApprovalSettled(request=turn.approvals[0], verdict=verdict, by="olga", reason=reason)


async def test_the_call_is_pending_with_a_number_and_the_execution_parks(swarm_of, world):
    turn = await swarm_of(ASK).say("refund 249.00")
    number = turn.approvals[0].number
    assert json.loads(turn.tool_calls[0].content)["pending"]["approval"] == number
    assert [event.status for event in turn.events if isinstance(event, Ended)] == ["waiting_human"]
    assert world.paid == {}


async def test_the_customer_goes_on_meanwhile_and_is_not_asked_twice(swarm_of, world):
    again = [call("refund", amount_cents=24_900), say("It is still with a colleague.")]
    swarm = swarm_of([*ASK, *again])
    first = await swarm.say("refund 249.00")
    second = await swarm.say("so refund it already")
    assert second.approvals == ()
    assert second.tool_calls[0].outcome == "repeated"
    assert first.approvals[0].number in second.tool_calls[0].content


async def test_a_yes_acts_under_the_stored_key_and_tells_the_customer(swarm_of, world):
    swarm = swarm_of([*ASK, say("Your 249.00 are on the way.")])
    asked = await swarm.say("refund 249.00")
    done = await swarm.submit(yes(asked), "approval.1")
    assert world.paid == {asked.approvals[0].key: 24_900}
    assert done.text == "Your 249.00 are on the way."
    told = messages_of(swarm.runtime.model.requests[-1])[-1]
    assert json.loads(told["content"])["approval"]["status"] == "approved"


async def test_a_second_click_decides_nothing(swarm_of, world):
    swarm = swarm_of([*ASK, say("Done."), say("never said")])
    asked = await swarm.say("refund 249.00")
    await swarm.submit(yes(asked), "approval.1")
    late = await swarm.submit(yes(asked, "rejected"), "approval.1")
    assert late.events == (), "the item id was seen before"
    other_way = await swarm.submit(yes(asked, "rejected"), "another id")
    assert other_way.text == ""
    assert len(world.paid) == 1


async def test_a_no_reaches_the_agent_with_its_reason(swarm_of, world):
    swarm = swarm_of([*ASK, say("I am sorry, that was not approved.")])
    asked = await swarm.say("refund 249.00")
    told = await swarm.submit(yes(asked, "rejected", "not lost yet"), "approval.1")
    assert world.paid == {}
    assert "not lost yet" in messages_of(swarm.runtime.model.requests[-1])[-1]["content"]
    assert told.text.startswith("I am sorry")


async def test_facts_that_changed_since_the_request_stop_the_action(swarm_of, world):
    swarm = swarm_of([*ASK, say("The order has changed, so nothing was refunded.")])
    asked = await swarm.say("refund 249.00")
    world.facts = {"paid": "0.00"}
    await swarm.submit(yes(asked), "approval.1")
    assert world.paid == {}
    assert "facts_changed" in messages_of(swarm.runtime.model.requests[-1])[-1]["content"]

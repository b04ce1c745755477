"""Approval parks, it does not block: requested once, decided once, acted on under the stored key."""

from __future__ import annotations

import json

from agents.models.scripted import call, calls, say
from evals.local import messages_of
from handoffs.events import ApprovalSettled, Ended, Said, encode
from handoffs.loop import run

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


async def test_an_approved_effect_in_doubt_is_not_done_again_under_another_key(swarm_of, world):
    script = [*ASK, call("refund", amount_cents=24_900), say("A colleague checks it.")]
    swarm = swarm_of(script)
    asked = await swarm.say("refund 249.00")
    world.failures = [TimeoutError()] * 3
    done = await swarm.submit(yes(asked), "approval.1")
    assert [event.outcome for event in done.tool_calls] == ["in_doubt", "refused"]
    assert world.paid == {}
    assert [package.cause for package in done.escalations] == ["in_doubt"]


async def test_a_stop_does_not_lose_a_persons_yes(swarm_of, world):
    swarm = swarm_of([*ASK, say("never reached")])
    asked = await swarm.say("refund 249.00")

    async def stopped_at_once(batch):
        batch.stop.press()
        await run(batch)

    swarm.drive = stopped_at_once
    await swarm.submit(yes(asked), "approval.1")
    assert world.paid == {asked.approvals[0].key: 24_900}


async def test_a_decision_that_joins_a_turn_waits_until_the_customer_is_answered(swarm_of, world):
    swarm = None
    asked = None

    def script(request):
        last = messages_of(request)[-1]
        if last["role"] == "user" and "headphones" in last["content"]:
            swarm.store.of("volta", "local").inbox.append(encode(yes(asked)))
            return call("transfer_to_sales", reason="products", summary="headphones")
        if request.agent == "sales":
            return say("The Cove Lite.")
        if "approval" in last["content"]:
            return say("Your refund was approved.")
        return ASK[1] if last["role"] == "tool" else ASK[0]

    swarm = swarm_of(script)
    asked = await swarm.say("refund 249.00")
    turn = await swarm.say("which headphones?")
    said = [(event.agent, event.text) for event in turn.events if isinstance(event, Said)]
    assert said == [("sales", "The Cove Lite."), ("billing", "Your refund was approved.")]
    assert len(world.paid) == 1


async def test_two_parked_calls_with_equal_ids_have_two_numbers(swarm_of):
    twice = calls(call("refund", amount_cents=24_900), call("refund", amount_cents=30_000))
    turn = await swarm_of([twice, say("Two colleagues, or one twice.")]).say("249.00 and 300.00 back")
    assert len({request.number for request in turn.approvals}) == 2


async def test_a_rule_that_breaks_parks_nothing_and_the_turn_goes_on(swarm_of, world):
    world.facts = None
    turn = await swarm_of([call("refund", amount_cents=24_900), say("I could not do that now.")]).say("refund 249.00")
    assert [event.code for event in turn.tool_calls] == ["unavailable"]
    assert turn.text == "I could not do that now."
    assert world.paid == {}


async def test_a_decision_that_waits_supersedes_nothing(swarm_of, world):
    swarm = None
    asked = None

    def script(request):
        last = messages_of(request)[-1]
        if last["role"] == "user" and "59.00" in last["content"]:
            swarm.store.of("volta", "local").inbox.append(encode(yes(asked)))
            return call("refund", amount_cents=5900)
        if last["role"] == "user":
            return ASK[0]
        return say("Noted.")

    swarm = swarm_of(script)
    asked = await swarm.say("refund 249.00")
    turn = await swarm.say("and 59.00 too")
    assert [event.outcome for event in turn.tool_calls] == ["ok", "ok"]
    assert sorted(world.paid.values()) == [5900, 24_900]


async def test_an_action_that_is_not_offered_any_more_goes_to_a_person(swarm_of, world):
    swarm = swarm_of([*ASK, say("A colleague sees to it.")])
    asked = await swarm.say("refund 249.00")
    outdated = asked.approvals[0].model_copy(update={"arguments": '{"sum": 24900}'})
    turn = await swarm.submit(ApprovalSettled(request=outdated, verdict="approved", by="olga"), "approval.1")
    assert [event.outcome for event in turn.tool_calls] == ["cancelled"]
    assert [package.cause for package in turn.escalations] == ["failures"]
    assert world.paid == {}

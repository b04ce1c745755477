"""A turn, end to end: message in, agent, handoff, tool, answer. What it leaves behind is its events, nothing else."""

from __future__ import annotations

from agents.models.scripted import call, say
from evals.local import messages_of

SCRIPT = (
    call("transfer_to_support", reason="a parcel", summary="V-10034 has not arrived"),
    call("track", order_id="V-10034"),
    say("Your parcel V-10034 is in Leeds."),
)


async def test_the_span_of_a_turn(swarm):
    turn = await swarm(*SCRIPT).say("Where is V-10034?")
    assert [f"{event.log}: {event.kind}" for event in turn.events] == [
        "system: turn_started",
        "customer: customer_said",
        "system: routed",
        "billing: decided",
        "billing: call_finished",
        "billing: handoff_out",
        "support: handoff_in",
        "support: decided",
        "support: call_finished",
        "support: decided",
        "support: said",
        "system: ended",
    ]
    assert turn.text == "Your parcel V-10034 is in Leeds."


async def test_who_is_in_control_stays_so_in_the_next_turn(swarm):
    ben = swarm(*SCRIPT, say("It left Leeds."))
    await ben.say("Where is V-10034?")
    turn = await ben.say("and now?")
    assert turn.agent == "support"
    assert not turn.handoffs


async def test_the_agent_knows_what_it_did_before(swarm):
    ben = swarm(*SCRIPT, say("It left Leeds."))
    await ben.say("Where is V-10034?")
    await ben.say("and now?")
    shown = messages_of(ben.runtime.model.requests[-1])
    assert [m["role"] for m in shown] == [
        "system",
        "system",
        "user",
        "system",
        "assistant",
        "tool",
        "assistant",
        "user",
    ]

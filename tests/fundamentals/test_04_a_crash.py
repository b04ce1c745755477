"""A crash: load the events, fold, decide again. What is recorded is never performed again."""

from __future__ import annotations

import pytest

from agents.models.scripted import call, say
from handoffs.batch import Batch
from handoffs.errors import StaleFence
from handoffs.events import CustomerSaid, encode
from handoffs.loop import run


class PowerCut(BaseException):
    """The process is gone."""


async def claimed(swarm, execution="x000001"):
    claim = await swarm.runtime.journal.claim("volta", "local", execution, lease_s=15.0, window_after=0)
    assert claim is not None
    return Batch(
        swarm.runtime,
        tenant="volta",
        conversation="local",
        execution=execution,
        claim=claim,
        window=(),
        named=None,
    )


async def start(swarm):
    item = encode(CustomerSaid(message_id="m1", text="Where is V-10034?"))
    await swarm.runtime.journal.submit("volta", "local", customer="ben", item_id="m1", item=item)
    return await claimed(swarm)


async def test_another_worker_goes_on_where_the_first_one_died(swarm):
    ben = swarm(
        call("transfer_to_support", reason="a parcel", summary=""),
        call("track", order_id="V-10034"),
        say("It is in Leeds."),
    )
    first = await start(ben)
    original = first.flush

    async def dies_after_the_handoff() -> bool:
        refused = await original()
        if first.state.agent == "support":
            raise PowerCut
        return refused

    first.flush = dies_after_the_handoff
    with pytest.raises(PowerCut):
        await run(first)
    await ben.clock.sleep(16)  # its lease runs out
    second = await claimed(ben)
    assert second.state.agent == "support", "folded from what was committed"
    state = await run(second)
    assert state.status == "completed"
    kinds = [event.kind for event in ben.events("x000001")]
    assert kinds.count("handoff_in") == 1


async def test_a_worker_that_lost_its_lease_is_refused(swarm):
    ben = swarm(say("Hello."), say("Hello."))
    first = await start(ben)
    await ben.clock.sleep(16)
    second = await claimed(ben)
    with pytest.raises(StaleFence):
        await run(first)
    assert (await run(second)).status == "completed"
    assert [event.kind for event in ben.events("x000001")].count("said") == 1

"""What a person decides on an approval is told in the open chat, and answered from then on."""

from __future__ import annotations

import pytest

from handoffs.events import ApprovalSettled


async def _parked(talk):
    ben = talk("ben")
    await ben.say("I want a refund for the lost headphones, order V-10034.")
    await ben.say("yes")
    return ben, ben.turns[-1].approvals[0]


@pytest.mark.parametrize(("verdict", "word"), [("approved", "approved"), ("rejected", "did not approve")])
async def test_the_decision_is_told(talk, verdict, word):
    ben, request = await _parked(talk)
    told = await ben.swarm.submit(ApprovalSettled(request=request, verdict=verdict, by="olga", reason="checked"), "s1")
    assert request.number in told.text and word in told.text
    assert (await ben.kinds() == ["refund"]) == (verdict == "approved")


async def test_after_the_approval_the_money_is_told_from_the_records(talk):
    ben, request = await _parked(talk)
    await ben.swarm.submit(ApprovalSettled(request=request, verdict="approved", by="olga"), "s1")
    answer = await ben.say("when do i get my money?")
    assert "249.00" in answer and "5 to 7" in answer
    await ben.say("refund V-10034 please")
    assert await ben.kinds() == ["refund"]

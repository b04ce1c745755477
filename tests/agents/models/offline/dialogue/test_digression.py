"""A digression is answered, then the open task comes back with its slots."""

from __future__ import annotations


async def test_a_side_question_and_back_across_agents(talk):
    chloe = talk("chloe")
    assert "9.90" in await chloe.say("change the delivery of my headphones order to express")
    answer = await chloe.say("do they have noise cancelling btw?")
    assert chloe.agent == "sales" and "express delivery for V-10040" in answer
    await chloe.say("ok thought so. and yes, do that express thing")
    assert chloe.agent == "support"
    assert await chloe.effects() == [("change_order", {"order": "V-10040", "field": "delivery", "value": "express"})]


async def test_how_long_does_that_take_is_not_a_yes(talk):
    anna = talk("anna")
    await anna.say("i was billed 2x for V-10021, want one payment back")
    assert "5 to 7" in await anna.say("wait, how long does something like that take normally?")
    assert await anna.effects() == []
    await anna.say("alright then yes, do the refund")
    assert await anna.kinds() == ["refund"]


async def test_a_task_put_aside_by_another_comes_back(talk):
    chloe = talk("chloe")
    await chloe.say("cancel the hub")
    await chloe.say("first sign me up for the newsletter")
    assert "cancelling V-10041" in await chloe.say("yes")
    await chloe.say("yes")
    assert sorted(await chloe.kinds()) == ["cancel_order", "newsletter"]

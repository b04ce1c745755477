"""Reference resolves to what was last shown, also across a handoff."""

from __future__ import annotations


async def test_it_survives_a_handoff(talk):
    anna = talk("anna")
    await anna.say("my pebble mouse was charged double, please pay one back")
    await anna.say("yes")
    assert "V-10021" in await anna.say("also the scroll wheel rattles. can i still send it back?")
    assert anna.agent == "support"
    await anna.say("yes")
    assert await anna.kinds() == ["refund", "return_requested"]


async def test_the_second_of_what_was_listed(talk):
    chloe = talk("chloe")
    await chloe.say("what did i order")
    assert "V-10041" in await chloe.say("cancel the second")
    assert "V-10040" in await chloe.say("no the first")


async def test_an_ordinal_follows_the_order_in_which_the_customer_named_them(talk):
    chloe = talk("chloe")
    assert "15.00" in await chloe.say("i have to cancel either V-10041 or V-10040, what does each cost me")
    assert "V-10041" in await chloe.say("the first one then")


async def test_the_last_order(talk):
    chloe = talk("chloe")
    assert "V-10040" in await chloe.say("where is my last order")


async def test_they_in_a_product_question_is_what_the_order_holds(talk):
    chloe = talk("chloe")
    await chloe.say("where are my headphones")
    assert "does not have noise cancelling" in await chloe.say("do they have noise cancelling btw?")


async def test_the_one_with_more_hours_of_those(talk):
    ella = talk("ella")
    await ella.say("my budget is 150 max, please keep that in mind")
    assert ella.turns[-1].preferences[0].value == "15000"
    assert "Aria 700" not in await ella.say("so which headphones do you recommend")
    assert "Cove Lite" in await ella.say("and the one with more hours of those?")


async def test_the_address_on_it_is_that_of_the_invoice(talk):
    dev = talk("dev")
    await dev.say("mail me V-INV-2051 again")
    assert "correct it" in await dev.say("the address on it is old though")


async def test_a_day_names_an_order(talk):
    chloe = talk("chloe")
    await chloe.say("remove my order please")
    assert "V-10040" in await chloe.say("the one from yesterday")
    await chloe.say("yes")
    assert await chloe.effects() == [("cancel_order", {"order": "V-10040"})]


async def test_a_question_goes_on_from_the_one_before(talk):
    chloe = talk("chloe")
    await chloe.say("what would it cost to cancel the hub")
    assert "free" in await chloe.say("and the headphones?")
    assert await chloe.effects() == []


async def test_and_after_it_shipped_stays_with_the_fee(talk):
    dev = talk("dev")
    await dev.say("how much does it cost to cancel an order?")
    assert "15.00" in await dev.say("and after it shipped?")


async def test_send_me_the_link_goes_on_from_how_to_reset(talk):
    dev = talk("dev")
    await dev.say("how do I reset my password?")
    assert "Shall I send it?" in await dev.say("ok send me the link")

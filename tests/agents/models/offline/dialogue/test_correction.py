"""A correction changes that slot, keeps the rest, and is confirmed anew."""

from __future__ import annotations


async def test_the_other_one(talk):
    chloe = talk("chloe")
    await chloe.say("I need to cancel V-10040")
    answer = await chloe.say("no, the other one, i mean the hub")
    assert "V-10041" in answer and "15.00" in answer
    assert await chloe.effects() == []


async def test_make_it_two(talk):
    chloe = talk("chloe")
    await chloe.say("can you change my Cove Lite order to 3 pieces")
    assert "**2** x Cove Lite" in await chloe.say("sorry, make it 2")
    await chloe.say("yes 2")
    assert await chloe.effects() == [("change_order", {"order": "V-10040", "field": "quantity", "value": 2})]


async def test_the_last_value_of_a_message_counts(talk):
    chloe = talk("chloe")
    assert "V-10041" in await chloe.say("cancel V-10040, no sorry V-10041")
    await chloe.say("yes")
    assert await chloe.effects() == [("cancel_order", {"order": "V-10041"})]


async def test_another_remedy_replaces_the_first(talk):
    ben = talk("ben")
    await ben.say("parcel V-10034 seems lost. can i get the money back")
    await ben.say("actually no. send me a new one instead")
    assert ben.agent == "support"
    await ben.say("yes correct")
    assert await ben.effects() == [("replacement", {"order": "V-10034"})]


async def test_a_typing_error_in_the_number(talk):
    chloe = talk("chloe")
    assert "no order V-10034" in await chloe.say("cancel V-10034")
    await chloe.say("typo, i meant V-10040")
    await chloe.say("yes that one")
    assert await chloe.effects() == [("cancel_order", {"order": "V-10040"})]


async def test_a_switch_is_turned_the_other_way(talk):
    ella = talk("ella")
    await ella.say("take me off the newsletter")
    assert "sign you up" in await ella.say("hmm then put me on it")
    await ella.say("yes")
    assert await ella.effects() == [("newsletter", {"on": True})]


async def test_no_with_the_name_of_the_same_order_asks_anew(talk):
    chloe = talk("chloe")
    await chloe.say("cancel my newest order")
    assert "Shall I cancel it?" in await chloe.say("no, the headphones")


async def test_an_address_for_one_order_leaves_the_account_alone(talk):
    chloe = talk("chloe")
    await chloe.say("my address changed, its now Bergstrasse 9, 69120 Heidelberg")
    assert "V-10040" in await chloe.say("for the headphones order only")
    await chloe.say("yes")
    assert [fields.get("order") for _, fields in await chloe.effects()] == ["V-10040"]

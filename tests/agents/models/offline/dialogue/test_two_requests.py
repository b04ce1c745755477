"""Two requests in one message: both acknowledged, done in order, across agents."""

from __future__ import annotations


async def test_both_are_answered_in_one_turn_when_nothing_is_asked(talk):
    chloe = talk("chloe")
    answer = await chloe.say("track my hub please and tell me if you have a mouse with good battery")
    assert "tomorrow" in answer and "Pebble M2" in answer


async def test_the_second_waits_as_an_open_matter_and_then_comes(talk):
    dev = talk("dev")
    first = await dev.say("Hello, please unlock my account. Also invoice V-INV-2051 shows my old address.")
    assert "unlock" in first and "the invoice" in first
    await dev.say("yes, both please, use the address on my account")
    assert dev.agent == "billing" and await dev.kinds() == ["unlock_account"]
    await dev.say("ok go on, the invoice too")
    assert await dev.kinds() == ["unlock_account", "correct_invoice"]


async def test_asking_for_a_person_outweighs_the_rest(talk):
    chloe = talk("chloe")
    await chloe.say("cancel fee of 15 on a hub is a joke. let me speak to somebody in charge")
    assert len(chloe.turns[-1].escalations) == 1
    await chloe.say("thanks, i wait here")
    assert not chloe.turns[-1].escalations


async def test_two_effects_joined_by_and_are_done_in_order(talk):
    anna = talk("anna")
    await anna.say("my mouse was paid double and the left button sticks so i wanna send it back")
    await anna.say("yes")
    await anna.say("yes")
    assert await anna.kinds() == ["refund", "return_requested"]


async def test_what_is_to_be_kept_is_not_touched(talk):
    chloe = talk("chloe")
    answer = await chloe.say("keep the hub, but the headphones can be cancelled")
    assert "V-10040" in answer and "V-10041" not in answer

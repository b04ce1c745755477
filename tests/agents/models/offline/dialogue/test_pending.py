"""The pending question first: yes, no, an ordinal or a bare value fills the open slot before any routing."""

from __future__ import annotations

from dataclasses import replace

import pytest


@pytest.mark.parametrize("yes", ["yes pls", "yess", "confirmed", "right", "go ahead", "y", "do that", "sure, go on"])
async def test_many_wordings_of_yes_act(talk, yes):
    chloe = talk("chloe")
    await chloe.say("cancel V-10040")
    await chloe.say(yes)
    assert await chloe.effects() == [("cancel_order", {"order": "V-10040"})]


@pytest.mark.parametrize("pick", ["the first one", "1", "V-10040", "10040", "the cove ones", "the headphones"])
async def test_an_ordinal_a_number_or_part_of_a_name_picks(talk, pick):
    chloe = talk("chloe")
    assert "Which order" in await chloe.say("cancel my order please")
    assert "V-10040" in await chloe.say(pick)
    await chloe.say("yes")
    assert await chloe.effects() == [("cancel_order", {"order": "V-10040"})]


async def test_a_bare_address_fills_the_slot_though_it_is_in_no_scope(talk):
    chloe = talk("chloe")
    await chloe.say("i moved, can the headphones go somewhere else")
    assert "Lindenweg 4, 50667 Köln" in await chloe.say("Lindenweg 4, 50667 Köln")
    await chloe.say("yes but only this order, not my account")
    assert await chloe.kinds() == ["change_address"]


async def test_the_open_question_survives_a_model_that_was_restarted(talk):
    """The state is in the carry that the session keeps, not in the model."""
    chloe = talk("chloe")
    await chloe.say("cancel the hub")
    again = talk("chloe")
    chloe.swarm.runtime = replace(chloe.swarm.runtime, model=again.swarm.runtime.model)
    await chloe.say("yes")
    assert await chloe.effects() == [("cancel_order", {"order": "V-10041"})]


async def test_a_yes_to_nothing_does_nothing(talk):
    anna = talk("anna")
    assert await anna.say("yes")
    assert await anna.effects() == []

"""Typing errors, other languages, small talk, frustration, repetition, and what is not listed."""

from __future__ import annotations

import pytest


async def test_typing_errors_cost_little(talk):
    anna = talk("anna")
    assert "59.00" in await anna.say("helo i gto chraged twcie for teh pebbel mouse")
    await anna.say("yess")
    assert await anna.kinds() == ["refund"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ella", "Hallo, ich suche einen guten Kopfhörer, können Sie mir helfen?"),
        ("farid", "Bonjour, je n'ai toujours pas reçu mon remboursement"),
        ("ben", "Buongiorno, dov'è il mio pacco?"),
        ("gina", "por favor es mi pedido"),
    ],
)
async def test_another_language_gets_a_sentence_in_it_and_the_offer_of_a_person(talk, name, text):
    customer = talk(name)
    assert "person" in await customer.say(text)
    await customer.say("yes a person please")
    assert len(customer.turns[-1].escalations) == 1


@pytest.mark.parametrize("text", ["hello", "thanks", "are you a robot?", "what can you do"])
async def test_small_talk_is_answered_without_moving(talk, text):
    chloe = talk("chloe")
    await chloe.say("where is my hub")
    assert await chloe.say(text)
    assert chloe.agent == "support" and not chloe.turns[-1].tool_calls


async def test_frustration_is_acknowledged_once_then_a_person_is_offered(talk):
    farid = talk("farid")
    assert "annoying" in await farid.say("when do i get my refund") + await farid.say(
        "this is ridiculous, i need it today"
    )
    answer = await farid.say("this is a disgrace, you are useless")
    assert "annoying" not in answer
    assert "person" in answer or "colleague" in answer


async def test_no_question_three_times_and_no_sentence_twice_running(talk):
    chloe = talk("chloe")
    answers = [await chloe.say("cancel the hub"), *[await chloe.say("blorp") for _ in range(3)]]
    assert len(set(answers)) == len(answers)
    assert "person" in answers[2] and "shall I go ahead" not in answers[2]
    assert await chloe.effects() == []


async def test_what_the_catalogue_lacks_is_not_listed(talk):
    ella = talk("ella")
    assert "Cove Lite" in await ella.say("which of your headphones has the longest battery?")
    assert "not listed" in await ella.say("whats the water resistance rating")


@pytest.mark.parametrize("text", ["whats the weather in hamburg tomorrow", "write me a poem about cables"])
async def test_what_it_cannot_do_is_said_plainly(talk, text):
    ella = talk("ella")
    answer = await ella.say(text)
    assert "orders and deliveries" in answer


async def test_preferences_are_kept_and_used(talk):
    ella = talk("ella")
    await ella.say("please remember that i only want things with noise cancelling")
    kept = ella.turns[-1].preferences[0]
    assert (kept.key, kept.value) == ("noise_cancelling", "required")
    assert "Aria 700" in await ella.say("looking for something for the train")
    assert "40" in await ella.say("how long does it last on one charge")


async def test_a_progress_question_names_the_request_that_waits(talk):
    dev = talk("dev")
    await dev.say("I wish to terminate my account")
    await dev.say("I confirm.")
    number = dev.turns[-1].approvals[0].number
    assert number in await dev.say("is it closed now?")


async def test_an_unknown_property_of_it_is_not_listed(talk):
    ella = talk("ella")
    await ella.say("how much is the 27-inch monitor?")
    assert "not listed" in await ella.say("is it curved?")

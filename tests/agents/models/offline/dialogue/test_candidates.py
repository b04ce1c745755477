"""Several candidates are listed with date, item and price, never one picked silently; with one it does not ask."""

from __future__ import annotations


async def test_several_are_listed(talk):
    chloe = talk("chloe")
    answer = await chloe.say("cancel my order please")
    assert all(word in answer for word in ("V-10040", "Cove Lite", "79.00", "21 November 2026", "V-10041", "39.00"))
    assert answer.count("\n1.") + answer.count("\n2.") == 2
    assert await chloe.effects() == []


async def test_one_candidate_is_taken_without_a_question(talk):
    ben = talk("ben")
    assert "V-10034" in await ben.say("where is my parcel")


async def test_a_product_word_singles_one_out(talk):
    chloe = talk("chloe")
    answer = await chloe.say("pls cancel the headphones, found them cheaper")
    assert "V-10040" in answer and "V-10041" not in answer


async def test_all_of_them_are_confirmed_one_by_one(talk):
    chloe = talk("chloe")
    await chloe.say("cancel everything")
    await chloe.say("both")
    await chloe.say("yes")
    assert await chloe.effects() == [("cancel_order", {"order": "V-10040"})]
    await chloe.say("no")
    assert await chloe.effects() == [("cancel_order", {"order": "V-10040"})]


async def test_another_customers_order_is_no_candidate(talk):
    gina = talk("gina")
    answer = await gina.say("refund the second payment of V-10021")
    assert "no order V-10021" in answer and "Berg" not in answer


async def test_the_last_digits_of_a_number_pick(talk):
    chloe = talk("chloe")
    await chloe.say("i want to cancel something")
    await chloe.say("yes")
    assert "V-10040" in await chloe.say("40")
    assert await chloe.effects() == []

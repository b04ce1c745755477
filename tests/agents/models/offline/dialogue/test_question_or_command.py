"""Question or command: "when do I get my refund?" reads, "refund me" acts (after a yes)."""

from __future__ import annotations

import pytest


async def test_a_question_about_a_refund_reads(talk):
    farid = talk("farid")
    assert "V-REF-301" in await farid.say("when do i get my refund")
    assert "not lost" in await farid.say("so it's not lost?")
    assert await farid.effects() == []


async def test_a_refund_that_runs_is_not_paid_again(talk):
    farid = talk("farid")
    assert "5 to 7" in await farid.say("still NO MONEY from V-10060, just refund me again, its only 89")
    await farid.say("yes")
    assert await farid.effects() == []


async def test_when_the_money_comes_is_answered_from_what_was_done(talk):
    anna = talk("anna")
    await anna.say("i was charged twice for my last order")
    await anna.say("yes")
    await anna.say("which of your headphones has the longest battery life?")
    assert anna.agent == "sales"
    answer = await anna.say("so when do I get my money back?")
    assert anna.agent == "billing" and "59.00" in answer and "5 to 7" in answer


@pytest.mark.parametrize(
    "question",
    ["how does resetting my password work? not now, just want to know", "what happens if i close my account"],
)
async def test_a_how_question_starts_nothing(talk, question):
    dev = talk("dev")
    await dev.say(question)
    await dev.say("cool thx")
    assert await dev.effects() == [] and not dev.turns[-1].approvals


async def test_how_refunds_work_starts_none(talk):
    anna = talk("anna")
    answer = await anna.say("how do refunds work here")
    assert "Shall I refund" not in answer and await anna.effects() == []


async def test_a_question_about_returning_leaves_an_offer(talk):
    anna = talk("anna")
    await anna.say("when was my mouse delivered")
    assert "16 December 2026" in await anna.say("until when could i give it back")
    assert await anna.effects() == []

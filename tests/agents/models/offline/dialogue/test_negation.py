"""Negation and cancelling: "don't cancel it" never cancels; "no", "stop", "never mind" end a pending action."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "no", ["no", "stop", "never mind", "nah leave it", "don't", "no dont do anything yet", "forget it", "ok i'll wait"]
)
async def test_a_no_ends_the_pending_action(talk, no):
    chloe = talk("chloe")
    await chloe.say("cancel V-10040")
    await chloe.say(no)
    await chloe.say("thanks")
    assert await chloe.effects() == []


@pytest.mark.parametrize("text", ["don't cancel V-10040", "please do not cancel my headphones", "never cancel the hub"])
async def test_what_is_forbidden_is_not_done(talk, text):
    chloe = talk("chloe")
    await chloe.say(text)
    await chloe.say("yes")
    assert await chloe.effects() == []


async def test_one_is_ordered_and_another_forbidden(talk):
    chloe = talk("chloe")
    await chloe.say("cancel the headphones but don't cancel the hub")
    await chloe.say("right")
    assert await chloe.effects() == [("cancel_order", {"order": "V-10040"})]

"""What comes from the help pages names its page; the refund policy is billing's to tell."""

from __future__ import annotations

import pytest

from agents.shop.passages import Passage
from agents.shop.policy import REFUND_TEXT
from agents.tools.knowledge_in_memory import ListedKnowledge


@pytest.mark.parametrize("before", [None, "where is my parcel?"])
async def test_the_refund_policy_is_told_by_billing_with_the_article_it_comes_from(talk, before):
    ben = talk("ben")
    if before:
        await ben.say(before)
    answer = await ben.say(
        "what is your refund policy?" if before is None else "what is your refund policy in general?"
    )
    assert ben.agent == "billing"
    assert REFUND_TEXT.removesuffix(".") in answer
    assert "(from our help page “Refund policy”)" in answer


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("what are your opening hours?", "Opening hours"),
        ("what happens with my data?", "Your data and what happens to it"),
        ("how can I have my data deleted?", "Your data and what happens to it"),
        ("do you deliver to switzerland?", "Delivery to other countries"),
        ("how does returning something work?", "Returning an item and sending things back"),
        ("how do I pair my headphones?", "Pairing wireless headphones, mice and speakers"),
    ],
)
async def test_an_answer_from_the_help_names_its_page(talk, question, title):
    assert f"(from our help page “{title}”)" in await talk("ella").say(question)


async def test_an_article_that_memory_knows_is_cited_before_the_shops_own(talk):
    christmas = Passage("returns", "Refund policy", "Christmas", "Refunds for gifts are made until 31 January.")
    answer = await talk("ella", knowledge=ListedKnowledge({"volta": [christmas]})).say("what is your refund policy?")
    assert answer == "Refunds for gifts are made until 31 January (from our help page “Refund policy”)."


async def test_where_the_help_says_nothing_a_person_is_offered(talk):
    ella = talk("ella", knowledge=ListedKnowledge({}))
    answer = await ella.say("is there a page that explains xylophones?")
    assert "from our help page" not in answer

"""What comes from the help pages names its page; the refund policy is billing's to tell."""

from __future__ import annotations

import pytest

from agents.shop.passages import Passage
from agents.shop.policy import REFUND_TEXT
from agents.tools.knowledge_in_memory import ListedKnowledge
from handoffs.recall_in_memory import ListRecall
from handoffs.tool import Scope
from handoffs.values import RecalledMemory


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


CARDS = RecalledMemory(
    id="1", kind="knowledge", title="Narwhal cards > How long", source="cards.md",
    text="A narwhal gift card is valid for three years.",
)  # fmt: skip
CASH = RecalledMemory(id="2", kind="knowledge", title="Ways to pay", source="pay.md", text="You cannot pay in cash.")


@pytest.mark.parametrize(
    ("question", "memory", "page"),
    [
        ("how long is a narwhal gift card valid?", CARDS, "Narwhal cards"),
    ],
)
async def test_what_an_editor_loaded_is_told_with_its_page(talk, question, memory, page):
    recall = ListRecall()
    recall.keep(Scope(tenant="volta", customer="anna"), memory)

    answer = await talk("anna", recall=recall).say(question)

    assert answer == f"{memory.text.removesuffix('.')} (from our help page “{page}”)."


async def test_knowledge_does_not_answer_for_the_customer_s_own_things_or_what_it_does_not_speak_of(talk):
    recall = ListRecall()
    for memory in (CARDS, CASH):
        recall.keep(Scope(tenant="volta", customer="anna"), memory)

    assert "narwhal" not in await talk("anna", recall=recall).say("which gift suits a marathon runner in Peru?")
    assert "in cash" not in await talk("anna", recall=recall).say("can I pay my order V-10021 in cash?")

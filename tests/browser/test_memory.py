"""What a customer said once need not be said again, and what the shop knows is told with where it stands."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_wish_is_honoured_in_a_new_conversation(offline, enter, until, album):
    chat = await enter(offline, "ella@volta.example")
    await chat.ask("Please remember that my budget for headphones is 100")

    async def is_learnt() -> bool:
        return "budget" in await offline.run("memory", "list", "--customer", "ella@volta.example")

    await until(is_learnt, within_s=60)
    anew = await enter(offline, "ella@volta.example")
    advice = await anew.ask("Which headphones would you recommend to me?")

    await expect(advice).to_contain_text("Cove Lite")
    await expect(advice).to_contain_text(re.compile("budget of 100", re.IGNORECASE))
    await expect(advice).not_to_contain_text("Aria 700")
    await anew.page.screenshot(path=album / "a-wish-is-honoured.png")
    trace = await offline.run("trace", "show", "last")
    assert re.search(r"recalls wish budget_max_cents 10000", trace), trace


async def test_an_answer_from_the_help_centre_names_its_article(offline, enter, album):
    chat = await enter(offline, "farid@volta.example")

    policy = await chat.ask("What is your refund policy?")

    await expect(policy).to_contain_text("30 days")
    await expect(policy).to_contain_text("Refund policy")
    await expect(policy.locator(".author")).to_have_text("Billing")
    await chat.page.screenshot(path=album / "an-article-is-named.png")


async def test_what_is_one_customer_s_is_no_other_s(offline, enter, until):
    chat = await enter(offline, "chloe@volta.example")
    await chat.ask("Please call me Quixotina")

    async def is_learnt() -> bool:
        return "Quixotina" in await offline.run("memory", "list", "--customer", "chloe@volta.example")

    await until(is_learnt, within_s=60)
    other = await enter(offline, "dev@volta.example")
    answer = await other.ask("What do you remember about me?")

    await expect(answer).not_to_contain_text("Quixotina")
    assert "Quixotina" not in await offline.run("memory", "list", "--customer", "dev@volta.example")

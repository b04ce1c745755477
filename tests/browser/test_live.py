"""A conversation is what is delivered to: tabs, reloads, closed pages, a stop, and a server that comes back."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import expect

pytestmark = pytest.mark.asyncio(loop_scope="session")
ELLA = "ella@volta.example"
BEGUN, WHOLE = re.compile("Let me think this over slowly"), re.compile(r"(nobody misses a thing\..*){2}", re.DOTALL)


async def path_of(chat):
    await chat.page.wait_for_url("**/thread/**")
    return "/thread/" + chat.page.url.rpartition("/")[2]


async def test_the_tour_by_a_language_model(endpoint, enter):
    """The same four agents' work through the OpenAI adapter; the refund confirmed from two tabs at once."""
    chat = await enter(endpoint, "anna@volta.example")
    await expect(await chat.ask("I was charged twice for my last order")).to_contain_text("Shall I refund 59.00")
    twin = await enter(endpoint, beside=chat, path=await path_of(chat))
    await expect(twin.answers).to_have_count(1)
    await chat.box.fill("yes, do it")
    await twin.box.fill("yes, do it now")
    await asyncio.gather(chat.box.press("Enter"), twin.box.press("Enter"))
    for late in (chat, twin):  # a page that saw the other's message first holds its own back until the answer is there
        await expect(late.page.locator("#stop-button")).to_have_count(0)
        if await late.box.input_value():
            await late.box.press("Enter")
    await expect(chat.own).to_have_count(3)
    await expect(chat.page.locator("#stop-button")).to_have_count(0)
    assert "59.00" in await endpoint.run("trace", "show", "last")
    await expect(await chat.ask("my parcel has not arrived")).to_contain_text("Your parcel was delivered")
    await expect(await chat.ask("which headphones have the longest battery?")).to_contain_text("Cove Lite")
    await expect(await chat.ask("when do I get my money back?")).to_contain_text("was issued")
    refunds = chat.lines.get_by_text(re.compile(r"Refunding 59\.00 for V-10021\s*$"))
    await expect(refunds).to_have_count(1)
    assert await twin.told() == await chat.told()


async def test_a_reload_in_the_middle_of_an_answer_loses_nothing(endpoint, enter):
    chat = await enter(endpoint, ELLA)
    await chat.say("tell me a story")
    path = await path_of(chat)
    await expect(chat.answers.last).to_contain_text(BEGUN)
    await chat.page.reload()
    await expect(chat.answers.last).to_contain_text(BEGUN)
    part = await chat.answers.last.inner_text()
    assert "misses a thing" not in part or len(part) < 200, "it still grows"
    beside = await enter(endpoint, beside=chat, path=path)
    for page in (chat, beside):
        await expect(page.answers.last).to_contain_text(WHOLE)
        await expect(page.answers).to_have_count(1)
    assert await beside.told() == await chat.told()


async def test_a_closed_tab_does_not_stop_an_answer(endpoint, enter):
    chat = await enter(endpoint, ELLA)
    await chat.say("tell me a story")
    path = await path_of(chat)
    await expect(chat.answers.last).to_contain_text(BEGUN)
    context = chat.page.context
    await chat.page.close()
    chat = await enter(endpoint, page=await context.new_page())
    await chat.open(path)
    await expect(chat.answers.last).to_contain_text(WHOLE)


async def test_what_was_shown_when_stop_was_pressed_is_what_stays(endpoint, enter):
    chat = await enter(endpoint, ELLA)
    await chat.say("tell me a story")
    await expect(chat.answers.last).to_contain_text(BEGUN)
    await chat.page.locator("#stop-button").click()
    await expect(chat.page.locator("#chat-submit")).to_be_visible()
    await chat.ask("which headphones have the longest battery?")
    told = await chat.told()
    assert "Let me think" in told[1]
    assert not WHOLE.search(told[1])
    assert told[1].endswith("(stopped)")
    await chat.page.reload()
    await expect(chat.answers).to_have_count(2)
    assert await chat.told() == told


async def test_a_server_that_restarts_finds_its_pages_again(endpoint, enter):
    chat = await enter(endpoint, ELLA)
    await expect(await chat.ask("which headphones have the longest battery?")).to_contain_text("Cove Lite")
    told = await chat.told()
    await endpoint.stop()
    await endpoint.start()
    await expect(chat.page.locator("#session-error")).to_have_count(0)
    assert await chat.told() == told
    await chat.ask("and which have the longest battery of all?")
    await expect(chat.answers).to_have_count(2)


async def test_a_store_that_is_away_for_a_moment_throws_nobody_out_of_the_conversation(endpoint, enter):
    """Chainlit's page asks who it is whenever it is looked at again, and leaves if it is not told."""
    chat = await enter(endpoint, ELLA)
    await chat.ask("which headphones have the longest battery?")
    path = await path_of(chat)
    endpoint.kill_redis()
    assert await chat.page.evaluate("fetch('/user').then((answer) => answer.status)") == 200

    refused, answered = [], asyncio.Event()

    async def away_at_first(route):
        if len(refused) < 2:
            refused.append(route.request.url)
            await route.fulfill(status=503, json={"detail": "Baton's store is away"})
        else:
            await route.continue_()
            answered.set()

    await chat.page.route("**/user", away_at_first)
    await chat.page.evaluate("setInterval(() => dispatchEvent(new Event('focus')), 200)")
    await asyncio.wait_for(answered.wait(), 90)
    await chat.page.unroute("**/user")
    await expect(await chat.ask("and which have the longest battery of all?")).to_contain_text("Cove Lite")
    assert chat.page.url.endswith(path)
    await expect(chat.answers).to_have_count(2)


async def test_a_page_opens_on_its_conversation_whichever_of_its_requests_is_slow(endpoint, enter):
    """Chainlit's page asks for two sockets at once, and keeps the one whose cookie was answered last."""
    chat = await enter(endpoint, ELLA)
    await chat.ask("which headphones have the longest battery?")
    path = await path_of(chat)
    page, asked, overtaken = await chat.page.context.new_page(), [], asyncio.Event()

    async def first_comes_last(route):
        asked.append(route)
        if len(asked) == 1:
            await overtaken.wait()
        await route.fulfill(json={"message": "not needed"})
        overtaken.set()

    await page.route("**/set-session-cookie", first_comes_last)
    beside = await (await enter(endpoint, page=page)).open(path)
    await expect(beside.answers).to_have_count(1)


async def test_logging_out_in_one_tab_leads_the_others_to_the_login(endpoint, enter):
    chat = await enter(endpoint, ELLA)
    await chat.ask("which headphones have the longest battery?")
    twin = await enter(endpoint, beside=chat, path=await path_of(chat))
    await chat.page.locator("#user-nav-button").click()
    await chat.page.get_by_text("Logout").click()
    for each in (chat, twin):
        await expect(each.page.locator("#email")).to_be_visible()

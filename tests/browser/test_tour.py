"""A customer gets real work done in a browser, with no key and no server installed."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_tour(offline, enter, chromium, album):
    """Log in, a double charge refunded, three agents, one conversation, all still there after a reload."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 860})
    page = await context.new_page()
    elsewhere, complaints = watched(page, offline.url)
    await log_in(page, offline.url)
    complaints.clear()  # the browser's own lines about the wrong password
    await page.screenshot(path=album / "welcome.png")

    chat = await enter(offline, page=page)
    offer = await chat.ask("I was charged twice for my last order")
    await expect(offer).to_contain_text("59.00")
    await expect(offer).to_contain_text("V-10021")
    await expect(offer).to_contain_text(re.compile("refund", re.IGNORECASE))
    await expect(chat.notices).to_have_count(0)
    done = await chat.ask("yes, please")
    await expect(done).to_contain_text("59.00")
    await expect(chat.lines.get_by_text("Refunding 59.00 for V-10021")).to_be_visible()

    await chat.ask("my parcel has not arrived")
    await expect(chat.notices.last).to_contain_text("Support takes over")
    headphones = await chat.ask("which of your headphones has the longest battery life?")
    await expect(headphones).to_contain_text("Cove Lite")
    await expect(headphones.locator(".author")).to_have_text("Sales")
    money = await chat.ask("so when do I get my money back?")
    await expect(money.locator(".author")).to_have_text("Billing")
    await expect(money).to_contain_text("5 to 7 working days")
    await expect(chat.notices).to_have_text(
        [re.compile("Support takes over"), re.compile("Sales takes over"), re.compile("Billing takes over")]
    )

    told = await chat.told()
    await page.screenshot(path=album / "tour.png")
    await page.reload()
    await expect(chat.answers).to_have_count(5)
    assert await chat.told() == told
    await expect(page.locator("#thread-history")).to_contain_text("I was charged twice")
    await expect(page.get_by_text("Offline model: not a language model")).to_be_visible()
    assert elsewhere == []
    assert complaints == []
    await context.close()


async def test_a_thumb_is_given_and_still_there_after_a_reload(offline, enter):
    chat = await enter(offline, "ella@volta.example")
    await chat.ask("which of your headphones has the longest battery life?")
    await chat.page.locator("button.positive-feedback-off").click()
    await chat.page.locator("[role=dialog] textarea").fill("quick")
    await chat.page.locator("#submit-feedback").click()
    await expect(chat.page.locator("button.positive-feedback-on")).to_be_visible()
    await chat.page.reload()
    await expect(chat.page.locator("button.positive-feedback-on")).to_be_visible()


async def test_the_way_to_a_person_is_one_click_at_any_time(offline, enter):
    chat = await enter(offline, "dev@volta.example")
    await chat.ask("hello")
    await chat.page.locator('[id="command-Talk to a person"]').click()
    await expect(chat.notices.last).to_contain_text(re.compile(r"Passed to a person: E-\d+"))
    number = (await chat.notices.last.inner_text()).split()[-1]
    assert number in await offline.run("escalations", "list")


async def test_an_approval_is_settled_on_the_command_line_and_shows_in_the_open_chat(offline, enter, album):
    chat = await enter(offline, "ben@volta.example")
    await chat.ask("My parcel V-10034 is lost, I want my money back")
    for _ in range(3):
        if await chat.notices.get_by_text("Waits for a colleague").count():
            break
        await chat.ask("yes, refund me please")
    number = (await chat.notices.get_by_text("Waits for a colleague").inner_text()).split("(")[-1].rstrip(")")
    before = await chat.answers.count()
    await offline.run("approvals", "approve", number, "--as", "olga@volta.example")
    await expect(chat.notices.last).to_contain_text("A colleague approved")
    await expect(chat.answers).to_have_count(before + 1)
    await expect(chat.answers.last).to_contain_text("249.00")
    await chat.page.screenshot(path=album / "approval.png")


async def test_what_cannot_be_taken_gets_a_sentence_and_the_words_stay(offline, enter):
    chat = await enter(offline, "farid@volta.example")
    await chat.say("x" * 5_213)
    await expect(chat.answers.last).to_contain_text("5,213 characters; I can read 4,000")
    await expect(chat.own.last).to_contain_text("x" * 100)
    await expect(chat.page.locator("#chat-submit")).to_be_visible()
    await chat.ask("when do I get my money back?")


async def test_leaving_and_removing(offline, enter):
    chat = await enter(offline, "gina@lumen.example")
    await chat.ask("was I charged twice for L-10021?")
    entry = chat.page.locator("#thread-history a").first
    await entry.hover()
    await chat.page.locator("#thread-options").first.click()
    await chat.page.get_by_text("Remove", exact=True).click()
    await chat.page.get_by_role("button", name="Confirm").click()
    await expect(chat.page.locator("#thread-history a")).to_have_count(0)
    await chat.page.locator("#user-nav-button").click()
    await chat.page.get_by_text("Logout").click()
    await expect(chat.page.locator("#email")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_fits_a_telephone_in_light_and_dark(offline, enter, album, scheme):
    chat = await enter(
        offline, "chloe@volta.example", viewport={"width": 360, "height": 740}, color_scheme=scheme, has_touch=True
    )
    await chat.page.screenshot(path=album / f"telephone-welcome-{scheme}.png")
    await chat.ask("where are my orders?")
    await chat.lines.first.get_by_role("button").click()
    assert await chat.page.evaluate("document.documentElement.scrollWidth") <= 360
    await expect(chat.page.locator("html")).to_have_class(re.compile(scheme))
    await chat.page.screenshot(path=album / f"telephone-{scheme}.png")


async def log_in(page: Page, url: str) -> None:
    """Through the form, the password right only the second time."""
    await page.goto(url)
    await page.fill("#email", "anna@volta.example")
    await page.fill("#password", "wrong")
    await page.click("button[type=submit]")
    await expect(page.get_by_text("E-mail address or password is wrong")).to_be_visible()
    await page.fill("#password", "swarm")
    await page.click("button[type=submit]")
    await expect(page.locator("#starters")).to_be_visible()


def watched(page: Page, url: str) -> tuple[list[str], list[str]]:
    """Requests to elsewhere, and what the page complains of."""
    elsewhere: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url) if is_elsewhere(request.url, url) else None)
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return elsewhere, complaints


def is_elsewhere(asked: str, url: str) -> bool:
    return not asked.startswith((url, url.replace("http", "ws"), "data:", "blob:"))

"""An editor without a shell: upload, look at what would change, load, ask what would be recalled."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import expect
from starlette.applications import Starlette
from starlette.routing import Mount

from console.app import build_console
from console.in_memory import in_memory_backing
from console.ports import Operator
from console.uploads import Uploads

pytestmark = pytest.mark.asyncio(loop_scope="session")

OLGA = Operator(login="olga@volta.example", name="Olga", role="operator", tenants=("volta",))
CARDS = b"# Gift cards\n\nGift cards are valid for three years.\n\n# Lost gift cards\n\nWe block and replace them.\n"
EVIL = b"# <img src=x onerror=alert(1)>\n\n<script>alert(2)</script>\n"
BROKEN = b'{"text": "Gift wrapping is free."}\n{"text": \n'
QUESTION = "How many years are gift cards valid?"


def file(name, content):
    """A file as a browser picks it."""
    return {"name": name, "mimeType": "text/plain", "buffer": content}


class Desk:
    """A page of the console, in its users' words."""

    def __init__(self, page, url):
        self.page, self.url = page, url
        self.elsewhere, self.complaints, self.ran = [], [], []
        page.on("request", lambda request: request.url.startswith(url) or self.elsewhere.append(request.url))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        page.on("dialog", lambda dialog: self.ran.append(dialog.message))

    async def log_in(self, path):
        await self.page.goto(f"{self.url}{path}")
        await self.page.get_by_label("E-mail address").fill("olga@volta.example")
        await self.page.get_by_label("Password").fill("swarm")
        await self.page.keyboard.press("Enter")
        await expect(self.page).to_have_url(f"{self.url}{path}")

    async def try_files(self, *files):
        await self.page.goto(f"{self.url}/operator/knowledge")
        await self.page.get_by_label("Files:").set_input_files(list(files))
        await self.page.get_by_role("button", name="Try these files").click()

    async def ask(self, question, customer=""):
        await self.page.goto(f"{self.url}/operator/knowledge")
        await self.page.get_by_label("What a customer might write").fill(question)
        await self.page.get_by_label("As this customer").fill(customer)
        await self.page.get_by_role("button", name="See what would be recalled").click()

    async def has(self, *words):
        for each in words:
            await expect(self.page.locator("main")).to_contain_text(each)


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium, request):
    width, scheme = getattr(request, "param", (1280, "light"))
    context = await chromium.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme)
    yield await context.new_page()
    await context.close()


@pytest.mark.parametrize("page", [(1280, "light"), (360, "dark")], ids=["desk", "telephone"], indirect=True)
async def test_an_editor_teaches_the_agents_something(offline, page, album, request):
    desk, name = Desk(page, offline.url), request.node.callspec.id
    await desk.log_in("/operator/knowledge")
    await desk.try_files(file(f"{name}.md", CARDS), file("broken.jsonl", BROKEN), file("evil.md", EVIL))
    await desk.has("nothing is loaded yet", "rejected", "broken.jsonl", "write one JSON object per line")
    await page.screenshot(path=album / f"upload-{name}.png", full_page=True)
    await page.get_by_role("button", name="Load").dblclick()
    await expect(page.get_by_role("heading", name="Loaded")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="Loaded")).to_be_visible()
    await desk.ask(QUESTION, customer="anna@volta.example")
    await expect(page.get_by_role("region", name="Would be recalled")).to_contain_text("valid for three years")
    await page.screenshot(path=album / f"ask-{name}.png", full_page=True)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page fits its width"
    await page.get_by_role("button", name="Log out").click()
    await page.goto(f"{offline.url}/operator/knowledge")
    await expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert (desk.elsewhere, desk.complaints, desk.ran) == ([], [], [])


class Slow:
    """Knowledge that is loaded when it is told to be."""

    def __init__(self, knowledge):
        self._knowledge = knowledge
        self.go = asyncio.Event()

    def __getattr__(self, name):
        return getattr(self._knowledge, name)

    async def seed(self, tenant, files, *, dry_run, **more):
        if not dry_run:
            await self.go.wait()
        return await self._knowledge.seed(tenant, files, dry_run=dry_run, **more)


@pytest_asyncio.fixture(loop_scope="session")
async def slow():
    """A console by itself, whose loading takes its time, and where it is."""
    backing = in_memory_backing({OLGA: "swarm"}, lambda: datetime.now(UTC))
    backing = replace(backing, knowledge=Slow(backing.knowledge))
    uploads = Uploads(backing.knowledge, backing.now)
    site = Starlette(routes=[Mount("/operator", build_console(backing, uploads))])
    server = uvicorn.Server(uvicorn.Config(site, log_level="warning"))
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        serving = asyncio.create_task(server.serve(sockets=[port]))
        yield backing.knowledge, f"http://127.0.0.1:{port.getsockname()[1]}"
        server.should_exit = True
        await serving
    await uploads.close()


async def test_a_page_that_waits_shows_the_end_by_itself(slow, page):
    knowledge, url = slow
    desk = Desk(page, url)
    await desk.log_in("/operator/knowledge")
    await desk.try_files(file("cards.md", CARDS))
    await page.get_by_role("button", name="Load").click()
    await desk.has("Loading")
    knowledge.go.set()
    await expect(page.get_by_role("heading", name="Loaded")).to_be_visible()


async def test_everything_is_done_by_keyboard(slow, page):
    _, url = slow
    desk = Desk(page, url)
    await desk.log_in("/operator/knowledge")
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("What a customer might write")).to_be_focused()
    await page.keyboard.type("Where is my parcel?")
    await page.keyboard.press("Enter")
    await desk.has("no memory is near enough")


async def test_markup_shows_as_text(slow, page):
    knowledge, url = slow
    knowledge.go.set()
    desk = Desk(page, url)
    await desk.log_in("/operator/knowledge")
    await desk.try_files(file("evil.md", EVIL))
    await page.get_by_role("button", name="Load").click()
    await page.goto(f"{url}/operator/knowledge/source?name=evil.md")
    await desk.has("<img src=x onerror=alert(1)>", "<script>alert(2)</script>")
    assert desk.ran == []

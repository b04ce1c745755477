"""The whole product as its users meet it: ``baton run`` in a process of its own, and a real Chromium.

Two servers live as long as the run: one answers with the offline model, one through a scripted endpoint that takes its
time. Pictures of what was seen are left in pytest's temporary folder.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import struct
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from benchmarks.completions import Say
from benchmarks.scripted_endpoint import ScriptedEndpoint

PASSWORD = "swarm"
PATIENCE_S = 60
STAYS_LOCAL = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SLOW = "Let me think this over slowly and carefully, one word after the other, so that nobody misses a thing. " * 2

expect.set_options(timeout=60_000)  # a first start embeds all examples before it answers


class Server:
    """One ``baton run``."""

    def __init__(self, folder: Path, cache: Path, **environment: str) -> None:
        (folder / "data").mkdir()
        (folder / "data" / "cache").symlink_to(cache)  # embedded examples: once for all servers of the run
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        named = {
            "BATON_DATA_FOLDER": str(folder / "data"),
            "BATON_PORT": str(self.port),
            "HF_HUB_OFFLINE": "1",
            "OMP_NUM_THREADS": "1",
        }
        self.environment = {**os.environ, **named, "BATON_LOGINS_PER_MINUTE": "1000", **environment}
        self._log = folder / "server.log"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "baton", "run", stdout=log, stderr=log, env=self.environment
            )
        async with httpx.AsyncClient() as client, asyncio.timeout(PATIENCE_S):
            while True:
                with suppress(httpx.TransportError):
                    if (await client.get(f"{self.url}/healthz")).status_code == 200:
                        return
                assert self._process.returncode is None, self._log.read_text()
                await asyncio.sleep(0.1)

    async def stop(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(self._process.wait(), PATIENCE_S)

    def kill_redis(self) -> None:
        """As the kernel would when memory is short."""
        address = (Path(self.environment["BATON_DATA_FOLDER"]) / "redis" / "address").read_text()
        with socket.socket(socket.AF_UNIX) as asking:
            asking.connect(address)
            pid, _, _ = struct.unpack("3i", asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        os.kill(pid, signal.SIGKILL)

    async def run(self, *command: str) -> str:
        """Another command of Baton's on the same data; what it printed."""
        running = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "baton",
            *command,
            env={**self.environment, "COLUMNS": "200"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await running.communicate()
        assert running.returncode == 0, printed.decode()
        return printed.decode()


def scripted(body: dict) -> Say:
    """What a language model might answer in the tour, told from the request alone."""
    messages = body["messages"]
    last = max(at for at, message in enumerate(messages) if message["role"] == "user")
    asked = str(messages[last]["content"]).lower()
    found = [m for m in messages[last:] if m["role"] == "tool" and "superseded" not in str(m["content"])]
    offered = {tool["function"]["name"] for tool in body.get("tools", ())}
    for word, agent, tool, arguments, answer in STORY:
        if word in asked:
            why = json.dumps({"reason": f"a question about {word}", "summary": asked, "open_matter": None})
            if f"transfer_to_{agent}" in offered:
                return Say(calls=((f"transfer_to_{agent}", why),))
            if not found:
                return Say(calls=((tool, json.dumps(arguments)),))
            return Say(text=answer)
    return Say(text=SLOW, delay_s=0.06)


STORY = (
    ("twice", "billing", "list_payments", {}, "Order V-10021 was charged twice. Shall I refund 59.00 for V-10021?"),
    (
        "yes",
        "billing",
        "refund_payment",
        {"order_id": "V-10021", "amount_cents": 5900, "reason": "duplicate_charge"},
        "Your money for V-10021 is on its way.",
    ),
    ("parcel", "support", "list_orders", {}, "Your parcel was delivered."),
    ("battery", "sales", "search_products", {"category": "headphones", "sort": "battery"}, "That is the Cove Lite."),
    ("money back", "billing", "track_refunds", {}, "Your refund for V-10021 was issued."),
)


class Chat:
    """A page of the chat, in its users' words."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.answers = page.locator("[data-step-type=assistant_message]")
        self.own = page.locator("[data-step-type=user_message]")
        self.lines = page.locator("[data-step-type=tool]")
        self.notices = page.locator("[data-step-type=undefined]")
        self.box = page.locator("#chat-input")

    async def open(self, path: str = "/") -> Chat:
        await self.page.goto(f"{self.url}{path}")
        await expect(self.box).to_be_visible()
        return self

    async def say(self, words: str) -> None:
        await self.box.fill(words)
        await self.page.locator("#chat-submit").click()

    async def ask(self, words: str) -> Locator:
        """Say it and wait for the whole answer."""
        before = await self.answers.count()
        await self.say(words)
        await expect(self.answers).not_to_have_count(before)
        await expect(self.page.locator("#stop-button")).to_have_count(0)
        return self.answers.last

    async def told(self) -> list[str]:
        """Everything that stands in the conversation, in its order."""
        return [text.strip() for text in await self.page.locator("[data-step-type]").all_inner_texts()]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium(chromium_path: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=[*FLAGS, STAYS_LOCAL])
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def cache(pytestconfig: pytest.Config) -> Path:
    """What the offline reader was fitted to, kept from run to run under a digest of the examples."""
    return pytestconfig.cache.mkdir("offline-reader")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def offline(chromium: Browser, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """Baton with the offline model."""
    server = Server(tmp_path_factory.mktemp("offline"), cache, OPENAI_API_KEY="", OPENAI_BASE_URL="")
    await server.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def endpoint(chromium: Browser, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """Baton with a language model that is a script behind OpenAI's protocol."""
    async with ScriptedEndpoint(scripted) as scripted_endpoint:
        server = Server(
            tmp_path_factory.mktemp("endpoint"), cache, OPENAI_BASE_URL=scripted_endpoint.url, OPENAI_API_KEY=""
        )
        await server.start()
        yield server
        await server.stop()


Enter = Callable[..., Awaitable[Chat]]


@pytest_asyncio.fixture(loop_scope="session")
async def enter(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Enter]:
    """Logs someone in and opens the chat; ``beside`` opens another tab there, ``page`` is one already open."""
    contexts: list[BrowserContext] = []

    async def entered(
        server: Server, login: str = "", *, beside: Chat | None = None, page: Page | None = None, **more: object
    ) -> Chat:
        path = str(more.pop("path", "/"))
        if page is not None:
            return Chat(page, server.url)
        if beside is not None:
            return await Chat(await beside.page.context.new_page(), server.url).open(path)
        context = await chromium.new_context(**{"viewport": {"width": 1280, "height": 860}, **more})
        contexts.append(context)
        form = {"username": login, "password": PASSWORD}
        assert (await context.request.post(f"{server.url}/login", form=form)).ok
        return await Chat(await context.new_page(), server.url).open(path)

    yield entered
    for context in contexts:
        await context.close()


@pytest.fixture(scope="session")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of the pages are left."""
    return tmp_path_factory.mktemp("album")

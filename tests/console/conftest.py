"""A console over memories in a dict, mounted as the web server mounts it, and people who use it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from html import unescape

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from console.app import build_console
from console.backing import Backing
from console.in_memory import in_memory_backing
from console.ports import Operator
from console.uploads import Uploads

PASSWORD = "swarm"
STAFF = (
    Operator(login="olga@volta.example", name="Olga", role="operator", tenants=("volta",)),
    Operator(login="victor@volta.example", name="Victor", role="viewer", tenants=("volta",)),
    Operator(login="otto@lumen.example", name="Otto", role="operator", tenants=("lumen",)),
    Operator(login="ada@baton.example", name="Ada", role="admin", tenants=("volta", "lumen")),
)


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


class Visitor:
    """Somebody with a browser. ``page`` is what they see."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page = httpx.Response(200)

    @property
    def text(self) -> str:
        """What stands on the page, without its tags."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.page.text)).split())

    @property
    def path(self) -> str:
        return self.page.url.path

    @property
    def form_token(self) -> str:
        found = re.search(r'name="form_token" value="([^"]+)"', self.page.text)
        assert found, "the page has no form"
        return found[1]

    async def open(self, address: str, **query: str) -> Visitor:
        self.page = await self.client.get(f"/operator{address}", params=query or None)
        return self

    async def send(self, address: str, *, token: str | None = None, **more: object) -> Visitor:
        """Send a form of the page that is open."""
        data = {"form_token": self.form_token if token is None else token, **dict(more.pop("data", {}))}
        self.page = await self.client.post(f"/operator{address}", data=data, **more)
        return self

    async def log_in(self, login: str, password: str = PASSWORD, *, to: str = "/operator/") -> Visitor:
        await self.open("/login", next=to)
        return await self.send("/login", data={"login": login, "password": password, "next": to})

    async def upload(self, *files: tuple[str, bytes], **fields: str) -> Visitor:
        await self.open("/knowledge")
        sent = [("files", file) for file in files]
        return await self.send("/knowledge/uploads", files=sent, data=fields)

    async def load(self) -> Visitor:
        """Press the button under the report."""
        found = re.search(r'action="/operator(/knowledge/uploads/[^"]+/load[^"]*)"', self.page.text)
        assert found, self.text
        return await self.send(unescape(found[1]))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def backing(clock: Clock) -> Backing:
    return in_memory_backing(dict.fromkeys(STAFF, PASSWORD), clock)


Come = Callable[..., Visitor]


@pytest.fixture
async def come(backing: Backing) -> AsyncIterator[Come]:
    """Makes visitors; each has a browser of their own."""
    async with AsyncExitStack() as closing:
        uploads = Uploads(backing.knowledge, backing.now)
        closing.push_async_callback(uploads.close)
        site = Starlette(routes=[Mount("/operator", build_console(backing, uploads))])

        def made(*, follow: bool = True) -> Visitor:
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(site, raise_app_exceptions=False),
                base_url="http://console.test",
                follow_redirects=follow,
            )
            closing.push_async_callback(client.aclose)
            return Visitor(client)

        yield made


@pytest.fixture
async def olga(come: Come) -> Visitor:
    return await come().log_in("olga@volta.example")


@pytest.fixture
async def victor(come: Come) -> Visitor:
    return await come().log_in("victor@volta.example")


@pytest.fixture
async def otto(come: Come) -> Visitor:
    return await come().log_in("otto@lumen.example")


@pytest.fixture
async def ada(come: Come) -> Visitor:
    return await come().log_in("ada@baton.example")

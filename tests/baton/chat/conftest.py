"""A served chat without stores or agents, and a client that speaks the socket's protocol without a browser."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import socketio
import uvicorn

from baton.auth import demo_directory
from baton.chat.in_memory import InMemoryInstallation
from console.in_memory import in_memory_backing
from console.ports import Operator
from handoffs.agent import Agent, Team
from handoffs.events import AnyEvent, CallFinished, HandedIn, HandedOut, Said
from memory.coordination.in_memory import InMemoryLimits, InMemoryRevocations

PASSWORD = "swarm"
PATIENCE_S = 10


def agent(name: str) -> Agent:
    return Agent(
        name=name,
        display_name=name.title(),
        purpose=name,
        instructions="",
        short_instructions="",
        tools=(),
        hands_to=(),
    )


@pytest.fixture(scope="session")
def team() -> Team:
    return Team(agents=(agent("billing"), agent("support")), default="support")


def answer(text: str) -> Sequence[AnyEvent]:
    if "parcel" in text:
        why = "the parcel has not arrived"
        return (
            HandedOut(agent="billing", handoff_id="h1", to="support", reason=why, summary=""),
            HandedIn(agent="support", handoff_id="h1", source="billing", reason=why, summary=""),
            CallFinished(
                agent="support",
                call_id="c1",
                tool="track_order",
                title="Looking up V-10034",
                arguments="{}",
                outcome="ok",
                content='{"order_id": "V-10034", "status": "lost", "total_cents": 24900, "idempotency_key": "k1"}',
            ),
            Said(agent="support", text="Your parcel is lost, and I am sorry."),
        )
    return (Said(agent="billing", text=f"You said: {text}"),)


class House:
    """The chat in a thread of its own, as a process would serve it."""

    def __init__(self, installation: InMemoryInstallation, port: int) -> None:
        self.installation = installation
        self.url = f"http://127.0.0.1:{port}"
        self.loop: asyncio.AbstractEventLoop | None = None

    def do(self, act: Callable[[], object]) -> None:
        """Act in the server's loop, and wait until it is done."""
        assert self.loop is not None

        async def acted() -> None:
            act()

        asyncio.run_coroutine_threadsafe(acted(), self.loop).result(PATIENCE_S)

    def cookie(self, login: str) -> str:
        """Log in; the cookie header of the session."""
        answered = httpx.post(f"{self.url}/login", data={"username": login, "password": PASSWORD})
        assert answered.status_code == 200, answered.text
        return "; ".join(f"{name}={value}" for name, value in answered.cookies.items())

    def ask(self, method: str, path: str, cookie: str = "", **more: object) -> httpx.Response:
        headers = {**({"cookie": cookie} if cookie else {}), **dict(more.pop("headers", {}))}
        return httpx.request(method, f"{self.url}{path}", headers=headers, **more)


@pytest.fixture(scope="session")
def served(team: Team, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    from baton.web import build_app  # noqa: PLC0415  Chainlit takes over a second to import, and not every run needs it

    folder: Path = tmp_path_factory.mktemp("chat")
    installation = InMemoryInstallation(team, demo_directory(PASSWORD), answer, data_folder=folder)
    before = os.environ.get("CHAINLIT_AUTH_SECRET")
    olga = Operator(login="olga@volta.example", name="Olga", role="operator", tenants=("volta",))
    app = build_app(installation, in_memory_backing({olga: PASSWORD}, lambda: datetime.now(UTC)))
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        house = House(installation, port.getsockname()[1])
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="websockets-sansio"))
        up = threading.Event()

        async def serve() -> None:
            house.loop = asyncio.get_running_loop()
            serving = asyncio.create_task(server.serve(sockets=[port]))
            while not server.started and not serving.done():
                await asyncio.sleep(0.01)
            up.set()
            await serving

        thread = threading.Thread(target=asyncio.run, args=(serve(),), name="chat")
        thread.start()
        assert up.wait(PATIENCE_S)
        yield house
        server.should_exit = True
        thread.join(PATIENCE_S)
    if before is None:
        del os.environ["CHAINLIT_AUTH_SECRET"]


@pytest.fixture
def house(served: House) -> House:
    """The served chat, with nothing counted or refused yet to anybody."""
    served.installation.limits = InMemoryLimits(lambda: datetime.now(UTC))
    served.installation.deny = InMemoryRevocations(lambda: datetime.now(UTC))
    return served


class Client:
    """One open page, as raw as it gets."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.sio = socketio.AsyncClient(reconnection=False)
        self.heard: list[tuple[str, dict]] = []
        self._news = asyncio.Condition()
        self.sio.on("*", self._hear)
        self.sio.on("disconnect", self._gone)

    async def _hear(self, event: str, data: dict | None = None, *_: object) -> None:
        async with self._news:
            self.heard.append((event, data if isinstance(data, dict) else {"value": data}))
            self._news.notify_all()

    async def _gone(self, *_: object) -> None:
        await self._hear("gone")

    async def open(self, cookie: str, *, thread: str = "", staff: bool = False, **more: object) -> Client:
        auth = {
            "clientType": "webapp",
            "sessionId": str(uuid4()),
            "threadId": thread,
            "userEnv": "{}",
            "chatProfile": "",
        }
        headers = {"cookie": cookie, **dict(more.pop("headers", {}))}
        await self.sio.connect(
            self._url, headers=headers, transports=["websocket"], socketio_path="/ws/socket.io", auth=auth, **more
        )
        await self.sio.emit("connection_successful")
        if not staff:
            await self.hears("set_commands")
        return self

    async def say(self, text: object, **forged: object) -> str:
        message = {"id": str(uuid4()), "threadId": "", "name": "me", "type": "user_message", "output": text, **forged}
        self.heard.append(("own", message))  # the front end shows one's own words at once
        await self.sio.emit("client_message", {"message": message, "fileReferences": []})
        return message["id"]

    async def hears(self, event: str, match: Callable[[dict], bool] = lambda _: True) -> dict:
        """The first such event, heard already or yet to come."""

        def found() -> dict | None:
            return next((data for name, data in self.heard if name == event and match(data)), None)

        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: found() is not None), PATIENCE_S)
        heard = found()
        assert heard is not None
        return heard

    async def hears_answer(self, words: str) -> dict:
        return await self.hears("new_message", lambda step: words in step.get("output", "") and step["name"] != "You")

    async def answered(self, words: str) -> dict:
        """Say it, and wait for the answer."""
        await self.say(words)
        return await self.hears_answer(f"You said: {words}")

    @property
    def steps(self) -> dict[str, dict]:
        """What the page shows, as Chainlit's front end would have it."""
        shown: dict[str, dict] = {}
        for event, data in self.heard:
            if event == "resume_thread":
                shown = {step["id"]: step for step in data["steps"]}
            elif event in ("own", "new_message", "stream_start"):
                shown[data["id"]] = {**shown.get(data["id"], {}), **data}
            elif event == "stream_token" and data["id"] in shown:
                shown[data["id"]] = {**shown[data["id"]], "output": data["token"]}
            elif event == "delete_message":
                shown.pop(data["id"], None)
        return shown


@pytest.fixture
async def client(house: House) -> AsyncIterator[Callable[[], Client]]:
    """Makes clients and closes them at the end."""
    async with AsyncExitStack() as closing:

        def make() -> Client:
            made = Client(house.url)
            closing.push_async_callback(made.sio.disconnect)
            return made

        yield make

"""Many customers at once on a real `baton run`: is every answer right, nothing lost or crossed, and what does it take?

    python -m benchmarks.chat_load [--sessions 300] [--at-once 300]

The server runs in a process of its own with the offline model; all pages stay open throughout. Who sees an order that
is not theirs, or hears of a conversation that is not theirs, is counted as crossed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import aiohttp
import psutil
from rich.console import Console
from rich.table import Table

from agents.shop.demo.fixed import STORIES
from agents.shop.people import CUSTOMERS, DemoCustomer
from benchmarks.chat_session import ChatSession, Turn, log_in

ROOT = Path(__file__).parent.parent
PASSWORD = "swarm"
QUESTION = "Show me my orders"
READY_WITHIN_S = 180.0
OPENING_AT_ONCE = 30
UNLIMITED = {"BATON_MESSAGES_PER_MINUTE": "1000000", "BATON_LOGINS_PER_MINUTE": "1000000"}


@dataclass(frozen=True, kw_only=True)
class Load:
    """What was found. *Units*: seconds, CPU milliseconds of the server (and of Redis) per turn, kB per session."""

    sessions: int
    lost: int
    wrong: int
    crossed: int
    first_token_s: tuple[float, float]
    turn_s: tuple[float, float]
    server_cpu_ms: float
    redis_cpu_ms: float
    open_kb: float
    talked_kb: float


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running Baton."""

    url: str
    process: psutil.Process

    @property
    def redis(self) -> psutil.Process:
        """Its embedded Redis."""
        return next(child for child in self.process.children() if "redis" in child.name())

    @property
    def resident_kb(self) -> float:
        """Memory of the server's own process."""
        return float(self.process.memory_info().rss) / 1_000


@asynccontextmanager
async def baton(folder: Path) -> AsyncGenerator[Server]:
    """`baton run` on a data folder of its own; yields when its model has loaded.

    *Raises*: RuntimeError with its last words when it does not come up.
    """
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        number = int(port.getsockname()[1])
    with _process(folder, number) as process:
        url = f"http://127.0.0.1:{number}"
        try:
            await _ready(url, process)
        except TimeoutError as error:
            raise RuntimeError(f"`baton run` is not ready after {READY_WITHIN_S:g} s") from error
        if process.poll() is not None:
            raise RuntimeError(f"`baton run` ended at once: {(folder / 'output').read_text()[-500:]}")
        yield Server(url=url, process=psutil.Process(process.pid))


@contextmanager
def _process(folder: Path, port: int) -> Generator[subprocess.Popen[bytes]]:
    environment = os.environ | UNLIMITED | {"BATON_DATA_FOLDER": str(folder), "BATON_PORT": str(port)}
    with (folder / "output").open("wb") as output:
        command = [sys.executable, "-m", "baton", "run"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


async def _ready(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server is ready, or has ended."""
    async with asyncio.timeout(READY_WITHIN_S), aiohttp.ClientSession() as http:
        while process.poll() is None:
            with suppress(aiohttp.ClientError):
                async with http.get(f"{url}/readyz") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.1)


async def measure(server: Server, sessions: int, at_once: int) -> Load:
    """Open all pages, let each have its turn, and look at what each of them heard."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
        warm = await opened(server, http, len(CUSTOMERS))
        await _turns(warm, at_once=1)
        await asyncio.gather(*(page.close() for page in warm))
        empty_kb = server.resident_kb
        pages = await opened(server, http, sessions)
        open_kb = server.resident_kb
        server_s, redis_s = _cpu_s(server.process), _cpu_s(server.redis)
        turns = await _turns(pages, at_once)
        server_s, redis_s = _cpu_s(server.process) - server_s, _cpu_s(server.redis) - redis_s
        talked_kb = server.resident_kb
        await asyncio.gather(*(page.close() for page in pages))
    seen = [(_who(number), page, turn) for number, (page, turn) in enumerate(zip(pages, turns, strict=True))]
    return Load(
        sessions=sessions,
        lost=sum(turn.whole_s is None for turn in turns),
        wrong=sum(not _right(who, turn) for who, _, turn in seen),
        crossed=sum(bool(page.order_ids - own(who)) or len(page.conversations) != 1 for who, page, _ in seen),
        first_token_s=_middle_and_tail([turn.first_token_s for turn in turns]),
        turn_s=_middle_and_tail([turn.whole_s for turn in turns]),
        server_cpu_ms=server_s * 1_000 / sessions,
        redis_cpu_ms=redis_s * 1_000 / sessions,
        open_kb=(open_kb - empty_kb) / sessions,
        talked_kb=(talked_kb - empty_kb) / sessions,
    )


def own(who: DemoCustomer) -> set[str]:
    """The numbers of a customer's orders."""
    prefix = who.tenant[0].upper()
    return {f"{prefix}-{story.number}" for story in STORIES if story.customer == who.customer}


async def opened(server: Server, http: aiohttp.ClientSession, count: int) -> list[ChatSession]:
    """So many open pages of the demo's customers, who take turns."""
    cookies = [await log_in(http, server.url, who.email, PASSWORD) for who in CUSTOMERS]
    room = asyncio.Semaphore(OPENING_AT_ONCE)

    async def one(number: int) -> ChatSession:
        page = ChatSession(server.url, cookies[number % len(cookies)], http)
        async with room:
            await page.open()
        return page

    return await asyncio.gather(*(one(number) for number in range(count)))


async def _turns(pages: Sequence[ChatSession], at_once: int) -> list[Turn]:
    room = asyncio.Semaphore(at_once)

    async def one(page: ChatSession) -> Turn:
        async with room:
            return await page.turn(QUESTION)

    return await asyncio.gather(*(one(page) for page in pages))


def _who(number: int) -> DemoCustomer:
    return CUSTOMERS[number % len(CUSTOMERS)]


def _right(who: DemoCustomer, turn: Turn) -> bool:
    """One answer, and it names the customer's newest order, or none where there is none."""
    if len(turn.answers) != 1:
        return False
    newest = max(own(who), default="")
    return newest in turn.answers[0] if newest else "no order" in turn.answers[0].lower()


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user) + float(times.system)


def _middle_and_tail(values: Sequence[float | None]) -> tuple[float, float]:
    """The 50th and the 95th percentile."""
    known = [value for value in values if value is not None]
    cuts = quantiles(known, n=20)
    return cuts[9], cuts[18]


def table_of(load: Load, at_once: int) -> Table:
    """The findings as people read them."""
    table = Table(title=f"{load.sessions} open chats, {at_once} turns at once")
    table.add_column("what")
    table.add_column("value", justify="right")
    rows = {
        "lost / wrong / crossed": f"{load.lost} / {load.wrong} / {load.crossed}",
        "first token, p50 · p95": "{:.2f} s · {:.2f} s".format(*load.first_token_s),
        "whole turn, p50 · p95": "{:.2f} s · {:.2f} s".format(*load.turn_s),
        "CPU per turn: server · Redis": f"{load.server_cpu_ms:.1f} ms · {load.redis_cpu_ms:.1f} ms",
        "memory per session: open · after its turn": f"{load.open_kb:.0f} kB · {load.talked_kb:.0f} kB",
    }
    for what, value in rows.items():
        table.add_row(what, value)
    return table


async def _main(sessions: int, at_once: int) -> bool:
    with tempfile.TemporaryDirectory(prefix="baton-load-") as folder:
        async with baton(Path(folder)) as server:
            load = await measure(server, sessions, at_once)
    Console().print(table_of(load, at_once))
    return not (load.lost or load.wrong or load.crossed)


def main() -> None:
    """Measure and print; exit with 1 when anything was lost, wrong or crossed."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--sessions", type=int, default=300, help="pages that are open at the same time")
    parser.add_argument("--at-once", type=int, default=300, help="turns in flight at the same time")
    options = parser.parse_args()
    if not asyncio.run(_main(options.sessions, options.at_once)):
        sys.exit(1)


if __name__ == "__main__":
    main()

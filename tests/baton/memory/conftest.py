"""Commands on a data folder of their own, with an application that runs on it or without."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from baton.books import authorised
from baton.cli import main
from baton.control import control_socket
from baton.desk.auditing import Deed
from baton.desk.local import LocalDesk
from baton.desk.orders import Forget
from baton.desk.ports import MemoryDesk
from baton.longterm import LongTerm
from memory.longterm.hashing import HashingEncoder
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import TenantScope
from memory.longterm.library import library_over
from memory.longterm.ports import Where

Cli = Callable[..., tuple[int, str, str]]

ARTICLE = (
    "---\ntitle: Refunds\n---\nWe refund what you send back.\n\n## How long\n\nA refund takes 5 to 7 working days.\n"
)
LIKES = '{"kind": "preference", "customer": "anna@volta.example", "key": "format", "value": "CSV", "text": "Likes CSV"}'
HELPED = '{"kind": "resolution", "text": "A lost parcel was sent again."}'


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, data_folder: Path) -> Cli:
    """Runs a command in this process; answers its exit code and what it printed."""
    monkeypatch.setenv("BATON_DATA_FOLDER", str(data_folder))
    monkeypatch.setenv("BATON_EMBEDDING_MODEL", "hashing")

    def run(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


@pytest.fixture
def help_folder(tmp_path: Path) -> Path:
    """Four memories to be: two sections of an article, anna's preference, a proposed resolution."""
    folder = tmp_path / "help"
    folder.mkdir()
    (folder / "refunds.md").write_text(ARTICLE)
    (folder / "facts.jsonl").write_text(f"{LIKES}\n{HELPED}\n")
    return folder


@pytest.fixture
def noted() -> list[Deed]:
    """The audit of the application."""
    return []


@pytest.fixture
def desk(noted: list[Deed]) -> LocalDesk:
    """The desk of an application, over memory without files."""
    store, encoder = InMemoryMemoryStore(), HashingEncoder()
    shop = {"anna@volta.example": "anna", "anna": "anna", "ben": "ben", "cara@mail.example": "cara-17"}

    async def customers(_tenant: str, said: Set[str]) -> dict[str, str]:
        return {name: shop[name] for name in said if name in shop}

    async def note(deed: Deed) -> None:
        noted.append(deed)

    longterm = LongTerm(library=library_over(store, encoder), store=store, encoder=encoder, customers=customers)

    async def forget(order: Forget, now: datetime) -> str:
        authorised(order.by, order.tenant)
        scope = TenantScope(tenant=order.tenant)
        return f"{await longterm.library.forget(scope, Where(customer=order.customer))} memories"

    return LocalDesk(longterm, forget=forget, note=note, now=lambda: datetime.now(UTC))


@contextmanager
def application(desk: MemoryDesk, data_folder: Path) -> Iterator[Path]:
    """Its control socket, served by a loop of its own in another thread."""
    data_folder.mkdir(exist_ok=True)
    up, over, at = threading.Event(), asyncio.Event(), list[Path]()
    loop = asyncio.new_event_loop()

    async def live() -> None:
        async with control_socket(desk, data_folder) as socket:
            at.append(socket)
            up.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(live(),))
    thread.start()
    assert up.wait(10)
    try:
        yield at[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
        loop.close()


@pytest.fixture
def running(desk: LocalDesk, data_folder: Path) -> Iterator[Path]:
    """An application runs on the data folder; answers where its socket is."""
    with application(desk, data_folder) as socket:
        yield socket


@pytest.fixture
def run_application(data_folder: Path) -> Callable[[MemoryDesk], object]:
    """Starts an application with a desk of the test's own: ``with run_application(desk):``."""
    return lambda desk: application(desk, data_folder)

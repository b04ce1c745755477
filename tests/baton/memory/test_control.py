"""The door for commands: who may open it, whose it is, and what a command does where nobody answers."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest

from baton.control import control_socket
from baton.control_client import RemoteDesk, running_desk
from baton.data_folder import StartRefused
from baton.desk.answers import AnyAnswer, Exported, Progressed, Shown
from baton.desk.local import LocalDesk
from baton.desk.opening import open_desk
from baton.desk.orders import AnyOrder, Count, Export, File, Seed
from baton.private_socket import short_socket_path
from baton.settings import Settings
from handoffs.errors import Unavailable, UsageError
from memory.errors import StoreUnavailable
from memory.longterm.folder_lock import FolderHeld, FolderLock


class Saying:
    """A desk that says what it was told to say, whatever is asked; an exception is raised."""

    def __init__(self, *answers: AnyAnswer | BaseException) -> None:
        self._answers = answers

    async def ask(self, order: AnyOrder) -> AsyncGenerator[AnyAnswer]:
        for answer in self._answers:
            if isinstance(answer, BaseException):
                raise answer
            yield answer


async def answers(desk: RemoteDesk, order: AnyOrder) -> list[AnyAnswer]:
    return [answer async for answer in desk.ask(order)]


def test_only_the_owner_can_reach_the_socket(running: Path) -> None:
    assert running.stat().st_mode & 0o777 == 0o600
    assert running.parent.stat().st_mode & 0o777 == 0o700


async def test_a_socket_that_cannot_be_opened_stops_the_start_with_a_sentence(data_folder: Path) -> None:
    taken = short_socket_path(data_folder.absolute() / "control")
    taken.mkdir(parents=True)
    with pytest.raises(StartRefused, match="socket for commands cannot be opened"):
        async with control_socket(Saying(), data_folder):
            pass
    taken.rmdir()


async def test_a_text_is_one_text_whatever_signs_it_holds(run_application, data_folder: Path) -> None:
    lines = tuple(Exported(line=f"a{sign}b") for sign in ("\u2028", "\u0085", "\x0b", "\n", "ü" * 100_000))
    with run_application(Saying(*lines)) as socket:
        assert await answers(RemoteDesk(socket), Export(tenant="volta")) == list(lines)


async def test_what_goes_wrong_there_is_said_here(run_application) -> None:
    for raised, expected in (
        (UsageError("that was wrong"), UsageError),
        (StoreUnavailable("the store is away"), Unavailable),
        (Unavailable("the shop is away"), Unavailable),
    ):
        with run_application(Saying(Exported(line="first"), raised)) as socket:
            desk = RemoteDesk(socket).ask(Export(tenant="volta"))
            assert await anext(desk) == Exported(line="first")
            with pytest.raises(expected, match=str(raised)):
                await anext(desk)


async def test_an_application_that_breaks_off_is_said_to(run_application) -> None:
    with run_application(Saying(Exported(line="first"), asyncio.CancelledError())) as socket:
        desk = RemoteDesk(socket).ask(Export(tenant="volta"))
        assert await anext(desk) == Exported(line="first")
        with pytest.raises(Unavailable, match="run the same command again"):
            await anext(desk)


async def test_what_nobody_foresaw_there_is_an_answer_too(run_application, caplog) -> None:
    with (
        run_application(Saying(RuntimeError("a bug"))) as socket,
        pytest.raises(UsageError, match="its log says more"),
    ):
        await answers(RemoteDesk(socket), Export(tenant="volta"))
    assert "a bug" in caplog.text


async def test_a_seeding_that_breaks_off_says_how_far_it_came(run_application, cli, help_folder: Path) -> None:
    for stored, told, rc in ((2, "volta: broken off after 2 were stored.\n", 1), (0, "1 rejected.\n", 2)):
        with run_application(Saying(Progressed(done=stored, total=4), asyncio.CancelledError())):
            code, out, err = await asyncio.to_thread(cli, "memory", "seed", help_folder)
        assert (code, out[-len(told) :]) == (rc, told)
        assert err.count("run the same command again") == 1


async def test_an_export_that_fails_leaves_the_one_before(run_application, cli, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    for ends, content in ((Exported(line="second"), "first\nsecond\n"), (Unavailable("gone"), "first\nsecond\n")):
        with run_application(Saying(Exported(line="first"), ends)):
            await asyncio.to_thread(cli, "memory", "export", "--to", file)
        assert (file.read_text(), [path.name for path in tmp_path.glob("*all.jsonl*")]) == (content, ["all.jsonl"])


async def test_an_order_of_another_version_is_refused_in_a_sentence(running: Path) -> None:
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=str(running))) as client:
        for content in (b"{", b'{"kind": "sweep"}', b'{"kind": "dance", "tenant": "volta"}'):
            answer = await client.post("http://baton/orders", content=content)
            assert (answer.status_code, "another version" in answer.json()["sentence"]) == (400, True)


async def test_files_travel_with_their_bytes(running: Path) -> None:
    content = bytes(range(256))
    order = Seed(tenant="volta", files=(File.model_construct(name="a.md", content=content),))
    *_, seeded = await answers(RemoteDesk(running), order)
    assert "UTF-16 or no text" in seeded.report.rejected[0].reason


async def test_a_copied_folder_does_not_lead_to_the_originals_application(running: Path, data_folder: Path) -> None:
    copy = data_folder.with_name("copy")
    shutil.copytree(data_folder, copy)
    assert await running_desk(data_folder) is not None
    assert await running_desk(copy) is None


async def test_what_a_killed_application_left_is_no_application(run_application, data_folder: Path) -> None:
    with run_application(Saying()) as socket:
        address = (data_folder / "control.address").read_text()
    assert not socket.exists()
    (data_folder / "control.address").write_text(address)
    assert await running_desk(data_folder) is None
    socket.touch()
    assert await running_desk(data_folder) is None
    with run_application(Saying()):
        assert await running_desk(data_folder) is not None


async def test_a_folder_that_a_silent_process_holds_is_named(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path, embedding_model="hashing")
    holder = FolderLock(tmp_path / "memory")
    with pytest.raises(FolderHeld, match=f"in use by process {os.getpid()}"):
        async with open_desk(settings, wait_s=0.2):
            pass
    holder.release()
    async with open_desk(settings, wait_s=0) as desk:
        assert isinstance(desk, LocalDesk)


async def test_a_command_waits_for_an_application_that_is_starting(
    run_application, desk: LocalDesk, data_folder: Path
) -> None:
    """It holds the folder before it answers; the command asked in between."""
    settings = Settings(data_folder=data_folder, embedding_model="hashing")
    holder = FolderLock(data_folder / "memory")

    async def counted() -> list[AnyAnswer]:
        async with open_desk(settings) as reached:
            assert isinstance(reached, RemoteDesk)
            return [answer async for answer in reached.ask(Count(tenant="volta"))]

    command = asyncio.create_task(counted())
    await asyncio.sleep(0)
    with run_application(desk):
        (answer,) = await command
    holder.release()
    assert answer.stats.engine.startswith("In memory")


async def test_a_command_that_goes_away_ends_its_seeding(running: Path, desk: LocalDesk) -> None:
    """What was stored stays; the same command goes on from there."""
    lines = b"".join(b'{"text": "%d"}\n' % number for number in range(5_000))
    order = Seed.model_construct(tenant="volta", files=(File.model_construct(name="a.jsonl", content=lines),))
    asked = RemoteDesk(running).ask(order)
    async for answer in asked:
        if answer.done:
            break
    await asked.aclose()
    *_, seeded = await answers(RemoteDesk(running), order)
    assert seeded.report.added + seeded.report.unchanged == 5_000
    assert seeded.report.unchanged >= 256
    shown = [answer async for answer in desk.ask(Export(tenant="volta"))]
    assert len(shown) == 5_000
    assert not any(isinstance(answer, Shown) for answer in shown)

"""The embedded Redis, with real processes: it keeps what it acknowledged, is never doubled, and outlives its owner."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from baton.data_folder import DataFolderLock, StartRefused
from baton.embedded_redis import EmbeddedRedis, borrowed_redis
from baton.redis_program import RedisProgram, find_program

Until = Callable[..., Awaitable[None]]

APPLICATION = """
import asyncio, sys
from pathlib import Path
from baton.data_folder import DataFolderLock
from baton.embedded_redis import EmbeddedRedis

async def main():
    server = EmbeddedRedis(Path(sys.argv[1]))
    await server.start()
    print(server.url, flush=True)
    await asyncio.Event().wait()

with DataFolderLock(Path(sys.argv[1])):
    asyncio.run(main())
"""


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedRedis]:
    server = EmbeddedRedis(tmp_path)
    await server.start()
    yield server
    await server.stop()


async def pid_of(url: str) -> int | None:
    """The process that answers there, if one does."""
    try:
        async with Redis.from_url(url) as client:
            return int((await client.info("server"))["process_id"])
    except (RedisError, OSError):
        return None


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_what_was_written_is_there_after_a_stop_and_a_start(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path)
    await server.start()
    pid = await pid_of(server.url)
    async with Redis.from_url(server.url) as client:
        await client.set("greeting", "hello")
    await server.stop()
    assert pid and not is_alive(pid)

    await server.start()
    async with Redis.from_url(server.url) as client:
        assert await client.get("greeting") == b"hello"
    await server.stop()


async def test_a_long_data_folder_still_has_a_short_socket(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path / ("deep" * 25) / ("deeper" * 25))
    await server.start()
    assert len(server.url.removeprefix("unix://")) <= 100
    await server.stop()


async def test_nobody_else_may_open_the_socket_or_read_the_data(server: EmbeddedRedis, tmp_path: Path) -> None:
    socket = Path(server.url.removeprefix("unix://"))
    modes = [oct(path.stat().st_mode & 0o777) for path in (socket, socket.parent, tmp_path / "redis")]
    assert modes == ["0o700", "0o700", "0o700"]


async def test_the_server_does_not_hear_ctrl_c(server: EmbeddedRedis) -> None:
    pid = await pid_of(server.url)
    assert pid and os.getsid(pid) == pid, "a session of its own"


async def test_a_killed_server_comes_back_with_every_acknowledged_write(server: EmbeddedRedis, until: Until) -> None:
    keeper = asyncio.create_task(server.keep_alive())
    victim = await pid_of(server.url)
    acknowledged = 0

    async def write() -> None:
        nonlocal acknowledged
        async with Redis.from_url(server.url, single_connection_client=True) as client:
            while True:
                await client.rpush("writes", acknowledged)
                acknowledged += 1

    async def is_another() -> bool:
        return await pid_of(server.url) not in {None, victim}

    writer = asyncio.create_task(write())
    await until(lambda: acknowledged > 500)
    assert victim
    os.kill(victim, signal.SIGKILL)
    writer.cancel()
    await asyncio.gather(writer, return_exceptions=True)

    await until(is_another)
    async with Redis.from_url(server.url) as client:
        kept = await client.lrange("writes", 0, -1)
    assert [int(number) for number in kept[:acknowledged]] == list(range(acknowledged))
    await server.stop()
    await keeper


async def test_the_server_of_a_killed_application_is_adopted(tmp_path: Path, until: Until) -> None:
    killed, url = start_application(tmp_path)
    async with Redis.from_url(url) as client:
        await client.set("greeting", "hello")
    survivor = await pid_of(url)
    killed.kill()
    killed.communicate()

    with DataFolderLock(tmp_path):
        server = EmbeddedRedis(tmp_path)
        await server.start()
        assert await pid_of(server.url) == survivor, "the same process goes on"
        async with Redis.from_url(server.url) as client:
            assert await client.get("greeting") == b"hello"
        await server.stop()
    assert survivor
    await until(lambda: not is_alive(survivor))


def start_application(folder: Path) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen([sys.executable, "-c", APPLICATION, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


async def test_many_starts_at_once_make_one_server(tmp_path: Path) -> None:
    servers = [EmbeddedRedis(tmp_path) for _ in range(8)]
    await asyncio.gather(*(server.start() for server in servers))
    assert len({await pid_of(server.url) for server in servers}) == 1
    await asyncio.gather(*(server.stop() for server in servers))


async def test_a_copied_data_folder_gets_a_server_of_its_own(server: EmbeddedRedis, tmp_path: Path) -> None:
    copy = tmp_path.with_name(tmp_path.name + "-copy") / "redis"
    copy.mkdir(parents=True)
    (copy / "address").write_text((tmp_path / "redis" / "address").read_text())
    other = EmbeddedRedis(copy.parent)
    await other.start()
    assert other.url != server.url
    await other.stop()
    assert await pid_of(server.url)


def test_a_second_application_on_the_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with (
        DataFolderLock(tmp_path),
        pytest.raises(StartRefused, match=rf"already runs on .* \(process {os.getpid()}\): stop it first"),
        DataFolderLock(tmp_path),
    ):
        pass
    with DataFolderLock(tmp_path):
        "the folder is free again"


async def test_a_command_beside_the_application_borrows_its_server(server: EmbeddedRedis, tmp_path: Path) -> None:
    with DataFolderLock(tmp_path):
        async with borrowed_redis(tmp_path) as url:
            assert url == server.url
        assert await pid_of(server.url), "it goes on after the command"


async def test_a_command_alone_starts_a_server_and_stops_it(tmp_path: Path) -> None:
    async with borrowed_redis(tmp_path) as url:
        assert await pid_of(url)
    assert await pid_of(url) is None


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartRefused, match=r"cannot be written \(Not a directory\): .*BATON_DATA_FOLDER"):
        await EmbeddedRedis(tmp_path / "file").start()


async def test_a_command_that_cannot_have_a_server_says_why_and_lets_go(tmp_path: Path) -> None:
    (tmp_path / "redis").touch()
    with pytest.raises(StartRefused, match="cannot be written"):
        async with borrowed_redis(tmp_path):
            pass
    with DataFolderLock(tmp_path):
        "the folder is free again"


async def test_a_server_that_ends_at_its_start_has_the_last_word(tmp_path: Path) -> None:
    broken = RedisProgram(path=said_by_program(tmp_path, "Bad file format"), version=(9, 0, 0))
    with pytest.raises(StartRefused, match=r"ended at its start: Bad file format .*redis\.log"):
        await EmbeddedRedis(tmp_path, program=broken).start()


async def test_data_of_a_newer_server_is_not_hidden_by_an_older_one(tmp_path: Path) -> None:
    (tmp_path / "redis" / "appendonlydir").mkdir(parents=True)
    old = RedisProgram(path=find_program().path, version=(6, 2, 14))
    with pytest.raises(StartRefused, match="written by Redis 7 or newer"):
        await EmbeddedRedis(tmp_path, program=old).start()


def said_by_program(folder: Path, words: str) -> str:
    program = folder / "redis-server"
    program.write_text(f"#!/bin/sh\necho '{words}'\n")
    program.chmod(0o755)
    return str(program)


def test_the_newest_program_on_the_path_is_taken(tmp_path: Path) -> None:
    for version in ("5.0.14", "7.2.4", "6.2.14"):
        (tmp_path / version).mkdir()
        said_by_program(tmp_path / version, f"Redis server v={version} sha=0")
    found = find_program(":".join(str(tmp_path / version) for version in ("5.0.14", "7.2.4", "6.2.14")))
    assert found.version == (7, 2, 4)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("Redis server v=5.0.14 sha=0", r"only .* 5\.0\.14 was found"), ("no version", "none was found")],
)
def test_a_missing_or_too_old_program_is_refused_with_a_sentence(tmp_path: Path, words: str, sentence: str) -> None:
    said_by_program(tmp_path, words)
    with pytest.raises(StartRefused, match=f"6.2 or newer, and {sentence}: install .*BATON_REDIS_URL"):
        find_program(str(tmp_path))

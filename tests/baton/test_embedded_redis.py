"""The embedded Redis with real processes: it keeps what it acknowledged, is never doubled, and outlives its owner."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from baton.data_folder import DataFolderLock, StartRefused, try_lock
from baton.embedded_redis import EmbeddedRedis, borrowed_redis
from baton.redis_program import RedisProgram, find_program

OWNER = """
import asyncio, sys
from pathlib import Path
from baton.embedded_redis import EmbeddedRedis

async def main():
    server = EmbeddedRedis(Path(sys.argv[1]))
    await server.start()
    print(server.url, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedRedis]:
    server = EmbeddedRedis(tmp_path)
    await server.start()
    yield server
    await server.stop()


async def pid_of(url: str) -> int:
    async with Redis.from_url(url) as client:
        return int((await client.info("server"))["process_id"])


async def test_starts_answers_and_stops(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path)
    await server.start()
    async with Redis.from_url(server.url) as client:
        await client.set("greeting", "hello")
    pid = await pid_of(server.url)
    await server.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)

    await server.start()
    async with Redis.from_url(server.url) as client:
        assert await client.get("greeting") == b"hello", "a graceful stop keeps everything"
    await server.stop()


async def test_a_data_folder_with_a_very_long_path(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path / ("deep" * 25) / ("deeper" * 25))
    await server.start()
    assert len(server.url.removeprefix("unix://")) <= 100
    await server.stop()


async def test_what_was_acknowledged_survives_a_kill_and_the_server_comes_back(server: EmbeddedRedis) -> None:
    keeper = asyncio.create_task(server.keep_alive())
    victim = await pid_of(server.url)
    acknowledged = 0
    async with Redis.from_url(server.url) as client:
        for number in range(3000):
            await client.rpush("writes", number)
            acknowledged += 1
            if number == 2000:
                break
    os.kill(victim, signal.SIGKILL)

    survivor = await another_than(victim, server.url)
    assert survivor != victim
    async with Redis.from_url(server.url) as client:
        assert await client.llen("writes") == acknowledged
    await server.stop()
    await keeper


async def another_than(victim: int, url: str) -> int:
    async with asyncio.timeout(20):
        while True:
            try:
                if (pid := await pid_of(url)) != victim:
                    return pid
            except (ConnectionError, OSError, Exception):
                pass
            await asyncio.sleep(0.01)


async def test_a_survivor_of_a_killed_application_is_adopted(tmp_path: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    url = owner.stdout.readline().strip()
    async with Redis.from_url(url) as client:
        await client.set("greeting", "hello")
    pid = await pid_of(url)
    owner.kill()
    owner.communicate()

    server = EmbeddedRedis(tmp_path)
    await server.start()
    assert await pid_of(server.url) == pid, "the same process goes on"
    async with Redis.from_url(server.url) as client:
        assert await client.get("greeting") == b"hello"
    await server.stop()
    assert try_lock(tmp_path / "redis" / "server.lock") is not None


async def test_many_starts_at_once_make_one_server(tmp_path: Path) -> None:
    servers = [EmbeddedRedis(tmp_path) for _ in range(5)]
    await asyncio.gather(*(server.start() for server in servers))
    assert len({await pid_of(server.url) for server in servers}) == 1
    await asyncio.gather(*(server.stop() for server in servers))

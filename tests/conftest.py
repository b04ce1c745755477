"""Fixtures for every test: a real Redis, the check for keys that would live for ever, a browser if there is one."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from redis.asyncio import Redis

from baton.redis_program import find_program

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long runs are left out unless asked for with ``-m soak``."""
    if "soak" in config.option.markexpr:
        return
    long = [item for item in items if item.get_closest_marker("soak")]
    items[:] = [item for item in items if item not in long]
    config.hook.pytest_deselected(items=long)


Until = Callable[..., Awaitable[None]]


@pytest.fixture
def until() -> Until:
    """Waits for a state instead of sleeping: ``await until(lambda: server.is_up)``; the question may be async."""

    async def wait(reached: Callable[[], bool | Awaitable[bool]], *, within_s: float = 20.0) -> None:
        async with asyncio.timeout(within_s):
            while not (answer if isinstance(answer := reached(), bool) else await answer):
                await asyncio.sleep(0.01)

    return wait


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The address of a real redis-server that lives as long as the test run; in memory only."""
    folder = Path(tempfile.mkdtemp(prefix="bt-"))  # pytest's own folders are too deep for a socket's name
    socket = folder / "r.sock"
    command = [find_program().path, "--port", "0", "--unixsocket", str(socket), "--dir", str(folder), "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as server:
        assert server.stdout is not None
        said = []
        for line in server.stdout:
            said.append(line)
            if str(socket) in line and "ready to accept connections" in line:
                break
        else:
            pytest.fail("redis-server ended before it listened:\n" + "".join(said))
        yield f"unix://{socket}"
        server.terminate()
    shutil.rmtree(folder)


@pytest.fixture
async def redis_client(redis_url: str) -> AsyncIterator[Redis]:
    """A client of that server; the test starts with an empty database."""
    async with Redis.from_url(redis_url) as client:
        await client.flushall()
        yield client


@pytest.fixture
def permanent_keys() -> tuple[str, ...]:
    """Glob patterns of keys that may live for ever; a room that has some overrides this in its conftest."""
    return ()


@pytest.fixture
async def key_leaks(redis_client: Redis, permanent_keys: tuple[str, ...]) -> AsyncIterator[None]:
    """Fails the test if it leaves a key without a time to live that is not on the permanent list."""
    yield
    leaks = []
    async for raw in redis_client.scan_iter(count=1000):
        key = raw.decode()
        if await redis_client.ttl(key) == -1 and not any(fnmatchcase(key, pattern) for pattern in permanent_keys):
            leaks.append(key)
    assert not leaks, f"keys that would live for ever: {sorted(leaks)}"


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is; tests that need it are skipped by name where it is missing."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("Chromium is missing: install the package chromium to run the browser tests")
    return found

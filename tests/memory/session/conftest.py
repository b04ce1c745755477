"""A Redis of one's own that may be killed, and clients of the shared one as the product makes them."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from baton.redis_program import find_program
from memory.session import keys
from memory.session.redis_client import connect
from memory.session.redis_journal import RedisJournal


class Server:
    """A redis-server with an append-only file, to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self.url = f"unix://{folder}/r.sock"

    def start(self) -> None:
        """Start, and return when it listens."""
        command = [find_program().path, "--port", "0", "--unixsocket", f"{self._folder}/r.sock"]
        command += ["--dir", str(self._folder), "--save", "", "--appendonly", "yes"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert any("ready to accept connections" in line for line in self._process.stdout)

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


@pytest.fixture
def server() -> Iterator[Server]:
    """A running one; what it stored survives a kill."""
    folder = Path(tempfile.mkdtemp(prefix="bt-"))
    server = Server(folder)
    server.start()
    yield server
    server.kill()
    shutil.rmtree(folder)


@pytest.fixture
def permanent_keys() -> tuple[str, ...]:
    """What session memory keeps for ever."""
    return keys.PERMANENT


@pytest.fixture
async def redis(redis_url: str, redis_client: Redis) -> AsyncIterator[Redis]:
    """The product's own client on an empty database."""
    redis = connect(redis_url)
    yield redis
    await redis.aclose()


@pytest.fixture
def committing():
    """A commit in which only what matters is named."""

    async def commit(journal: RedisJournal, execution: str, **wanted: object):
        plain = {
            "fence": 1, "epoch": None, "number": 1, "commit_id": "k1", "records": [("billing", b"{}", b"said")],
            "session": {}, "hashes": {}, "blobs": {}, "index": [], "take": 0, "quiet": False, "status": None,
        }  # fmt: skip
        return await journal.commit("volta", "c1", execution, **(plain | wanted))

    return commit

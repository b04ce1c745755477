"""`baton memory` beside a real `baton run`: through it while it runs, without it the moment it is killed."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from baton.embedded_redis import borrowed_redis

STARTS_WITHIN_S = 60


@pytest.fixture
def baton(data_folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`baton run` on the data folder, from when commands can reach it."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("BATON_", "OPENAI_"))}
    named = {"BATON_DATA_FOLDER": str(data_folder), "BATON_PORT": str(port), "BATON_EMBEDDING_MODEL": "hashing"}
    words = [sys.executable, "-m", "baton", "run"]
    with subprocess.Popen(words, env={**clean, **named}, stdout=subprocess.DEVNULL) as run:
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not (data_folder / "control.address").exists():
            assert run.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        yield run
        run.kill()
    asyncio.run(_stop_redis(data_folder))


async def _stop_redis(data_folder: Path) -> None:
    """That of a killed application survives it; whoever borrows it then stops it."""
    async with borrowed_redis(data_folder):
        pass


def test_seeding_works_beside_it_and_after_it(baton, cli, help_folder: Path, data_folder: Path) -> None:
    code, out, _ = cli("memory", "seed", help_folder)
    assert (code, out) == (0, "volta: 4 added, 0 replaced, 0 unchanged, 0 removed, 0 rejected.\n")
    assert (data_folder / "memory" / "lock").read_text() == str(baton.pid)

    baton.kill()
    baton.wait()
    assert (data_folder / "control.address").exists()  # nobody was left to take it away
    code, out, _ = cli("memory", "seed", help_folder, "--prune")
    assert (code, out) == (0, "volta: 0 added, 0 replaced, 4 unchanged, 0 removed, 0 rejected.\n")
    assert (data_folder / "memory" / "lock").read_text() == str(os.getpid())

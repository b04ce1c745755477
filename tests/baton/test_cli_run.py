"""`baton run`: what stops it from starting is one sentence, and when it stops nothing is left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from baton.data_folder import DataFolderLock, try_lock

STARTS_WITHIN_S = 60


def command(folder: Path, port: int, **more: str) -> tuple[list[str], dict[str, str]]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("BATON_", "OPENAI_"))}
    return [sys.executable, "-m", "baton", "run"], {
        **clean, "BATON_DATA_FOLDER": str(folder), "BATON_PORT": str(port), "PYTHONUNBUFFERED": "1", **more,
    }  # fmt: skip


def refusal(folder: Path, port: int, **more: str) -> str:
    words, variables = command(folder, port, **more)
    ended = subprocess.run(words, env=variables, capture_output=True, text=True, check=False, timeout=STARTS_WITHIN_S)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1, ended.stderr
    return ended.stderr


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.fixture
def free() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def test_a_taken_port_is_refused(tmp_path: Path, taken: int) -> None:
    said = refusal(tmp_path, taken)
    assert said.startswith(f"Port {taken} on 127.0.0.1 is taken by another program: ")
    assert "BATON_PORT" in said


def test_a_second_start_on_the_same_folder_is_refused(tmp_path: Path, free: int) -> None:
    with DataFolderLock(tmp_path):
        assert refusal(tmp_path, free).startswith(f"Baton already runs on the data folder {str(tmp_path)!r} (process ")


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path, free: int) -> None:
    (tmp_path / "file").touch()
    assert "make it writable, or choose another one with BATON_DATA_FOLDER" in refusal(tmp_path / "file" / "x", free)


def test_a_redis_that_is_away_is_refused(tmp_path: Path, free: int) -> None:
    assert "No Redis answers at BATON_REDIS_URL" in refusal(tmp_path, free, BATON_REDIS_URL=f"unix://{tmp_path}/no")


def test_it_says_who_to_be_answers_and_leaves_nothing_behind(tmp_path: Path, free: int) -> None:
    words, variables = command(tmp_path, free)
    with subprocess.Popen(words, env=variables, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        with urllib.request.urlopen(f"http://127.0.0.1:{free}/healthz", timeout=10) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=STARTS_WITHIN_S) == 0
    for part in (f"http://localhost:{free}", "anna@volta.example", "I was charged twice", "not a language model"):
        assert part in said
    held = try_lock(tmp_path / "redis" / "server.lock")
    assert held is not None, "the embedded Redis still runs"
    os.close(held)

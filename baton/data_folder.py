"""The data folder: made on first use, and held by one application at a time."""

from __future__ import annotations

import fcntl
import os
import tempfile
from pathlib import Path
from types import TracebackType

from handoffs.errors import BatonError


class StartRefused(BatonError):
    """Baton cannot start like this; the message tells whoever started it what to do."""


def prepared(folder: Path) -> Path:
    """The folder as an absolute path, made if missing (for its owner's eyes only) and proved writable.

    *Raises*: StartRefused when it cannot be made or written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise StartRefused(
            f"The data folder {str(folder)!r} cannot be written ({error.strerror}): "
            "make it writable, or choose another one with BATON_DATA_FOLDER."
        ) from error
    return folder.resolve()


class DataFolderLock:
    """Holds a data folder for this process; the kernel lets go of it when the process ends, however it ends.

    *Raises*: StartRefused on entry when another application holds the folder, or when it cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._fd: int | None = None

    def __enter__(self) -> DataFolderLock:
        if not self.acquire():
            raise StartRefused(
                f"Baton already runs on the data folder {str(self._folder)!r} (process {self._holder()}): "
                "stop it first, or choose another folder for this one with BATON_DATA_FOLDER."
            )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()

    def acquire(self) -> bool:
        """Take the folder if no other process holds it; answers whether it is ours now."""
        fd = try_lock(prepared(self._folder) / "baton.lock")
        if fd is None:
            return False
        os.ftruncate(fd, 0)
        os.write(fd, str(os.getpid()).encode())
        self._fd = fd
        return True

    def release(self) -> None:
        """Let go of the folder; harmless when it is not held."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _holder(self) -> str:
        return (self._folder / "baton.lock").read_text() or "unknown"


def try_lock(path: Path) -> int | None:
    """A descriptor that holds the lock file, or None where somebody else does.

    The lock lives as long as any copy of the descriptor, also in a child process that inherited it.
    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        return None
    return fd

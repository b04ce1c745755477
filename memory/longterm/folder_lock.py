"""A folder that belongs to one process at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from memory.errors import StoreUnavailable


class FolderHeld(StoreUnavailable):
    """Another process holds the folder; the message names it."""


class FolderLock:
    """Holds a folder, made if missing, until ``release`` or the end of the process, however it ends.

    *Raises*: FolderHeld when another process holds it, StoreUnavailable when it cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / "lock"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreUnavailable(
                f"The memory folder {str(folder)!r} cannot be written ({error.strerror}): make it writable, or choose "
                "another one."
            ) from error
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._fd)
            raise FolderHeld(
                f"The memory folder {str(folder)!r} is in use by process {path.read_text() or 'unknown'}: go through "
                "that one, stop it first, or choose another folder."
            ) from None
        os.ftruncate(self._fd, 0)
        os.write(self._fd, str(os.getpid()).encode())

    def release(self) -> None:
        """Let go of the folder; harmless the second time."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

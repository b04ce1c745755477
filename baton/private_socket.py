"""Where unix sockets of a data folder lie: in a folder that only this user may enter, under a path short enough."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from baton.data_folder import StartRefused

CONTROL_ADDRESS = "control.address"  # the data folder's file that names the socket for commands
LONGEST_SOCKET_PATH_BYTES = 100  # the kernel takes 108, other systems 104


def short_socket_path(folder: Path) -> Path:
    """A path short enough to listen on, the same for the same folder: with a long one a server listens nowhere."""
    name = hashlib.blake2b(os.fsencode(folder), digest_size=6).hexdigest() + ".sock"
    path = Path(tempfile.gettempdir()) / f"baton-{os.getuid()}" / name
    return path if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH_BYTES else Path("/tmp", *path.parts[-2:])


def make_private(folder: Path) -> None:
    """Make the socket's folder for this user alone. *Raises*: StartRefused where somebody else has put it there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    seen = folder.lstat()
    if seen.st_uid != os.getuid() or folder.is_symlink():
        raise StartRefused(f"The folder {str(folder)!r} belongs to someone else: remove it, or set TMPDIR to another.")
    folder.chmod(0o700)

"""The embedded Redis: a real redis-server on a unix socket that belongs to one data folder.

At most one server runs on a folder, and the kernel proves it: the server inherits a locked file and holds it until it
ends (two servers would corrupt the append-only file). It outlives a killed application; the next start adopts it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from baton.data_folder import DataFolderLock, StartRefused, prepared, try_lock
from baton.private_socket import make_private, short_socket_path
from baton.redis_program import RedisProgram, find_program

POLL_S = 0.01
START_WITHIN_S = 60.0  # a long append-only file is read in this time
STOP_WITHIN_S = 10.0
RETRY_S = 2.0
NO_RETRY = Retry(NoBackoff(), 0)

log = logging.getLogger("baton.redis")


class EmbeddedRedis:
    """The Redis of one data folder: ``start()``, give ``url`` to clients, run ``keep_alive()`` beside, ``stop()``."""

    def __init__(self, data_folder: Path, *, program: RedisProgram | None = None) -> None:
        self._folder = data_folder.absolute() / "redis"
        self._program = program
        self._socket: Path | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._wanted = False

    @property
    def url(self) -> str:
        """The address for clients; it stays the same when the server is restarted."""
        if self._socket is None:
            raise RuntimeError("the embedded Redis has no address yet: await start() first")
        return f"unix://{self._socket}"

    async def start(self) -> None:
        """Adopt the folder's running server, or start one; returns when it answers.

        *Raises*: StartRefused when the folder cannot be written, no program fits, or the server does not come up.
        """
        self._folder = prepared(self._folder)
        self._wanted = True
        started = False
        try:
            async with asyncio.timeout(START_WITHIN_S):
                while not await self._answers():
                    if (lock := try_lock(self._folder / "server.lock")) is not None:
                        self._spawn(lock, first=not started)
                        started = True
                    await asyncio.sleep(POLL_S)
        except TimeoutError as error:
            raise StartRefused(
                f"The embedded Redis does not answer after {START_WITHIN_S:.0f} s: {self._last_words()}"
            ) from error

    async def keep_alive(self) -> None:
        """Start the server again whenever it dies; returns after ``stop()``."""
        while self._wanted:
            await self._until_gone()
            if not self._wanted:
                return
            log.warning("the embedded Redis is gone; starting it again")
            try:
                await self.start()
            except StartRefused as error:
                log.error("%s Trying again in %.0f s.", error, RETRY_S)
                await asyncio.sleep(RETRY_S)

    async def stop(self) -> None:
        """Shut the server down, adopted or not, with everything on disk; returns when its process has ended."""
        self._wanted = False
        if self._socket is None:
            return
        with suppress(RedisError, OSError):
            async with Redis.from_url(self.url, retry=NO_RETRY) as client:
                await client.shutdown(nosave=True)  # the append-only file is synced all the same
        try:
            async with asyncio.timeout(STOP_WITHIN_S):
                while (lock := try_lock(self._folder / "server.lock")) is None:
                    await asyncio.sleep(POLL_S)
                os.close(lock)
        except TimeoutError:
            log.warning("the embedded Redis has not ended after %.0f s; the next start adopts it", STOP_WITHIN_S)
        else:
            self._reap()

    async def _answers(self) -> bool:
        """Whether a server of this very folder answers where the folder says one listens."""
        address = self._folder / "address"
        socket = Path(address.read_text()) if address.exists() else None
        if socket is None or not socket.is_socket():
            return False
        url = f"unix://{socket}"
        with suppress(RedisError, OSError):
            async with Redis.from_url(url, retry=NO_RETRY, socket_timeout=5.0, decode_responses=True) as client:
                where = cast("dict[str, str]", await client.config_get("dir"))
            if os.path.samefile(where["dir"], self._folder):  # in a copied folder, the address is another's
                self._socket = socket
                return True
        return False

    async def _until_gone(self) -> None:
        """Hold a connection until the server closes it, as the kernel does for it when it is killed."""
        with suppress(OSError):
            reader, writer = await asyncio.open_unix_connection(self._socket)
            try:
                await reader.read()
            finally:
                writer.close()

    def _spawn(self, lock: int, *, first: bool) -> None:
        """Start the server that takes over this lock; a second time in one start means that the first one ended."""
        try:
            self._reap()
            if not first:
                raise StartRefused(f"The embedded Redis ended at its start: {self._last_words()}")
            program = self._program or find_program()
            self._refuse_newer_data(program)
            socket = self._socket or short_socket_path(self._folder)
            make_private(socket.parent)
            (self._folder / "address").write_text(str(socket))
            with (self._folder / "redis.log").open("ab") as output:
                self._child = subprocess.Popen(
                    [program.path, *_arguments(self._folder, socket)],
                    cwd=self._folder,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    pass_fds=(lock,),
                    start_new_session=True,  # Ctrl-C is for the application, which then stops the server
                )
        except OSError as error:
            raise StartRefused(f"The embedded Redis cannot be started: {error}") from error
        finally:
            os.close(lock)

    def _reap(self) -> None:
        """Collect the ended child; who holds the server's lock knows that it has ended."""
        if self._child is not None:
            self._child.wait()
            self._child = None

    def _refuse_newer_data(self, program: RedisProgram) -> None:
        if program.version < (7, 0, 0) and (self._folder / "appendonlydir").exists():
            raise StartRefused(
                f"The data in {str(self._folder)!r} was written by Redis 7 or newer, and the newest program found is "
                f"{program.label}: install the package redis-server in version 7 or newer."
            )

    def _last_words(self) -> str:
        written = self._folder / "redis.log"
        lines = written.read_text(errors="replace").splitlines() if written.exists() else []
        return f"{' / '.join(lines[-3:])} (all of it is in {written})"


@asynccontextmanager
async def borrowed_redis(data_folder: Path) -> AsyncGenerator[str]:
    """The address of the folder's Redis for a short command: the running application's, or one started for it alone."""
    lock = DataFolderLock(data_folder)
    alone = lock.acquire()
    server = EmbeddedRedis(data_folder)
    try:
        await server.start()
        yield server.url
    finally:
        if alone:
            await server.stop()
        lock.release()


def _arguments(folder: Path, socket: Path) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return [word for name, value in options.items() for word in (f"--{name}", value)]

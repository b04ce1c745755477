"""A client of Redis as Baton needs it: bytes in and out, few connections, no waiting for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from memory.errors import StoreUnavailable

CONNECTIONS_MOST = 32
TIMEOUT_S = 5.0


class StackPool(ConnectionPool):
    """Hands out the connection used last; who finds none waits. A third of the client's CPU less per command.

    The library's pools take locks, look at each socket and keep counters on every command; here a connection that died
    is noticed by its command, which ``redis_scripts`` sends again on a new one.
    """

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)  # pyright: ignore[reportArgumentType]  the library passes a URL's options so
        self._free = asyncio.Semaphore(self.max_connections)

    async def get_connection(
        self, command_name: str | None = None, *keys: object, **options: object
    ) -> AbstractConnection:
        """A connected connection; waits while all are in use."""
        await self._free.acquire()
        connection = self.get_available_connection()
        try:
            if not connection.is_connected:
                await connection.connect()
        except BaseException:
            await self.release(connection)
            raise
        return connection

    async def release(self, connection: AbstractConnection) -> None:
        """Give a connection back to the next one who asks."""
        self._in_use_connections.remove(connection)
        self._available_connections.append(connection)
        self._free.release()


def connect(url: str, *, connections: int = CONNECTIONS_MOST) -> Redis:
    """A client for ``redis://``, ``rediss://`` or ``unix://``; connects when first used.

    Time is bounded by ``reaching``: the library's own socket timeout costs a task per write, and in Python 3.11 may
    swallow a cancellation.
    """
    pool = StackPool.from_url(
        url,
        max_connections=connections,
        socket_timeout=None,
        socket_connect_timeout=TIMEOUT_S,
        protocol=2,
        retry=Retry(NoBackoff(), 0),
    )
    return Redis.from_pool(pool)


@asynccontextmanager
async def reaching(doing: str) -> AsyncGenerator[None]:
    """The one boundary where waiting ends and the driver's errors become memory's own. *Raises*: StoreUnavailable."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            yield
    except TimeoutError as error:
        raise StoreUnavailable(f"Redis did not {doing} within {TIMEOUT_S:g} s. Is it overloaded?") from error
    except (RedisError, OSError) as error:
        said = str(error) or type(error).__name__
        raise StoreUnavailable(
            f"Redis did not {doing}: {said}. Is it running, and is BATON_REDIS_URL right?"
        ) from error

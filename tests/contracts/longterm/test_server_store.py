"""What the server's store promises when the server is away, hangs, refuses, or holds something else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from qdrant_client import AsyncQdrantClient

from memory.errors import StoreMismatch, StoreUnavailable
from memory.longterm.item import TenantScope
from memory.longterm.ports import Where
from memory.longterm.qdrant_server import ServerStore
from memory.longterm.space import VectorSpace

SPACE = VectorSpace(model="hashing", dimension=64, token_dimension=16)
WHOLE = TenantScope(tenant="volta")

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")


@asynccontextmanager
async def answering(status: str | None) -> AsyncIterator[str]:
    """The address of a server that answers everything with one status, or hangs where that is None."""

    answers: set[asyncio.Task[None] | None] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers.add(asyncio.current_task())
        await reader.readuntil(b"\r\n\r\n")
        if status is None:
            await reader.read()
        else:
            writer.write(f"HTTP/1.1 {status}\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}".encode())
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    await asyncio.gather(*(one for one in answers if one))


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[ServerStore]:
    store = ServerStore.connect(url, "memories", SPACE, timeout_s=1)
    yield store
    await store.aclose()


@pytest.mark.parametrize(
    ("status", "error", "saying"),
    [
        ("503 Service Unavailable", StoreUnavailable, "did not answer .status 503"),
        ("401 Unauthorized", StoreUnavailable, "status 401"),
        ("400 Bad Request", StoreMismatch, "update the server, or name another collection"),
        (None, StoreUnavailable, "did not answer"),
    ],
)
async def test_a_server_that_does_not_do_it_is_named_by_its_collection(status, error, saying):
    async with answering(status) as url, connected(url) as store:
        with pytest.raises(error, match=f"'memories'.*{saying}"):
            await store.count(WHOLE, Where())


async def test_a_server_that_is_away_is_unavailable_and_asked_again_at_the_next_call():
    async with answering("503 Service Unavailable") as url:
        pass
    async with connected(url) as store:
        for _ in range(2):
            with pytest.raises(StoreUnavailable, match="did not answer"):
                await store.scan(WHOLE, Where())


@pytest.mark.parametrize(
    "other",
    [
        replace(SPACE, model="another"),
        replace(SPACE, dimension=32),
        replace(SPACE, token_dimension=8),
        replace(SPACE, token_dimension=None),
    ],
)
async def test_a_collection_of_another_model_is_refused_with_what_to_do(other):
    client = AsyncQdrantClient(location=":memory:")
    await ServerStore(client, "memories", other).health()
    with pytest.raises(StoreMismatch, match="set that model again, or choose an empty place"):
        await ServerStore(client, "memories", SPACE).count(WHOLE, Where())
    await client.delete_collection("memories")
    assert await ServerStore(client, "memories", SPACE).count(WHOLE, Where()) == 0
    await client.close()

"""Each store of long-term memories, with one tenant in it that is new for each test."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from qdrant_client import AsyncQdrantClient

from memory.longterm.hashing import HashingEncoder
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import CustomerScope, Memory, TenantScope, memory_id
from memory.longterm.qdrant_embedded import EmbeddedStore
from memory.longterm.qdrant_server import ServerStore
from memory.longterm.space import VectorSpace

SPACE = VectorSpace(model="hashing", dimension=64, token_dimension=16)
SERVER = os.environ.get("BATON_QDRANT_URL")
KINDS = ["in memory", "embedded", "client's local mode", *(["server"] if SERVER else [])]

Store = InMemoryMemoryStore | EmbeddedStore | ServerStore


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A store and one tenant in it."""

    store: Store
    tenant: str
    now: datetime = datetime(2026, 11, 20, 12, tzinfo=UTC)
    encoder: HashingEncoder = HashingEncoder(dimension=SPACE.dimension, token_dimension=16)  # noqa: RUF009

    @property
    def whole(self) -> TenantScope:
        return TenantScope(tenant=self.tenant)

    def of(self, customer: str) -> CustomerScope:
        return CustomerScope(tenant=self.tenant, customer=customer)

    def memory(self, text: str, *, customer: str = "anna", **fields: object) -> Memory:
        """A memory in which only what matters to the test is named."""
        plain = {
            "id": memory_id(self.tenant, customer, "here", text), "tenant": self.tenant, "customer": customer,
            "kind": "episode", "text": text, "said_at": self.now, "confirmed_at": self.now, "source": "here",
        }  # fmt: skip
        return Memory(**(plain | fields))

    async def put(self, *memories: Memory) -> None:
        encoded = await self.encoder.documents(memories)
        await self.store.put(self.whole, list(zip(memories, encoded, strict=True)))

    async def remember(self, *texts: str, customer: str = "anna", **fields: object) -> list[Memory]:
        memories = [self.memory(text, customer=customer, **fields) for text in texts]
        await self.put(*memories)
        return memories

    async def search(self, question: str, *, customer: str = "anna", limit: int = 10, **narrow: object):
        query = await self.encoder.query(question)
        return await self.store.search(self.of(customer), query, now=self.now, limit=limit, **narrow)

    async def found(self, question: str, **narrow: object) -> set[str]:
        return {hit.memory.text for hit in await self.search(question, **narrow)}


@pytest.fixture(scope="session")
def embedded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the embedded store keeps its files."""
    return tmp_path_factory.mktemp("memory")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def embedded_store(embedded_folder: Path) -> AsyncIterator[EmbeddedStore]:
    """One for all tests, each of which is a tenant of its own: a new folder costs a second of waiting for the disk."""
    store = await EmbeddedStore.open(embedded_folder, SPACE)
    yield store
    await store.aclose()


@pytest.fixture(params=KINDS)
async def store(request: pytest.FixtureRequest, embedded_store: EmbeddedStore) -> AsyncIterator[Store]:
    """Each of the stores; a real server where BATON_QDRANT_URL names one."""
    if request.param == "embedded":
        yield embedded_store
    elif request.param == "in memory":
        yield InMemoryMemoryStore()
    else:
        collection = f"test-{uuid.uuid4().hex}"
        client = AsyncQdrantClient(**({"url": SERVER} if request.param == "server" else {"location": ":memory:"}))
        store = ServerStore(client, collection, SPACE)
        yield store
        await client.delete_collection(collection)
        await store.aclose()


@pytest.fixture
def shop(store: Store) -> Shop:
    """A tenant without memories."""
    return Shop(store=store, tenant=f"shop-{uuid.uuid4().hex[:8]}")


@pytest.fixture
def embedded_shop(embedded_store: EmbeddedStore) -> Shop:
    """A tenant without memories in the embedded store."""
    return Shop(store=embedded_store, tenant=f"shop-{uuid.uuid4().hex[:8]}")

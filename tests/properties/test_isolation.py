"""Whatever is written, seeded, verified, reviewed, swept and forgotten: nobody is ever told what is another's.

Every text and value carries a plant that says whose it is; all that a scope can be answered is searched for plants.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from memory.longterm.hashing import HashingEncoder
from memory.longterm.in_memory import InMemoryMemoryStore
from memory.longterm.item import CustomerScope, Note, Scope, TenantScope
from memory.longterm.kinds import LIFETIMES, Kind
from memory.longterm.library import KeptStore, library_over
from memory.longterm.ports import Verdict, Verified, Where
from memory.longterm.qdrant_embedded import EmbeddedStore
from memory.longterm.review import NotProposed
from memory.longterm.space import VectorSpace
from memory.seed.gather import uploaded
from memory.seed.job import seed

TENANTS = ("volta", "lumen", "volt")
CUSTOMERS = ("anna", "ben", "ann")  # the same people's names in every shop
ENCODER = HashingEncoder(dimension=32, token_dimension=8)
PLANT = re.compile(r"planted by (\w+)/(\w*) ")
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
Owner = tuple[str, str]


def plant(tenant: str, customer: str) -> str:
    return f"planted by {tenant}/{customer} wants invoices as"


def plants(texts: Iterable[str]) -> set[Owner]:
    return {(tenant, customer) for text in texts for tenant, customer in PLANT.findall(text)}


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something happens at a shop, about a customer of its, some days after the last thing."""

    what: str
    tenant: str
    customer: str
    kind: Kind
    key: str
    value: str
    days: float


STEPS = st.builds(
    Step,
    what=st.sampled_from(["write", "write", "write", "seed", "ask", "accept", "reject", "sweep", "forget", "trespass"]),
    tenant=st.sampled_from(TENANTS),
    customer=st.sampled_from(CUSTOMERS),
    kind=st.sampled_from(get_args(Kind)),
    key=st.sampled_from(["", "invoice_format", "address"]),
    value=st.sampled_from(["CSV", "PDF"]),
    days=st.sampled_from([0, 0.5, 10, 100]),
)
VERDICTS = st.sampled_from(get_args(Verdict))


class World:
    """Several shops on one store, and what may be told of whom."""

    def __init__(self, store: KeptStore, verdict: Verdict) -> None:
        self.store = store
        self.verdict = verdict
        self.asked: list[tuple[Owner, str]] = []
        self.library = library_over(store, ENCODER, verifiers={"address": self.verify})
        self.now = BEGIN

    async def verify(self, scope: CustomerScope, value: str) -> Verified:
        self.asked.append(((scope.tenant, scope.customer), value))
        return Verified(self.verdict, f"{plant(scope.tenant, scope.customer)} paper")

    async def take(self, step: Step, number: int) -> None:
        self.now += timedelta(days=step.days)
        await getattr(self, step.what)(step, number)

    async def write(self, step: Step, number: int) -> None:
        planted = f"{plant(step.tenant, '' if LIFETIMES[step.kind].shared else step.customer)} {step.value}"
        note = Note(
            kind=step.kind, text=f"{planted} {step.key and number}", said_at=self.now, source="conversation/c",
            place=f"{number % 3}", key=step.key, value=step.key and planted,
        )  # fmt: skip
        await self.library.write(CustomerScope(tenant=step.tenant, customer=step.customer), [note], now=self.now)

    async def seed(self, step: Step, number: int) -> None:
        owner = "" if LIFETIMES[step.kind].shared else step.customer
        text = f"{plant(step.tenant, owner)} {step.value}"
        line = {"text": text, "kind": step.kind, "customer": owner, "key": step.key}
        files = uploaded([(f"{number % 3}.jsonl", json.dumps(line).encode())])
        scope = TenantScope(tenant=step.tenant)
        await seed(self.store, ENCODER, scope, files, now=self.now, prune=step.value == "PDF")

    async def ask(self, step: Step, number: int) -> None:
        await self.told(CustomerScope(tenant=step.tenant, customer=step.customer))

    async def accept(self, step: Step, number: int) -> None:
        scope = TenantScope(tenant=step.tenant)
        for proposal in (await self.library.review.proposals(scope)).memories[:1]:
            await self.library.review.accept(scope, proposal.id, by="olga", now=self.now)

    async def reject(self, step: Step, number: int) -> None:
        scope = TenantScope(tenant=step.tenant)
        for proposal in (await self.library.review.proposals(scope)).memories[:1]:
            await self.library.review.reject(scope, proposal.id, by="olga", now=self.now)

    async def sweep(self, step: Step, number: int) -> None:
        await self.library.sweep(TenantScope(tenant=step.tenant), now=self.now)

    async def forget(self, step: Step, number: int) -> None:
        scope = TenantScope(tenant=step.tenant)
        await self.library.forget(scope, Where(customer=step.customer))
        assert (step.tenant, step.customer) not in plants(await self.seen(scope))

    async def trespass(self, step: Step, number: int) -> None:
        """Naming another shop's memories by id gives no hold on them."""
        mine = TenantScope(tenant=step.tenant)
        theirs = [scope for tenant in TENANTS if (scope := TenantScope(tenant=tenant)) != mine]
        before = [await self.library.pages(scope) for scope in theirs]
        ids = tuple(memory.id for page in before for memory in page.memories)
        assert await self.library.forget(mine, Where(ids=ids)) == 0
        assert not (await self.library.pages(mine, Where(ids=ids))).memories
        for one in ids:
            for decide in (self.library.review.accept, self.library.review.reject):
                try:
                    await decide(mine, one, by="eve", now=self.now)
                except NotProposed as refused:
                    assert "there is no proposal" in str(refused)
                else:
                    raise AssertionError("decided about another shop's proposal")
        assert before == [await self.library.pages(scope) for scope in theirs]

    async def told(self, scope: CustomerScope) -> list[str]:
        """All that a conversation can learn, even one that asks for another's plants in their own words."""
        texts = [one.text + one.value for one in await self.library.preferences(scope, now=self.now)]
        namesakes = {(tenant, scope.customer) for tenant in TENANTS}
        neighbours = {(scope.tenant, customer) for customer in CUSTOMERS}
        for query in ("invoices as CSV", *(plant(*owner) for owner in sorted(namesakes | neighbours))):
            found = await self.library.recall(scope, query, now=self.now)
            texts += [one.memory.text + one.memory.value + one.note for one in found.candidates]
        return texts + await self.seen(scope)

    async def seen(self, scope: Scope) -> list[str]:
        """All that somebody with this scope can list."""
        page = await self.library.pages(scope, limit=10_000)
        exported = [line async for line in self.library.export(scope)]
        assert len(exported) == len(page.memories)
        return [repr(memory) for memory in page.memories] + exported

    async def check(self) -> None:
        for tenant in TENANTS:
            assert {shop for shop, _ in plants(await self.seen(TenantScope(tenant=tenant)))} <= {tenant}
            for customer in CUSTOMERS:
                told = plants(await self.told(CustomerScope(tenant=tenant, customer=customer)))
                assert told <= {(tenant, customer), (tenant, "")}
        assert all(plants([value]) <= {owner} for owner, value in self.asked)
        await self.count()

    async def count(self) -> None:
        """A shop's figures are of its own memories only."""
        for scope in (TenantScope(tenant=tenant) for tenant in TENANTS):
            stats = await self.library.stats(scope, now=self.now)
            held = (await self.library.pages(scope, limit=10_000)).memories
            for kind, counts in stats.kinds.items():
                columns = (counts.active, counts.proposed, counts.superseded, counts.retired, counts.expired)
                assert sum(columns) == sum(memory.kind == kind for memory in held)


class Uncompacted(EmbeddedStore):
    """Rewriting its files takes seconds, and is proved elsewhere."""

    async def compact(self) -> None:
        """Not here."""


async def lived(store: KeptStore, steps: Sequence[Step], verdict: Verdict) -> None:
    for tenant in TENANTS:
        await store.erase(TenantScope(tenant=tenant), Where())
    world = World(store, verdict)
    for number, step in enumerate(steps):
        await world.take(step, number)
    await world.check()


@settings(max_examples=50, deadline=None)
@given(steps=st.lists(STEPS, max_size=30), verdict=VERDICTS)
def test_nobody_is_told_what_is_anothers(steps: list[Step], verdict: Verdict):
    asyncio.run(lived(InMemoryMemoryStore(), steps, verdict))


def test_nor_with_the_embedded_engine(tmp_path: Path):
    vectors = VectorSpace(model="hashing", dimension=ENCODER.dimension, token_dimension=ENCODER.token_dimension)
    with asyncio.Runner() as runner:
        store = runner.run(Uncompacted.open(tmp_path / "memory", vectors))

        @settings(max_examples=10, deadline=None)
        @given(steps=st.lists(STEPS, min_size=10, max_size=20), verdict=VERDICTS)
        def lives(steps: list[Step], verdict: Verdict) -> None:
            runner.run(lived(store, steps, verdict))

        try:
            lives()
        finally:
            runner.run(store.aclose())

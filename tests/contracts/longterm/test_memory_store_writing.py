"""What every store of long-term memories promises of writing, walking, changing and erasing them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from memory.errors import StoreMismatch
from memory.longterm.hashing import HashingEncoder
from memory.longterm.item import TenantScope
from memory.longterm.ports import Where

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")


async def test_writing_the_same_memory_again_replaces_it(shop):
    (first,) = await shop.remember("the lamp is blue")
    await shop.put(replace(first, text="the kettle is red"))
    assert await shop.found("kettle") == {"the kettle is red"}
    assert await shop.store.count(shop.whole, Where()) == 1


async def test_what_lies_outside_the_scope_is_refused_and_nothing_is_written(shop):
    mine, others = shop.memory("mine"), shop.memory("bob's", customer="bob")
    items = list(zip((mine, others), await shop.encoder.documents([mine, others]), strict=True))
    for scope in (shop.of("anna"), shop.of(""), TenantScope(tenant="another")):
        with pytest.raises(ValueError, match="outside the scope"):
            await shop.store.put(scope, items)
    assert await shop.store.count(shop.whole, Where()) == 0


async def test_an_id_that_is_somebody_elses_is_refused(shop):
    (mine,) = await shop.remember("mine")
    stolen = shop.memory("stolen", customer="bob", id=mine.id)
    with pytest.raises(ValueError, match="outside the scope"):
        await shop.store.put(shop.of("bob"), [(stolen, (await shop.encoder.documents([stolen]))[0])])
    assert (await shop.store.scan(shop.whole, Where())).memories == (mine,)


async def test_an_id_that_is_none_is_refused(shop):
    with pytest.raises(ValueError, match="memory_id"):
        await shop.remember("x", id="17")


async def test_scan_walks_all_pages_in_id_order_whatever_the_status_or_age(shop):
    written = [
        *await shop.remember(*(f"memory {number}" for number in range(5))),
        *await shop.remember("retired", status="retired"),
        *await shop.remember("expired", expires_at=shop.now - timedelta(days=1)),
        *await shop.remember("superseded", superseded_by="x", customer=""),
    ]
    await shop.remember("bob's", customer="bob")
    walked: list[str] = []
    after, pages = None, 0
    while pages == 0 or after is not None:
        page = await shop.store.scan(shop.of("anna"), Where(), after=after, limit=3)
        walked += [memory.id for memory in page.memories]
        after, pages = page.after, pages + 1
    assert walked == sorted(memory.id for memory in written)
    assert pages == 3


@pytest.mark.parametrize(
    ("where", "fitting"),
    [
        (Where(kinds=("preference",)), {"b"}),
        (Where(customer=""), {"c"}),
        (Where(customer="anna"), {"a", "b", "d"}),
        (Where(source="s1"), {"a"}),
        (Where(source="s1", positions=(3, 4)), {"a"}),
        (Where(source="s1", positions=(4,)), set()),
        (Where(key="colour"), {"b"}),
        (Where(conversation="c9"), {"d"}),
        (Where(status="retired"), {"c"}),
        (Where(expired_at=NOW), {"d"}),
        (Where(expired_at=NOW - timedelta(seconds=1)), set()),
        (Where(superseded=True), {"b"}),
        (Where(superseded=False), {"a", "c", "d"}),
        (Where(digest="d1"), {"a"}),
        (Where(ids=()), set()),
        (Where(ids=("17",)), set()),  # no id at all
    ],
)
async def test_where_picks_memories(shop, where, fitting):
    await shop.put(
        shop.memory("a", source="s1", position=3, digest="d1"),
        shop.memory("b", kind="preference", key="colour", superseded_by="x"),
        shop.memory("c", customer="", status="retired"),
        shop.memory("d", conversation="c9", expires_at=shop.now),
    )
    assert {memory.text for memory in (await shop.store.scan(shop.whole, where)).memories} == fitting
    assert await shop.store.count(shop.whole, where) == len(fitting)


async def test_amended_fields_are_found_by_their_new_values(shop):
    (mine,) = await shop.remember("my parcel", expires_at=shop.now)
    assert await shop.found("parcel") == set()
    await shop.store.amend(shop.of("anna"), [mine.id], {"expires_at": shop.now + timedelta(days=1), "value": "late"})
    assert await shop.found("parcel") == {"my parcel"}
    await shop.store.amend(shop.of("anna"), [mine.id], {"expires_at": None})
    assert (await shop.store.scan(shop.whole, Where())).memories == (replace(mine, expires_at=None, value="late"),)


async def test_a_customer_amends_and_erases_only_their_own(shop):
    ids = [(await shop.remember(f"parcel {customer}", customer=customer))[0].id for customer in ("anna", "bob", "")]
    await shop.store.amend(shop.of("anna"), ids, {"status": "retired"})
    assert await shop.store.count(shop.whole, Where(status="retired")) == 1
    assert await shop.store.erase(shop.of("anna"), Where()) == 1
    assert await shop.store.count(shop.whole, Where()) == 2
    assert await shop.store.erase(TenantScope(tenant="another"), Where()) == 0


@pytest.mark.parametrize("field", ["id", "tenant", "customer", "text", "nothing"])
async def test_what_would_make_it_another_memory_cannot_be_amended(shop, field):
    (mine,) = await shop.remember("mine")
    with pytest.raises(ValueError, match="cannot amend"):
        await shop.store.amend(shop.whole, [mine.id], {field: "x"})


async def test_sources_are_counted_within_the_scope(shop):
    here = [shop.memory(f"line {n}", source="faq.csv", place=str(n)) for n in range(3)]
    there = shop.memory("elsewhere", source="prices.md")
    await shop.put(*here, there)
    assert await shop.store.sources(shop.whole, Where()) == {"faq.csv": 3, "prices.md": 1}
    assert await shop.store.sources(shop.whole, Where(source="faq.csv")) == {"faq.csv": 3}
    assert await shop.store.sources(TenantScope(tenant="another"), Where()) == {}


async def test_what_is_erased_is_not_found_and_compaction_keeps_the_rest(shop):
    await shop.remember("parcel kept", source="kept")
    await shop.remember("parcel gone", source="gone")
    assert await shop.store.erase(shop.whole, Where(source="gone")) == 1
    await shop.store.compact()
    assert await shop.found("parcel") == {"parcel kept"}


async def test_vectors_of_another_size_are_refused_with_what_to_do(shop):
    await shop.remember("a kettle")
    other = HashingEncoder(dimension=32, token_dimension=16)
    memory = shop.memory("another kettle")
    with pytest.raises(StoreMismatch, match="embedding model"):
        await shop.store.put(shop.whole, [(memory, (await other.documents([memory]))[0])])
    with pytest.raises(StoreMismatch, match="embedding model"):
        await shop.store.search(shop.of("anna"), await other.query("kettle"), now=shop.now, limit=5)


async def test_health_counts_in_one_sentence(shop):
    await shop.remember("a kettle", "a lamp")
    sentence = await shop.store.health()
    assert "memories" in sentence and "kettle" not in sentence

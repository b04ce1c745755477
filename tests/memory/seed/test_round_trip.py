"""Whatever a store holds, its export seeds back as the very same memories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from memory.longterm.export import seed_line
from memory.longterm.item import Memory, TenantScope, memory_id
from memory.longterm.kinds import KINDS, LIFETIMES
from memory.seed.drafts import Draft, Drafting
from memory.seed.gather import uploaded
from memory.seed.readers import read

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
VOLTA = TenantScope(tenant="volta")

signs = st.characters(exclude_categories=["Cs"])
words = st.text(signs, min_size=1, max_size=60).filter(lambda text: text == text.strip())
maybe = st.one_of(st.just(""), words)
moments = st.integers(0, 200_000_000_000_000).map(lambda us: NOW - timedelta(days=30, microseconds=us))


@st.composite
def memories(draw: st.DrawFn) -> Memory:
    kind = draw(st.sampled_from(KINDS))
    customer = "" if LIFETIMES[kind].shared else draw(st.sampled_from(["anna", "ben.o@x-1", "C_3"]))
    status = draw(st.sampled_from(["active", "proposed", "retired"]))
    source, place, said_at = draw(words), draw(words), draw(moments)
    return Memory(
        id=memory_id("volta", customer, source, place),
        tenant="volta",
        customer=customer,
        kind=kind,
        text=draw(words),
        said_at=said_at,
        confirmed_at=said_at + timedelta(days=draw(st.integers(0, 20))),
        source=source,
        place=place,
        position=draw(st.integers(0, 400)),
        key=draw(maybe),
        value=draw(maybe),
        title=draw(maybe),
        tags=" ".join(draw(st.lists(st.sampled_from(["money", "back", "größe"])))),
        speaker=draw(maybe),
        conversation=draw(maybe),
        event=draw(maybe),
        expires_at=draw(st.one_of(st.none(), moments)),
        verified_at=draw(st.one_of(st.none(), moments)),
        superseded_by=draw(st.sampled_from(["", "7f0c"])),
        status=status,
        reviewed_by="olga@volta.example" if kind == "resolution" and status == "active" else draw(maybe),
        digest=draw(st.sampled_from(["", "d1", "seed-d2"])),
    )


@given(memories())
def test_an_exported_line_is_the_same_memory(memory: Memory) -> None:
    (document,) = uploaded([("export.jsonl", seed_line(memory).encode())]).documents
    (draft,) = Drafting(VOLTA, now=NOW, clean=str, customers=None).drafts(document.name, read(document))
    assert isinstance(draft, Draft), draft
    assert draft.memory == memory
    assert draft.is_in(memory)

"""A memory as a store keeps it, and what of it can be read again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from memory.errors import StoreMismatch
from memory.longterm.item import Memory, memory_id
from memory.longterm.payload import from_payload, to_payload

PARIS = timezone(timedelta(hours=1))
MEMORY = Memory(
    id=memory_id("volta", "anna", "chat", "1"), tenant="volta", customer="anna", kind="episode", text="secret words",
    said_at=datetime(2026, 11, 20, 13, tzinfo=PARIS), confirmed_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
    source="chat",
)  # fmt: skip


def test_what_is_stored_is_plain_and_comes_back_equal():
    stored = to_payload(MEMORY)
    assert {type(value) for value in stored.values()} <= {str, int, type(None)}
    assert from_payload(stored) == MEMORY


def test_a_field_that_came_later_takes_its_default():
    stored = to_payload(MEMORY)
    del stored["digest"]
    assert from_payload(stored) == MEMORY


def test_what_cannot_be_read_is_named_without_its_words():
    with pytest.raises(StoreMismatch, match=r"fields: kind, said_at.*another version") as refused:
        from_payload(to_payload(MEMORY) | {"kind": "unheard of", "said_at": "secret words"})
    assert "secret words" not in str(refused.value)

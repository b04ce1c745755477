"""A memory as what a store keeps beside its vectors, and back; what may be written and changed at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import cast

from pydantic import TypeAdapter, ValidationError

from memory.errors import StoreMismatch
from memory.longterm.conditions import fits, writable
from memory.longterm.item import Memory, Scope, is_memory_id

Payload = dict[str, str | int | None]

_MEMORY = TypeAdapter(Memory)
_FIELDS = frozenset(field.name for field in fields(Memory))
_FIXED = frozenset({"id", "tenant", "customer", "text"})  # another scope, or other vectors: that is another memory


def to_payload(memory: Memory) -> Payload:
    """Plain values; times as RFC 3339."""
    return cast("Payload", _MEMORY.dump_python(memory, mode="json"))


def from_payload(payload: Mapping[str, object]) -> Memory:
    """The memory again. *Raises*: StoreMismatch when another program wrote this."""
    try:
        return _MEMORY.validate_python(payload)
    except ValidationError as error:
        wrong = ", ".join(sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]}))
        raise StoreMismatch(
            f"The memory {payload.get('id')!r} cannot be read (fields: {wrong}): another version of Baton wrote it. "
            "Seed into a new store, or go back to that version."
        ) from None


def checked_items(scope: Scope, memories: Iterable[Memory]) -> None:
    """*Raises*: ValueError for a memory that the scope may not write, or whose id is no UUID."""
    allowed = writable(scope)
    for memory in memories:
        if not fits(memory, allowed):
            raise ValueError(f"the memory {memory.id!r} lies outside the scope; write it with the scope it belongs to")
        if not is_memory_id(memory.id):
            raise ValueError(f"{memory.id!r} is no memory id; make it with memory_id()")


def refuse_taken(count: int) -> None:
    """*Raises*: ValueError when some of the ids to write are already memories outside the scope."""
    if count:
        raise ValueError(f"{count} of these ids belong to memories outside the scope; make ids with memory_id()")


def checked_changes(changes: Mapping[str, str | datetime | None]) -> None:
    """*Raises*: ValueError for a field that memories do not have or that cannot change."""
    if wrong := changes.keys() - (_FIELDS - _FIXED):
        raise ValueError(f"cannot amend {sorted(wrong)}: put the memory again with its vectors")


def changes_payload(changes: Mapping[str, str | datetime | None]) -> Payload:
    """The changed fields as they are stored."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in changes.items()}

"""Which memories a call is about, as conditions that every store understands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from memory.longterm.item import CustomerScope, Memory, Scope, is_memory_id
from memory.longterm.kinds import Kind
from memory.longterm.ports import Where


class OneOf(NamedTuple):
    """The field has one of these values."""

    field: str
    values: tuple[str | int, ...]


class By(NamedTuple):
    """The field names a moment that had come by then; one without a moment never comes."""

    field: str
    moment: datetime


Condition = OneOf | By


class Conditions(NamedTuple):
    """What a memory must be and must not be."""

    must: tuple[Condition, ...]
    must_not: tuple[Condition, ...] = ()


def readable(scope: Scope) -> Conditions:
    """What the scope may read: a customer their own and the shop's."""
    tenant = OneOf("tenant", (scope.tenant,))
    if isinstance(scope, CustomerScope):
        return Conditions((tenant, OneOf("customer", tuple({scope.customer: 0, "": 0}))))
    return Conditions((tenant,))


def writable(scope: Scope) -> Conditions:
    """What the scope may change: a customer their own only, '' the shop's only."""
    tenant = OneOf("tenant", (scope.tenant,))
    if isinstance(scope, CustomerScope):
        return Conditions((tenant, OneOf("customer", (scope.customer,))))
    return Conditions((tenant,))


def recallable(
    scope: CustomerScope, *, now: datetime, kinds: Sequence[Kind] | None, not_conversation: str
) -> Conditions:
    """What a conversation may be reminded of."""
    must, _ = readable(scope)
    must += (OneOf("status", ("active",)), OneOf("superseded_by", ("",)))
    if kinds is not None:
        must += (OneOf("kind", tuple(kinds)),)
    must_not: tuple[Condition, ...] = (By("expires_at", now),)
    if not_conversation:
        must_not += (OneOf("conversation", (not_conversation,)),)
    return Conditions(must, must_not)


def narrowed(conditions: Conditions, where: Where) -> Conditions:
    """Those of the conditions that also fit ``where``."""
    must, must_not = conditions
    one_of = {"kind": where.kinds, "position": where.positions}
    equal = {
        "customer": where.customer,
        "source": where.source,
        "key": where.key,
        "digest": where.digest,
        "conversation": where.conversation,
        "status": where.status,
    }
    must += () if where.ids is None else (_id_of(where.ids),)
    must += tuple(OneOf(field, tuple(values)) for field, values in one_of.items() if values is not None)
    must += tuple(OneOf(field, (value,)) for field, value in equal.items() if value is not None)
    if where.expired_at is not None:
        must += (By("expires_at", where.expired_at),)
    if where.superseded is not None:
        current = OneOf("superseded_by", ("",))
        must, must_not = (must, (*must_not, current)) if where.superseded else ((*must, current), must_not)
    return Conditions(must, must_not)


def with_ids(conditions: Conditions, ids: Iterable[str]) -> Conditions:
    """Those of the conditions with one of these ids."""
    return conditions._replace(must=(*conditions.must, _id_of(ids)))


def fits(memory: Memory, conditions: Conditions) -> bool:
    """Whether a memory meets them."""
    return all(_meets(memory, one) for one in conditions.must) and not any(
        _meets(memory, one) for one in conditions.must_not
    )


def _id_of(ids: Iterable[str]) -> OneOf:
    """What cannot be an id is the id of nothing; the engines would refuse it."""
    return OneOf("id", tuple(one for one in ids if is_memory_id(one)))


def _meets(memory: Memory, condition: Condition) -> bool:
    value = getattr(memory, condition.field)
    if isinstance(condition, By):
        return value is not None and value <= condition.moment
    return value in condition.values

"""One memory, whose it is, and the vectors it is found by."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from memory.longterm.kinds import Kind, Status

Vector = NDArray[np.float32]
_NAMESPACE = uuid.UUID("6f6e6162-746f-6e00-8000-6d656d6f7279")


@dataclass(frozen=True, kw_only=True, slots=True)
class CustomerScope:
    """What one customer's conversation may read: their own memories and the shop's. '' is the shop's alone."""

    tenant: str
    customer: str

    def __post_init__(self) -> None:
        if not self.tenant:
            raise ValueError("a scope needs a tenant")


@dataclass(frozen=True, kw_only=True, slots=True)
class TenantScope:
    """All memories of one tenant: for editors' jobs, the sweeper and forgetting; never for a conversation."""

    tenant: str

    def __post_init__(self) -> None:
        if not self.tenant:
            raise ValueError("a scope needs a tenant")


Scope = CustomerScope | TenantScope


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """One thing remembered.

    ``customer`` '' is the shop's own. A new value of the same ``key`` supersedes the old one, which stays, marked by
    ``superseded_by``. ``source`` names where it came from (an article's file, ``conversation/<id>``), ``place`` the
    heading, line key or event in it, ``position`` the order within it: neighbours differ by one. ``said_at`` is when
    it was said or written, ``confirmed_at`` when it was last heard again, ``reviewed_by`` who accepted or rejected a
    proposal, ``digest`` the content it was made from, ``tags`` words it is also looked for by, with blanks between.
    *Units*: aware UTC datetimes.
    """

    id: str
    tenant: str
    customer: str
    kind: Kind
    text: str
    said_at: datetime
    confirmed_at: datetime
    source: str
    place: str = ""
    position: int = 0
    key: str = ""
    value: str = ""
    title: str = ""
    tags: str = ""
    speaker: str = ""
    conversation: str = ""
    event: str = ""
    expires_at: datetime | None = None
    verified_at: datetime | None = None
    superseded_by: str = ""
    status: Status = "active"
    reviewed_by: str = ""
    digest: str = ""


def memory_id(tenant: str, customer: str, source: str, place: str) -> str:
    """The same id for the same place of the same source, so that writing twice is writing once."""
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join((tenant, customer, source, place))))


def is_memory_id(text: str) -> bool:
    """Whether this can be the id of a memory at all."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def content_digest(*parts: str) -> str:
    """Tells whether what a memory was made from has changed."""
    return blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()


class Sparse(NamedTuple):
    """A BM25 vector. *Shape*: two arrays of one length, uint32 and float32."""

    indices: NDArray[np.uint32]
    values: Vector


class Encoded(NamedTuple):
    """What a text is found by. ``tokens`` are late-interaction vectors, None where rerank does without.

    *Shape*: ``dense`` (dimension,) of unit length; ``tokens`` (token count, token dimension).
    """

    dense: Vector
    sparse: Sparse
    tokens: Vector | None = None


class Hit(NamedTuple):
    """A memory that a search found. ``dense`` is the cosine and ``sparse`` the BM25 score, None where that search did
    not find it; ``vector`` is its dense vector."""

    memory: Memory
    dense: float | None
    sparse: float | None
    vector: Vector


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """Something to remember, before it has vectors. ``place`` within ``source`` makes its id, so that writing the same
    note twice is writing once; a ``key`` makes it the value of something (a preference, an address)."""

    kind: Kind
    text: str
    said_at: datetime
    source: str
    place: str
    key: str = ""
    value: str = ""
    title: str = ""
    speaker: str = ""
    position: int = 0
    conversation: str = ""
    event: str = ""
    status: Status = "active"

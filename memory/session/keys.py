"""Every key of session memory, in one place.

All of one conversation lies in one hash slot, named by the braces: ``baton:{<tenant>/<conversation>}:<part>``. A Lua
script is given the head's key and finds the other parts beside it.

    head            seq, epoch, active, customer, executions, gone: permanent, for a sequence must never start again
    session         hash: what agents share
    inbox, seen     list of customer messages not yet taken in; zset of the item ids seen
    messages        list: what was said, append-only
    exec:<id>       hash: status, fence, lease, where its events are
    log:<name>      stream: one log, the events themselves; a stream id is ``<seq>-0``
    blobs           hash: digest -> prompt part
    parts           set: which of these exist, so that the end of a turn can give each its time to live
    draft           the answer being written (120 s); ``live`` is the channel of hints
    <name>          any other hash that a commit names

Outside the slot lie indexes that can be rebuilt: LEASES, ``baton:index:<name>``, ``baton:conversations:…``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256

from memory.errors import InvalidName

LEASES = "baton:leases"
STOPS = "baton:stops"
LIVE_PATTERN = "baton:{*}:live"
INDEXES = "baton:index:*"
PERMANENT = ("baton:{*}:head", LEASES, INDEXES)
RETENTION_S = 30 * 24 * 3600

_ID = re.compile(r"[A-Za-z0-9_.:@-]{1,128}")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_OWN_PARTS = frozenset({"head", "session", "inbox", "seen", "messages", "blobs", "parts", "draft", "live"})


def valid_id(what: str, value: str) -> str:
    """The id itself, if it may stand in a key. *Raises*: InvalidName."""
    if _ID.fullmatch(value) is None:
        raise InvalidName(f"{what} {value!r} cannot be an id: use 1 to 128 letters, digits and _ . : @ -")
    return value


@lru_cache(maxsize=4096)
def base(tenant: str, conversation: str) -> str:
    """What all keys of one conversation begin with. *Raises*: InvalidName."""
    return f"baton:{{{valid_id('tenant', tenant)}/{valid_id('conversation', conversation)}}}:"


@lru_cache(maxsize=4096)
def head(tenant: str, conversation: str) -> str:
    """The key that names a conversation's slot. *Raises*: InvalidName."""
    return base(tenant, conversation) + "head"


@lru_cache(maxsize=1024)
def log_part(log: str) -> str:
    """The part of one log. *Raises*: InvalidName."""
    if _NAME.fullmatch(log) is None:
        raise InvalidName(f"log {log!r} cannot be a name: use 1 to 64 letters, digits, _ and -")
    return f"log:{log}"


@lru_cache(maxsize=1024)
def hash_part(name: str) -> str:
    """The part of a hash that a commit names. *Raises*: InvalidName, also for a part the journal itself owns."""
    if _NAME.fullmatch(name) is None:
        raise InvalidName(f"hash {name!r} cannot be a name: use 1 to 64 letters, digits, _ and -")
    if name in _OWN_PARTS:
        raise InvalidName(f"hash {name!r} is the journal's own: choose another name than {sorted(_OWN_PARTS)}")
    return name


def index(name: str) -> str:
    """An index that commits keep: members by score. *Raises*: InvalidName."""
    if _NAME.fullmatch(name) is None:
        raise InvalidName(f"index {name!r} cannot be a name: use 1 to 64 letters, digits, _ and -")
    return f"baton:index:{name}"


def conversations(tenant: str, customer: str | None = None) -> str:
    """The conversations of a tenant, or of one customer, by last activity. *Raises*: InvalidName."""
    owner = "" if customer is None else f"/{valid_id('customer', customer)}"
    return f"baton:conversations:{valid_id('tenant', tenant)}{owner}"


def limit(name: str, who: str) -> str:
    """A rate limit's counter. ``who`` may be anything a stranger typed, so only its digest stands in the key."""
    return f"baton:limit:{name}:{_digest(who)}"


def circuit(name: str) -> str:
    """A dependency's circuit. Its name may hold an address, so only its digest stands in the key."""
    return f"baton:circuit:{_digest(name)}"


def revoked(token_id: str) -> str:
    """The mark of a token that was logged out."""
    return f"baton:revoked:{_digest(token_id)}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def member(tenant: str, conversation: str) -> str:
    """How an index names a conversation. *Raises*: InvalidName."""
    return base(tenant, conversation)[len("baton:{") : -len("}:")]


def split_member(name: bytes) -> tuple[str, str]:
    """Tenant and conversation of an index's member."""
    tenant, _, conversation = name.decode().partition("/")
    return tenant, conversation

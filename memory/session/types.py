"""What crosses the wall of session memory: plain tuples with names. *Units*: ``at_ms`` ms since 1970, store's clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

CommitStatus = Literal["ok", "repeated", "stale", "epoch", "inbox", "gone"]
SubmitStatus = Literal["started", "joined", "repeated", "gone", "foreign"]

WINDOW_MOST = 60  # entries of before that a claim hands over, beside its own; the packer chooses among them
SEEN_MOST = 1000  # item ids remembered per conversation
DRAFT_TTL_S = 120


class Submitted(NamedTuple):
    """What became of a submitted item, and the execution that will answer it ('' where none will)."""

    status: SubmitStatus
    execution: str


class StoredRecord(NamedTuple):
    """One record of a log. ``number`` is the event's place in its execution, 0 for the store's own drop records."""

    seq: int
    at_ms: int
    execution: str
    number: int
    fence: int
    log: str
    data: bytes


class Entry(NamedTuple):
    """One line of the conversation's window."""

    seq: int
    at_ms: int
    data: bytes


class Claimed(NamedTuple):
    """An execution in a worker's hands."""

    fence: int
    epoch: int
    recoveries: int
    customer: str
    events: Sequence[StoredRecord]
    session: Mapping[str, str]
    window: Sequence[Entry]
    inbox: Sequence[bytes]


class Committed(NamedTuple):
    """The answer to a commit; ``first_seq`` is 0 and nothing was written unless ``ok`` or ``repeated``."""

    status: CommitStatus
    first_seq: int
    at_ms: int
    inbox: Sequence[bytes]


class Draft(NamedTuple):
    """The text so far of an answer being written; None withdraws it."""

    execution: str
    number: int
    fence: int
    agent: str
    text: str | None


class Head(NamedTuple):
    """What a conversation's head says. ``active`` is '' while nothing runs."""

    seq: int
    epoch: int
    active: str
    customer: str
    executions: int
    gone: bool


class Activity(NamedTuple):
    """A conversation and when its customer last wrote."""

    conversation: str
    at_ms: int

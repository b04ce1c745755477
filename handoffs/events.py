"""What can happen. An execution is a list of these; everything else is folded from them.

One frozen class per kind, one union, one codec. Unknown kinds and fields are refused: a record of a future version is
an error with a name, never a guess.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, TypeAdapter, ValidationError

from handoffs.memory_events import PreferenceSet, Recalled
from handoffs.tool import Effect
from handoffs.values import Call, Event, Evicted, Limits, Outcome, PromptRef, Scored, Status, Verdict

SCHEMA_VERSION = 1


class TurnStarted(Event):
    """The first event: pins the version of the team and the limits."""

    owner: ClassVar[str] = "system"
    kind: Literal["turn_started"] = "turn_started"
    team: str
    limits: Limits
    customer: str
    recalls: bool = False  # whether long-term memory is asked before the model
    tokens_by: str = ""  # how the packer counted tokens
    at: str = ""  # when, in ISO 8601: time enters as data


class CustomerSaid(Event):
    """The customer's message, taken in at a boundary."""

    owner: ClassVar[str] = "customer"
    kind: Literal["customer_said"] = "customer_said"
    message_id: str
    text: str
    customer_name: str = ""


class Routed(Event):
    """The entry route chose who answers first; ``agent`` is the choice."""

    owner: ClassVar[str] = "system"
    kind: Literal["routed"] = "routed"
    candidates: tuple[Scored, ...] = ()
    rule: str = ""


class Decided(Event):
    """What a model saw, what it could do, what it chose, and why. ``dropped`` are handoffs beyond the first."""

    kind: Literal["decided"] = "decided"
    prompt: PromptRef
    options: tuple[str, ...]
    text: str
    calls: tuple[Call, ...]
    dropped: tuple[Call, ...] = ()
    model: str
    finish: str
    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    estimated: bool = False
    candidates: tuple[Scored, ...] = ()
    rule: str = ""
    reason: str = ""
    evicted: tuple[Evicted, ...] = ()
    carry: str | None = None
    dur_ms: int = 0
    stopped: bool = False


class AttemptFailed(Event):
    """One attempt at a model or tool failed; the next waits ``wait_s``."""

    kind: Literal["attempt_failed"] = "attempt_failed"
    what: str
    error: str
    wait_s: float
    final: bool
    dur_ms: int = 0


class CallIntended(Event):
    """A call with an effect is about to be performed under ``key``. Alone, after a crash, it is in doubt."""

    kind: Literal["call_intended"] = "call_intended"
    call_id: str
    tool: str
    arguments: str
    key: str
    digest: str = ""
    effect: Effect


class CallCleared(Event):
    """The approval rule was asked: this call needs no person (now)."""

    kind: Literal["call_cleared"] = "call_cleared"
    call_id: str


class CallFinished(Event):
    """The result of a call; every call gets one. ``content`` is the JSON that the model sees."""

    kind: Literal["call_finished"] = "call_finished"
    call_id: str
    tool: str
    title: str
    arguments: str
    outcome: Outcome
    content: str
    code: str = ""
    effect: str = "read"
    digest: str = ""
    group: int = 0
    dur_ms: int = 0
    cost_cents: int = 0


class ApprovalRequested(Event):
    """An action parks until a person decides. ``facts`` are what the request rests on."""

    kind: Literal["approval_requested"] = "approval_requested"
    number: str
    call_id: str
    tool: str
    title: str
    arguments: str
    arguments_hash: str
    key: str
    what: str
    sentence: str
    amount_cents: int | None = None
    facts: dict[str, str] = Field(default_factory=dict)


class ApprovalSettled(Event):
    """A person (or the deadline) decided, once."""

    owner: ClassVar[str] = "operator"
    kind: Literal["approval_settled"] = "approval_settled"
    request: ApprovalRequested
    verdict: Verdict
    by: str
    reason: str = ""


class HandedOut(Event):
    """Control leaves ``agent``; its twin stands in the target's log with the same handoff id."""

    kind: Literal["handoff_out"] = "handoff_out"
    handoff_id: str
    to: str
    reason: str
    summary: str
    open_matter: str | None = None


class HandedIn(Event):
    """Control arrives at ``agent``, with notes from the other (data, not instructions)."""

    kind: Literal["handoff_in"] = "handoff_in"
    handoff_id: str
    source: str
    reason: str
    summary: str
    open_matter: str | None = None
    results: tuple[tuple[str, str], ...] = ()


class Hinted(Event):
    """The runtime sent an answer back: the model is told why and asked once more."""

    kind: Literal["hinted"] = "hinted"
    code: str
    message: str
    held: str = ""


class Said(Event):
    """A message to the customer."""

    kind: Literal["said"] = "said"
    text: str
    interim: bool = False
    stopped: bool = False
    rule: str = ""


class MatterOpened(Event):
    """Something the customer still wants stays on the session."""

    kind: Literal["matter_opened"] = "matter_opened"
    matter: str


class MatterClosed(Event):
    """An open matter is settled."""

    kind: Literal["matter_closed"] = "matter_closed"
    matter: str


class Escalated(Event):
    """A package for a person: what was asked, tried, what failed, what is known."""

    kind: Literal["escalated"] = "escalated"
    number: str
    reason: str
    cause: Literal["customer", "budget", "in_doubt", "failures", "recoveries"]
    asked: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    known: tuple[str, ...] = ()


class DoubtSettled(Event):
    """A person says whether an in-doubt effect happened."""

    owner: ClassVar[str] = "operator"
    kind: Literal["doubt_settled"] = "doubt_settled"
    number: str
    call_id: str
    tool: str
    digest: str
    title: str
    happened: bool
    by: str
    note: str = ""


class BudgetSpent(Event):
    """A budget is used up; what is left to do is cancelled and an honest answer given."""

    owner: ClassVar[str] = "system"
    kind: Literal["budget_spent"] = "budget_spent"
    what: str
    used: float
    limit: float


class Stopped(Event):
    """The customer pressed stop."""

    owner: ClassVar[str] = "customer"
    kind: Literal["stopped"] = "stopped"


class Ended(Event):
    """The execution is over (or parked, waiting for a person)."""

    owner: ClassVar[str] = "system"
    kind: Literal["ended"] = "ended"
    status: Status
    why: str = ""


# fmt: off
AnyEvent = Annotated[
    TurnStarted | CustomerSaid | Routed | Decided | AttemptFailed | CallIntended | CallCleared | CallFinished
    | PreferenceSet | ApprovalRequested | ApprovalSettled | HandedOut | HandedIn | Hinted | Said | MatterOpened
    | MatterClosed | Escalated | DoubtSettled | BudgetSpent | Stopped | Ended | Recalled,
    Field(discriminator="kind"),
]
# fmt: on
_CODEC: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)


def encode(event: AnyEvent) -> bytes:
    """The event as one line of JSON, its schema version first."""
    body = _CODEC.dump_json(event, exclude_defaults=False)
    return b'{"v":%d,' % SCHEMA_VERSION + body[1:]


def decode(data: bytes) -> AnyEvent:
    """The event of one line of JSON.

    *Raises*: ValueError naming what is wrong: not ours, a future version, an unknown kind or field.
    """
    prefix = b'{"v":%d,' % SCHEMA_VERSION
    if not data.startswith(prefix):
        raise ValueError(f"not a record of schema version {SCHEMA_VERSION}: {data[:40]!r}; upgrade Baton to read it")
    try:
        return _CODEC.validate_json(b"{" + data[len(prefix) :])
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"not a Baton record: {first['msg']} at {first['loc']!r}") from None

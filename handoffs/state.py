"""What the events of an execution add up to; everything that ``decide`` looks at. ``apply.py`` makes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from handoffs.events import ApprovalRequested, CallFinished, Decided, Hinted
from handoffs.session import Session
from handoffs.values import Call, Limits, RecalledMemory, Status
from handoffs.window import Line

NOT_KNOWLEDGE = ("transfer_to_", "ask_for_person", "remember", "settle_open_matter")


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenCall:
    """A call that has no result yet. ``fence`` is the life of the worker that intended it."""

    call: Call
    group: int
    status: Literal["new", "cleared", "intended"] = "new"
    key: str = ""
    digest: str = ""
    fence: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """What the execution has used so far. *Units*: calls, handoffs, tokens, milliseconds."""

    tool_calls: int = 0
    handoffs: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    ms: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """One execution, folded. Everything ``decide`` looks at is here."""

    conversation: str  # tenant/conversation: makes keys and numbers unique
    execution: str
    session: Session
    window: tuple[Line, ...] = ()
    number: int = 1
    status: Status | None = None
    team: str = ""
    at: str = ""  # when the execution began
    limits: Limits = field(default_factory=Limits)
    agent: str = ""
    open: tuple[OpenCall, ...] = ()
    answer: Decided | None = None
    asked: bool = False  # the model has seen everything there is; what follows is ours
    heard: Literal["", "customer", "person"] = ""  # whose words or decision were taken in last
    said: bool = False
    stopped: bool = False
    hints: tuple[Hinted, ...] = ()
    failed_attempts: int = 0
    wait_s: float = 0.0
    gave_up: str = ""
    done: dict[str, CallFinished]
    knowledge: int = 0
    left_at: dict[str, int]
    fruitless_returns: int = 0
    approved: ApprovalRequested | None = None
    parked: int = 0
    corrections: int = 0
    cycle_refused: bool = False
    in_doubt: bool = False
    superseded: bool = False  # an effect gave way to a newer message, which is read next
    escalations: dict[str, str]  # cause -> number, of this execution
    spent_budget: str = ""
    spent: Spent = Spent()
    recalls: bool = False
    recall_due: bool = False  # a message came in that long-term memory was not asked about
    recalled: tuple[RecalledMemory, ...] = ()

    @property
    def last_customer_text(self) -> str:
        """The customer's newest words, or ''."""
        return next((line.text for line in reversed(self.window) if line.kind == "customer"), "")

    @property
    def question(self) -> str:
        """What long-term memory is asked: the newest words; few of them ("and express?") take those before along."""
        said = [line.text for line in reversed(self.window) if line.kind == "customer"][:2]
        return " ".join(reversed(said) if said and len(said[0].split()) < 4 else said[:1])[:1_000]


def approved_call_id(request: ApprovalRequested) -> str:
    """The call that a person's yes sets going: the parked call under a name of its own."""
    return f"{request.call_id}-{request.number}"


def initial(conversation: str, execution: str, session: Session, window: Iterable[Line]) -> State:
    """The state before the first event: what the conversation brings along."""
    earlier = tuple(line for line in window if line.execution != execution)
    return State(
        conversation=conversation,
        execution=execution,
        session=session,
        window=earlier,
        agent=session.agent,
        done={},
        left_at={},
        escalations={},
    )

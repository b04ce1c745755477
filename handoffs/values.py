"""What events are made of and what all of them share. Frozen; unknown fields are refused."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

Outcome = Literal["ok", "error", "pending", "refused", "cancelled", "superseded", "repeated", "in_doubt", "failed"]
Verdict = Literal["approved", "rejected", "expired"]
Status = Literal["completed", "waiting_human", "failed"]


class Event(BaseModel):
    """Base of every event. ``agent`` is who was in control, or '' before anyone was."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    owner: ClassVar[str] = ""  # the log it goes into, where that is not the agent's own
    agent: str = ""

    @property
    def log(self) -> str:
        """Whose log this record stands in."""
        return self.owner or self.agent or "system"


class Limits(BaseModel):
    """Budgets of one execution. *Units*: seconds, tokens, calls."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    tool_calls: int = 25
    seconds: float = 120.0
    output_tokens: int = 50_000
    handoffs: int = 5
    input_tokens: int = 200_000


class Scored(BaseModel):
    """An option that was weighed, with its score in 0..1."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    score: float


class Call(BaseModel):
    """A tool call as the model wrote it: ``arguments`` is JSON text, not yet validated."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    name: str
    arguments: str


class Evicted(BaseModel):
    """What the packer left out of a prompt, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    what: str
    why: str
    tokens: int


class RecalledMemory(BaseModel):
    """A memory that a prompt may hold: data, never instructions. ``note`` says, for one, that it could not be verified;
    ``said_on`` is an ISO date."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    kind: str
    text: str
    source: str = ""
    title: str = ""
    said_on: str = ""
    note: str = ""


class WeighedMemory(BaseModel):
    """A candidate of recall with its score at each stage (None: that stage did not see it), and why it was kept or not.

    ``text`` is only its beginning: a trace need not repeat a memory with every turn.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    kind: str
    text: str
    verdict: str
    score: float
    dense: float | None = None
    sparse: float | None = None
    fused: float | None = None
    neighbour: float | None = None
    rerank: float | None = None
    recency: float | None = None


class PromptRef(BaseModel):
    """Names a prompt by deltas: blob digests, and runs (start, stop) of the prompt of decision ``base`` (its seq-free
    id ``execution/number``). A trace so grows with the chat, not with its square."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    base: str | None = None
    spans: tuple[tuple[int, int] | str, ...] = ()
    tools: str | None = None
    carry: str | None = None
    max_output_tokens: int = 0

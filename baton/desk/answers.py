"""What a command is told, piece by piece: a union of plain data with one codec."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from memory.longterm.item import Memory
from memory.longterm.kinds import Kind
from memory.longterm.recall import Candidate, Recollection
from memory.longterm.stats import Stats
from memory.seed.report import SeedReport


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Progressed(_Answer):
    """So much of the seeding is stored."""

    kind: Literal["progressed"] = "progressed"
    done: int
    total: int


class Seeded(_Answer):
    """The seeding is over."""

    kind: Literal["seeded"] = "seeded"
    report: SeedReport


class Weighed(BaseModel):
    """A candidate with what every stage made of it, without its vector."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    memory: Memory
    dense: float | None
    sparse: float | None
    fused: float
    neighbour: float
    rerank: float | None
    nearness: float
    recency: float
    score: float
    verdict: str
    note: str
    is_kept: bool

    @staticmethod
    def of(candidate: Candidate) -> Weighed:
        """The candidate's figures."""
        return Weighed(**{name: getattr(candidate, name) for name in Weighed.model_fields})


class Recollected(_Answer):
    """All candidates of a recall, best first, and how long each stage took."""

    kind: Literal["recollected"] = "recollected"
    candidates: tuple[Weighed, ...]
    stages_ms: Mapping[str, float]
    reranker: str

    @staticmethod
    def of(found: Recollection) -> Recollected:
        """What recall found."""
        candidates = tuple(Weighed.of(candidate) for candidate in found.candidates)
        return Recollected(candidates=candidates, stages_ms=found.stages_ms, reranker=found.reranker)


class Shown(_Answer):
    """One memory of a list."""

    kind: Literal["shown"] = "shown"
    memory: Memory


class Exported(_Answer):
    """One memory as a line that can be seeded."""

    kind: Literal["exported"] = "exported"
    line: str


class Forgotten(_Answer):
    """What there was to forget, in numbers."""

    kind: Literal["forgotten"] = "forgotten"
    sentence: str


class Swept(_Answer):
    """How many of each kind were over."""

    kind: Literal["swept"] = "swept"
    erased: Mapping[Kind, int]


class Counted(_Answer):
    """How much there is."""

    kind: Literal["counted"] = "counted"
    stats: Stats


class Decided(_Answer):
    """The proposal that was decided about, as it stands now."""

    kind: Literal["decided"] = "decided"
    memory: Memory


class Refused(_Answer):
    """It could not be done; the sentence says what to do. ``away``: trying again later may help."""

    kind: Literal["refused"] = "refused"
    sentence: str
    away: bool


AnyAnswer = Annotated[
    Progressed
    | Seeded
    | Recollected
    | Shown
    | Exported
    | Forgotten
    | Swept
    | Counted
    | Decided
    | Refused,
    Field(discriminator="kind"),
]  # fmt: skip
ANSWERS: Final[TypeAdapter[AnyAnswer]] = TypeAdapter(AnyAnswer)

"""What can be asked of long-term memory: one order a command, as data, so that it can travel to a running application.

Each order names its tenant; who may give it is the owner of the data folder, for nobody else reaches the socket.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, TypeAdapter

from memory.longterm.kinds import Kind
from memory.seed.gather import Document, Gathered
from memory.seed.report import Rejected


class _Order(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    tenant: str = Field(min_length=1)


class File(BaseModel):
    """A file that the caller has read, so that its permissions are the caller's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    content: Base64Bytes


class Seed(_Order):
    """Make memory hold what these files say."""

    kind: Literal["seed"] = "seed"
    files: tuple[File, ...]
    folders: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    prune: bool = False
    emptied: bool = False
    dry_run: bool = False

    @property
    def gathered(self) -> Gathered:
        """What the job works on."""
        documents = tuple(Document(name=file.name, data=file.content) for file in self.files)
        return Gathered(documents=documents, folders=self.folders, rejected=self.rejected)


class Recall(_Order):
    """What would be recalled for a customer, '' for anybody, and why not the rest."""

    kind: Literal["recall"] = "recall"
    customer: str = ""
    query: str


class Browse(_Order):
    """Which memories there are. ``customer`` '' means the shop's own, None everybody's."""

    kind: Literal["browse"] = "browse"
    customer: str | None = None
    kinds: tuple[Kind, ...] | None = None
    source: str | None = None
    most: int | None = None


class Export(_Order):
    """The same as lines that can be seeded."""

    kind: Literal["export"] = "export"
    customer: str | None = None


class Forget(_Order):
    """Forget a customer for good."""

    kind: Literal["forget"] = "forget"
    customer: str = Field(min_length=1)
    names: tuple[str, ...]
    by: str


class Sweep(_Order):
    """Erase what is over."""

    kind: Literal["sweep"] = "sweep"


class Count(_Order):
    """How much there is."""

    kind: Literal["count"] = "count"


class Proposals(_Order):
    """What waits for an operator's yes."""

    kind: Literal["proposals"] = "proposals"


class Decide(_Order):
    """An operator's yes or no to a proposal."""

    kind: Literal["decide"] = "decide"
    memory: str
    accepted: bool
    by: str


AnyOrder = Annotated[
    Seed | Recall | Browse | Export | Forget | Sweep | Count | Proposals | Decide, Field(discriminator="kind")
]
ORDERS: Final[TypeAdapter[AnyOrder]] = TypeAdapter(AnyOrder)

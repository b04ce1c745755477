"""The common ground of all answers."""

from pydantic import BaseModel, ConfigDict


class Result(BaseModel):
    """A frozen answer of the shop; the effect table keeps it as JSON, so it reads back exactly."""

    model_config = ConfigDict(frozen=True, extra="forbid")

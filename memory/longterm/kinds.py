"""The kinds of memory and how long each lives (DESIGN §9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, get_args

Kind = Literal["operational", "preference", "factual", "episode", "resolution", "knowledge"]
Status = Literal["active", "proposed", "retired"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lifetime:
    """How one kind ages.

    ``lives`` None means until its source changes; ``verify_after`` asks the source before use; ``half_life`` is the
    age at which the recency stage has used up half of what it may take off; ``shared`` means the whole tenant's.
    """

    lives: timedelta | None
    verify_after: timedelta | None = None
    half_life: timedelta | None = None
    shared: bool = False


LIFETIMES: Final[dict[Kind, Lifetime]] = {
    "operational": Lifetime(lives=timedelta(hours=24), half_life=timedelta(hours=12)),
    "preference": Lifetime(lives=timedelta(days=90), half_life=timedelta(days=60)),
    "factual": Lifetime(lives=None, verify_after=timedelta(days=7), half_life=timedelta(days=180)),
    "episode": Lifetime(lives=timedelta(days=365), half_life=timedelta(days=120)),
    "resolution": Lifetime(lives=None, shared=True),
    "knowledge": Lifetime(lives=None, shared=True),
}
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

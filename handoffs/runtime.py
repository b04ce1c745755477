"""What a run needs of the outside, bundled once by the wiring and passed down. No globals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handoffs.agent import Team
from handoffs.events import Limits
from handoffs.model import Model
from handoffs.ports import Clock, Entry, Journal, Recall, Signals, Tools
from handoffs.prompt import Packer


def pass_by(label: str) -> None:
    """The default for ``Runtime.reach``: labelled points mean nothing in production."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Runtime:
    """Ports and declarations.

    ``reach`` is called with a label at each point where a crash would matter (before and after every commit and
    effect); crash tests kill the process there. *Units*: ``lease_s``, ``approval_deadline_s`` seconds.
    """

    journal: Journal
    signals: Signals
    tools: Tools
    entry: Entry
    model: Model
    packer: Packer
    clock: Clock
    team: Team
    limits: Callable[[str], Limits]
    recall: Recall | None = None
    reach: Callable[[str], None] = pass_by
    lease_s: float = 15.0
    approval_deadline_s: float = 86_400.0
    max_output_tokens: int = 2_000
    draft_every_s: float = 0.05

"""What can happen with memory: a preference stated, long-term memory asked."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from handoffs.values import Event, RecalledMemory, WeighedMemory


class PreferenceSet(Event):
    """The customer stated a preference; the newest value of a key wins."""

    kind: Literal["preference_set"] = "preference_set"
    key: str
    value: str


class Recalled(Event):
    """What long-term memory answered for this message, or why it did not (``error``); the turn goes on either way.

    ``preferences`` are all that are known of this customer, whatever their likeness to the question.
    *Units*: ``stages_ms`` and ``dur_ms`` milliseconds.
    """

    kind: Literal["recalled"] = "recalled"
    query: str
    memories: tuple[RecalledMemory, ...] = ()
    preferences: dict[str, str] = Field(default_factory=dict)
    heard: dict[str, str] = Field(default_factory=dict)  # when each preference was last heard, in ISO 8601
    candidates: tuple[WeighedMemory, ...] = ()
    stages_ms: dict[str, float] = Field(default_factory=dict)
    error: str = ""
    dur_ms: int = 0

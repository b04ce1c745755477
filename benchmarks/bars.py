"""The bars of the design's section 16 that concern a turn, and how a run stands against them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Found = Mapping[str, Mapping[str, float]]  # side -> label -> CPU ms per turn (or bytes)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One ratio that must not exceed ``most``: (side, label) over (side, label)."""

    what: str
    over: tuple[str, str]
    under: tuple[str, str]
    most: float

    def value(self, found: Found) -> float | None:
        """The ratio, or None where one of the two was not measured."""
        over = found.get(self.over[0], {}).get(self.over[1])
        under = found.get(self.under[0], {}).get(self.under[1])
        return over / under if over is not None and under else None


BARS = (
    Bar(what="turn 1 against the plain client", over=("baton", "turn 1"), under=("raw", "turn 1"), most=1.0),
    Bar(what="turn 50 against the plain client", over=("baton", "turn 50"), under=("raw", "turn 50"), most=0.2),
    Bar(
        what="turn 1 against openai-agents with RedisSession",
        over=("baton", "turn 1"),
        under=("agents_redis", "turn 1"),
        most=0.5,
    ),
    Bar(
        what="mean of 50 turns against openai-agents with RedisSession",
        over=("baton", "mean of 50"),
        under=("agents_redis", "mean of 50"),
        most=0.5,
    ),
    Bar(what="CPU of turn 1,000 against turn 10", over=("baton", "turn 1000"), under=("baton", "turn 10"), most=1.2),
    Bar(
        what="tokens of turn 1,000 against turn 10",
        over=("baton", "bytes 1000"),
        under=("baton", "bytes 10"),
        most=1.2,
    ),
)


def missed(found: Found) -> list[Bar]:
    """The bars that a run did not reach; what was not measured is not missed."""
    return [bar for bar in BARS if (value := bar.value(found)) is not None and value > bar.most]

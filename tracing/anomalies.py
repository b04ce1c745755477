"""Executions that are not like their agent: three times its own median, and beyond its own noise.

Each agent of each tenant is measured against the executions before this one, so a verdict never changes later. The
baseline rolls: what has become usual stops being an anomaly.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from handoffs.events import AttemptFailed, CallFinished, Decided, Ended, HandedOut, Recalled
from handoffs.transfer import PREFIX
from tracing.record import Dropped, TraceRecord

Measure = Literal["calls", "tokens", "ms", "handoffs"]
TIMES: Final = 3
WINDOW: Final = 200  # executions of an agent that its baseline rests on
LEAST: Final = 20  # fewer give no verdict
# What counts as usual at least: three calls of an agent that mostly makes none are anomalous, three milliseconds not.
FLOORS: Final[dict[Measure, int]] = {"calls": 1, "tokens": 100, "ms": 500, "handoffs": 1}
# Modified z-score of 3.5, with the mean absolute deviation where the MAD is 0 (Iglewicz and Hoaglin, 1993), both of the
# upper half only: with both halves twice as many of 100,000 log-normal times stood out.
NOISE: Final = 3.5
MAD_TO_SIGMA, MEAN_TO_SIGMA = 1.4826, 1.2533


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What one agent did in one ended execution; a handoff that it made is no call.

    *Units*: tokens in and out; ``ms`` of work and of waits for a next attempt, not for a person; ``at_ms`` of its end.
    """

    tenant: str
    conversation: str
    execution: str
    agent: str
    at_ms: int
    calls: int = 0
    tokens: int = 0
    ms: int = 0
    handoffs: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Anomaly:
    """``value`` of ``what`` where ``baseline``, the agent's median over its last ``of`` executions, is usual."""

    tenant: str
    conversation: str
    execution: str
    agent: str
    at_ms: int
    what: Measure
    value: int
    baseline: float
    of: int

    @property
    def sentence(self) -> str:
        """The same for a person."""
        usual = f"usual are {_number(self.what, self.baseline)} (median of its last {self.of} executions)"
        return f"{self.agent} {_SAID[self.what].format(_number(self.what, self.value))}: {usual}"


def works(records: Iterable[TraceRecord]) -> list[Work]:
    """What each agent did in each ended execution of a joined trace, in the order of the ends."""
    running: defaultdict[str, dict[str, Work]] = defaultdict(dict)
    done: list[Work] = []
    for record in records:
        event, agents = record.event, running[record.execution]
        if isinstance(event, Ended):
            done += [replace(work, at_ms=record.at_ms) for work in running.pop(record.execution).values()]
        elif event.agent and not isinstance(event, Dropped):
            agents[event.agent] = _plus(agents.get(event.agent) or _none(record, event.agent), record)
    return done


class Baselines:
    """Judges executions one after the other, each against those before it; the newest are remembered, not all."""

    def __init__(self, *, window: int = WINDOW, least: int = LEAST) -> None:
        self._least = least
        self._known: defaultdict[tuple[str, str, Measure], _Rolling] = defaultdict(lambda: _Rolling(window))

    def judge(self, work: Work) -> tuple[Anomaly, ...]:
        """What is anomalous about this execution, which then joins the baseline."""
        found: list[Anomaly] = []
        for what in FLOORS:
            value, before = getattr(work, what), self._known[work.tenant, work.agent, what]
            if len(before.ordered) >= self._least and _stands_out(value, before.ordered, FLOORS[what]):
                found.append(
                    Anomaly(
                        tenant=work.tenant,
                        conversation=work.conversation,
                        execution=work.execution,
                        agent=work.agent,
                        at_ms=work.at_ms,
                        what=what,
                        value=value,
                        baseline=median(before.ordered),
                        of=len(before.ordered),
                    )
                )
            before.add(value)
        return tuple(found)


def judged(done: Iterable[Work]) -> Iterator[Anomaly]:
    """All anomalies of many executions, judged in the order of their ends."""
    baselines = Baselines()
    for work in sorted(done, key=lambda work: (work.at_ms, work.tenant, work.conversation, work.execution)):
        yield from baselines.judge(work)


def median(ordered: Sequence[float]) -> float:
    """The middle of sorted values, of which there is at least one."""
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


class _Rolling:
    """The last so many values, kept in order of age and of size."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._by_age: deque[float] = deque()
        self.ordered: list[float] = []

    def add(self, value: float) -> None:
        if len(self._by_age) == self._window:
            del self.ordered[bisect_left(self.ordered, self._by_age.popleft())]
        self._by_age.append(value)
        insort(self.ordered, value)


def _stands_out(value: float, ordered: Sequence[float], floor: float) -> bool:
    usual = median(ordered)
    return value >= TIMES * max(usual, floor) and value - usual > NOISE * _noise(ordered, usual)


def _noise(ordered: Sequence[float], usual: float) -> float:
    """The standard deviation that the values above the median speak for: times and tokens lean to that side."""
    deviations = [value - usual for value in ordered if value >= usual]
    return median(deviations) * MAD_TO_SIGMA or sum(deviations) / len(deviations) * MEAN_TO_SIGMA


def _none(record: TraceRecord, agent: str) -> Work:
    return Work(
        tenant=record.tenant,
        conversation=record.conversation,
        execution=record.execution,
        agent=agent,
        at_ms=record.at_ms,
    )


def _plus(work: Work, record: TraceRecord) -> Work:
    match record.event:
        case Decided() as event:
            tokens = event.input_tokens + event.output_tokens
            return replace(work, tokens=work.tokens + tokens, ms=work.ms + event.dur_ms)
        case CallFinished() as event:
            return replace(work, calls=work.calls + (not event.tool.startswith(PREFIX)), ms=work.ms + event.dur_ms)
        case AttemptFailed() as event:
            return replace(work, ms=work.ms + event.dur_ms + round(event.wait_s * 1000))
        case Recalled() as event:
            return replace(work, ms=work.ms + event.dur_ms)
        case HandedOut():
            return replace(work, handoffs=work.handoffs + 1)
        case _:
            return work


_SAID: Final[dict[Measure, str]] = {
    "calls": "made {} calls",
    "tokens": "used {} tokens",
    "ms": "took {}",
    "handoffs": "handed over {} times",
}


def _number(what: Measure, value: float) -> str:
    return f"{value / 1000:.1f} s" if what == "ms" else f"{value:,.10g}"

"""Who hands to whom: how often, how often straight back, what was refused as a cycle, how long to the right agent.

The right agent of a turn is the one whose answer the customer got last.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from handoffs.events import CallFinished, CustomerSaid, HandedIn, HandedOut, Said
from handoffs.transfer import PREFIX
from tracing.join import Handoff, Trace
from tracing.record import TraceRecord

Pair = tuple[str, str]  # from, to
OF_TEN = 9  # nine turns of ten took at most the long time


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """Handoffs from one agent to another. ``bounced`` are those that came straight back within the turn, ``cycles``
    those that the runtime refused (they are not handoffs)."""

    source: str
    to: str
    handoffs: int
    bounced: int
    cycles: int

    @property
    def bounce_rate(self) -> float:
        """The share in 0..1 that came straight back."""
        return self.bounced / self.handoffs if self.handoffs else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """An agent as the right one: of ``turns`` it answered last, ``direct`` began with it and needed no handoff.

    *Units*: ms from the customer's message to the arrival at this agent, over the turns with a handoff; None: none.
    """

    agent: str
    turns: int
    direct: int
    median_ms: int | None
    long_ms: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Graph:
    """The whole graph, its edges by count."""

    edges: tuple[Edge, ...]
    reached: tuple[Reached, ...]


class HandoffGraph:
    """Traces entered one by one."""

    def __init__(self) -> None:
        self._handoffs: Counter[Pair] = Counter()
        self._bounced: Counter[Pair] = Counter()
        self._cycles: Counter[Pair] = Counter()
        self._direct: Counter[str] = Counter()
        self._waits_ms: defaultdict[str, list[int]] = defaultdict(list)

    def enter(self, trace: Trace) -> None:
        """Count a trace's handoffs and turns."""
        for pairs in _pairs_by_turn(trace.handoffs).values():
            self._handoffs.update(pairs)
            self._bounced.update(pair for pair, following in pairwise(pairs) if following == pair[::-1])
        for records in trace.turns().values():
            self._cycles.update(_refused_cycles(records))
            self._turn(records)

    def graph(self) -> Graph:
        """What was counted so far."""
        pairs = sorted(self._handoffs.keys() | self._cycles.keys(), key=lambda pair: (-self._handoffs[pair], pair))
        edges = tuple(
            Edge(
                source=pair[0],
                to=pair[1],
                handoffs=self._handoffs[pair],
                bounced=self._bounced[pair],
                cycles=self._cycles[pair],
            )
            for pair in pairs
        )
        agents = sorted(self._direct.keys() | self._waits_ms.keys())
        return Graph(edges=edges, reached=tuple(self._reached(agent) for agent in agents))

    def _reached(self, agent: str) -> Reached:
        direct, waits_ms = self._direct[agent], sorted(self._waits_ms.get(agent, ()))
        return Reached(
            agent=agent,
            turns=direct + len(waits_ms),
            direct=direct,
            median_ms=waits_ms[(len(waits_ms) - 1) // 2] if waits_ms else None,
            long_ms=waits_ms[(len(waits_ms) * OF_TEN - 1) // 10] if waits_ms else None,
        )

    def _turn(self, records: Sequence[TraceRecord]) -> None:
        """Only turns of a customer's message: after a person's decision nobody looks for the right agent."""
        asked_ms = next((record.at_ms for record in records if isinstance(record.event, CustomerSaid)), None)
        said = (event for record in reversed(records) if isinstance(event := record.event, Said))
        right = next((event.agent for event in said if not event.interim), "")
        if asked_ms is None or not right:
            return
        arrived = [record for record in records if isinstance(record.event, HandedIn)]
        if not arrived:
            self._direct[right] += 1
        elif arrived[-1].event.agent == right:
            self._waits_ms[right].append(max(0, arrived[-1].at_ms - asked_ms))


def pair_of(handoff: Handoff) -> Pair | None:
    """From and to, told by whichever half is there."""
    for record in (handoff.left, handoff.arrived):
        match record and record.event:
            case HandedOut() as event:
                return event.agent, event.to
            case HandedIn() as event:
                return event.source, event.agent
            case _:
                continue
    return None


def _pairs_by_turn(handoffs: Sequence[Handoff]) -> dict[str, list[Pair]]:
    placed: list[tuple[int, str, Pair]] = []
    for handoff in handoffs:
        record, pair = handoff.left or handoff.arrived, pair_of(handoff)
        if record is not None and pair is not None:
            placed.append((record.seq, record.execution, pair))
    turns: defaultdict[str, list[Pair]] = defaultdict(list)
    for _, execution, pair in sorted(placed):
        turns[execution].append(pair)
    return turns


def _refused_cycles(records: Sequence[TraceRecord]) -> Iterator[Pair]:
    for record in records:
        match record.event:
            case CallFinished(outcome="refused", code="cycle") as event if event.tool.startswith(PREFIX):
                yield event.agent, event.tool.removeprefix(PREFIX)
            case _:
                continue

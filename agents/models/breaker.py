"""Circuit breakers: what fails again and again is left alone for a while, then tried once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


class Breaker(Protocol):
    """The circuits of all dependencies, by name; one state for all who share it."""

    async def admits(self, name: str) -> bool:
        """Whether an attempt may go now; after an open time, one caller is let through as the trial."""
        ...

    async def failed(self, name: str) -> None:
        """Count a failure, and open the circuit when there were too many."""
        ...

    async def succeeded(self, name: str) -> None:
        """Close the circuit and forget its failures."""
        ...


@dataclass(slots=True)
class _Circuit:
    failures_s: deque[float] = field(default_factory=deque[float])
    open_until_s: float | None = None


class InProcessBreaker:
    """The breaker of a single process: ``limit`` failures within ``window_s`` open a circuit for ``open_s``.

    A trial that never reports is followed by another after ``open_s``.
    *Units*: ``now`` answers seconds that never run backwards.
    """

    def __init__(
        self, now: Callable[[], float], *, limit: int = 5, window_s: float = 60.0, open_s: float = 30.0
    ) -> None:
        self._now = now
        self._limit = limit
        self._window_s = window_s
        self._open_s = open_s
        self._circuits: dict[str, _Circuit] = {}

    async def admits(self, name: str) -> bool:
        """Whether an attempt may go now; an open time that is over is renewed, so that only one trial goes."""
        circuit = self._circuits.get(name)
        if circuit is None or circuit.open_until_s is None:
            return True
        if self._now() < circuit.open_until_s:
            return False
        circuit.open_until_s = self._now() + self._open_s
        return True

    async def failed(self, name: str) -> None:
        """Count a failure; the failure of a trial opens the circuit again."""
        now_s = self._now()
        circuit = self._circuits.setdefault(name, _Circuit())
        circuit.failures_s.append(now_s)
        while circuit.failures_s[0] <= now_s - self._window_s:
            circuit.failures_s.popleft()
        if circuit.open_until_s is not None or len(circuit.failures_s) >= self._limit:
            circuit.open_until_s = now_s + self._open_s

    async def succeeded(self, name: str) -> None:
        """Close the circuit and forget its failures."""
        self._circuits.pop(name, None)

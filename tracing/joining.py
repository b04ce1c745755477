"""One conversation's records on their way into a trace: put side by side, checked, and let go of.

Nothing here grows with a record's size, so that a million of them pass through little memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracing.checks import Clocks, Ends, Fences, Gaps, Halves
from tracing.fault import Fault
from tracing.orphans import Orphans
from tracing.record import TraceRecord


class Joining:
    """Takes records place by place, in the order of the places; ``faults`` are those met while reading."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._faults = [*faults]
        self._gaps, self._clocks, self._fences = Gaps(), Clocks(), Fences()
        self._halves, self._orphans = Halves(), Orphans()

    @property
    def executions(self) -> int:
        """How many were seen."""
        return self._orphans.executions

    @property
    def ends(self) -> Sequence[Ends]:
        """The handoffs, matched."""
        return self._halves.ends

    def take(self, seq: int, copies: Sequence[TraceRecord]) -> Sequence[TraceRecord]:
        """What stands at a place: equal doubles once, differing ones side by side. None: it cannot be read."""
        shown = copies if len(copies) < 2 else self._distinct(seq, copies)
        self._faults += self._gaps.see(seq, shown[0].log if shown else "")
        for record in shown:
            self._clocks.see(record)
            self._halves.see(record)
            self._faults += self._fences.see(record)
            self._faults += self._orphans.see(record)
        return shown

    def unreadable(self, sentence: str, seq: int) -> None:
        """A record that is there, but cannot be read."""
        self._faults.append(Fault(kind="unreadable", sentence=sentence, seqs=(seq,)))

    def faults(self) -> tuple[Fault, ...]:
        """All that does not add up, once every record was taken; by place."""
        found = [*self._faults, *self._clocks.close(), *self._halves.close(), *self._orphans.close()]
        return tuple(sorted(found, key=lambda fault: (fault.seqs, fault.kind, fault.sentence)))

    def _distinct(self, seq: int, copies: Sequence[TraceRecord]) -> Sequence[TraceRecord]:
        by_line = {copy.to_line(): copy for copy in copies}
        distinct = [by_line[line] for line in sorted(by_line)]
        if len(distinct) < len(copies):
            sentence = f"record {seq} of {distinct[0].log} is there {len(copies)} times; it is shown once"
            self._faults.append(Fault(kind="duplicate", sentence=sentence, seqs=(seq,)))
        if len(distinct) > 1:
            logs = " and ".join(sorted({copy.log for copy in distinct}))
            sentence = f"{len(distinct)} different records claim the place {seq} (in {logs}); all are shown"
            self._faults.append(Fault(kind="conflict", sentence=sentence, seqs=(seq,)))
        return distinct

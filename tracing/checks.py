"""What can be seen to be wrong with records that pass in order: each check holds little, however many pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from handoffs.events import HandedIn, HandedOut
from tracing.fault import Fault
from tracing.record import Dropped, TraceRecord

SKEW_MS = 1_000


class Gaps:
    """Sequences begin at 1 and miss none; what is missing at the very end cannot be seen."""

    def __init__(self) -> None:
        self._before = 0

    def see(self, seq: int, log: str) -> Iterable[Fault]:
        """What is missing before this place; ``log`` is '' where its record cannot be read."""
        first, last = self._before + 1, seq - 1
        self._before = seq
        if first > last:
            return ()
        which = f"record {first} is" if first == last else f"records {first} to {last} are"
        of = f" of {log}" if log else ""
        sentence = f"{which} missing, before {seq}{of}: is a log or a part of one left out?"
        return (Fault(kind="gap", sentence=sentence, seqs=(first, last)),)


class _Backwards(NamedTuple):
    times: int
    most_ms: int
    seqs: tuple[int, int]


class Clocks:
    """The order is that of the sequence; a clock that contradicts it is named once for each two logs it happens in."""

    def __init__(self) -> None:
        self._last: TraceRecord | None = None
        self._found: dict[tuple[str, str], _Backwards] = {}

    def see(self, record: TraceRecord) -> None:
        """Compare with the record before; of several that claim one place only the first is."""
        last = self._last
        if last is not None and last.seq == record.seq:
            return
        self._last = record
        if last is not None and (back_ms := last.at_ms - record.at_ms) > SKEW_MS:
            of = (last.log, record.log)
            times, most_ms, seqs = self._found.get(of, _Backwards(0, 0, (last.seq, record.seq)))
            self._found[of] = _Backwards(times + 1, max(most_ms, back_ms), seqs)

    def close(self) -> Iterable[Fault]:
        """Every pair of logs between which the clock ran backwards."""
        for (earlier, later), found in self._found.items():
            within = f"within {earlier}" if earlier == later else f"from {earlier} to {later}"
            most, (first, second) = f"{found.most_ms / 1000:.1f} s", found.seqs
            ran = (
                f"ran {most} backwards {within}, from record"
                if found.times == 1
                else f"ran backwards {within} {found.times:,} times, by {most} at most, first from record"
            )
            sentence = f"the clock {ran} {first} to {second}: the order stands, the times do not"
            yield Fault(kind="skew", sentence=sentence, seqs=found.seqs)


class Fences:
    """A fence only rises; a lower one later means that two workers wrote to one execution."""

    def __init__(self) -> None:
        self._highest: dict[str, tuple[int, int]] = {}

    def see(self, record: TraceRecord) -> Iterable[Fault]:
        """Whether this record's worker had lost its execution."""
        if isinstance(record.event, Dropped):
            return ()
        held = self._highest.get(record.execution)
        if held is None or record.fence > held[0]:
            self._highest[record.execution] = (record.fence, record.seq)
        elif record.fence < held[0]:
            fence, seq = held
            sentence = f"record {record.seq} is of fence {record.fence}, yet {seq} was already of {fence}"
            return (Fault(kind="stale", sentence=sentence, seqs=(seq, record.seq)),)
        return ()


class Ends(NamedTuple):
    """A handoff without its records. ``left`` and ``arrived`` are sequence numbers; a missing half is None."""

    handoff_id: str
    source: str
    to: str
    reason: str
    left: int | None
    arrived: int | None


class Halves:
    """Every handoff has two halves with one id."""

    def __init__(self) -> None:
        self._ends: dict[str, Ends] = {}

    @property
    def ends(self) -> Sequence[Ends]:
        """The handoffs so far: those that left, then those that only arrived."""
        met = self._ends.values()
        left = sorted((one.left, place, one) for place, one in enumerate(met) if one.left is not None)
        alone = ((one.arrived, place, one) for place, one in enumerate(met) if one.left is None)
        return [one for *_, one in (*left, *alone)]

    def see(self, record: TraceRecord) -> None:
        """Match a half with its other."""
        if record.event.kind not in ("handoff_out", "handoff_in"):  # a model's class is slow to say no
            return
        match record.event:
            case HandedOut(agent=source, to=to) as event:
                new = Ends(event.handoff_id, source, to, event.reason, record.seq, None)
            case HandedIn(agent=to, source=source) as event:
                new = Ends(event.handoff_id, source, to, event.reason, None, record.seq)
            case _:
                return
        held = self._ends.setdefault(new.handoff_id, new)
        if held.left is None and new.left is not None:
            self._ends[new.handoff_id] = new._replace(arrived=held.arrived)
        elif held.arrived is None and new.arrived is not None:
            self._ends[new.handoff_id] = held._replace(arrived=new.arrived)

    def close(self) -> Iterable[Fault]:
        """The halves that stand alone."""
        for ends in self._ends.values():
            if ends.arrived is None and ends.left is not None:
                sentence = f"handoff {ends.handoff_id} left {ends.source} for {ends.to}, but its arrival is missing"
                yield Fault(kind="orphan", sentence=sentence, seqs=(ends.left,))
            elif ends.left is None and ends.arrived is not None:
                sentence = f"handoff {ends.handoff_id} arrived at {ends.to}, but {ends.source}'s half is missing"
                yield Fault(kind="orphan", sentence=sentence, seqs=(ends.arrived,))

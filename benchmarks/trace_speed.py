"""How fast, and in how little memory, a large trace is joined from its files: one file per agent or person.

    python -m benchmarks.trace_speed [--records 1000000] [--conversations 1] [--shuffled] [--check]

The files are written first; the join runs in a process of its own, whose time and greatest memory are measured.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter, process_time
from typing import Final

from handoffs.events import AnyEvent, CallFinished, CustomerSaid, Decided, Ended, HandedIn, HandedOut, Said, TurnStarted
from handoffs.memory_events import Recalled
from handoffs.values import Call, Limits, PromptRef, RecalledMemory, Scored, WeighedMemory
from tracing.files import filed
from tracing.record import TraceRecord

BEGAN_MS: Final = 1_795_000_000_000
MOST_S: Final = 20.0
MOST_MB: Final = 300.0
PLACE: Final = b'{"v":1,"tenant":"volta","conversation":"c-%d","execution":"x%06d","number":%d,"seq":%d,"at_ms":%d,'
TOOLS: Final = tuple(f"tool_number_{number}" for number in range(16))


def turn() -> list[AnyEvent]:
    """One turn with recall, a tool and a handoff; TURN stands for what differs from one turn to the next."""
    look, over = Call(id="call-TURN-1", name=TOOLS[0], arguments="{}"), Call(id="call-TURN-2", name="t", arguments="{}")
    number, reason, summary = "handoff-TURN", "a parcel", "The customer asks where the parcel is."
    return [
        TurnStarted(team="60f716414cf7c122", limits=Limits(), customer="anna"),
        CustomerSaid(message_id="message-TURN", text="I was charged twice, and where is my parcel?"),
        _recalled(),
        _decided("billing", look),
        _finished(look, "billing"),
        _decided("billing", over),
        _finished(over, "billing"),
        HandedOut(agent="billing", to="support", handoff_id=number, reason=reason, summary=summary),
        HandedIn(agent="support", source="billing", handoff_id=number, reason=reason, summary=summary),
        _decided("support"),
        Said(agent="support", text="It arrives tomorrow, and 59.00 is on its way back."),
        Ended(agent="support", status="completed"),
    ]


def lines(records: int, conversations: int) -> Iterator[tuple[str, bytes]]:
    """So many records of whole turns, each with its log; the last turn may be cut off."""
    events = [(event.log, _after_the_place(event)) for event in turn()]
    each = -(-records // conversations)
    for conversation in range(conversations):
        for seq in range(1, min(each, records - conversation * each) + 1):
            number, nth = (seq - 1) % len(events) + 1, (seq - 1) // len(events)
            log, rest = events[number - 1]
            begins = PLACE % (conversation, nth, number, seq, BEGAN_MS + 300 * seq)
            yield log, begins + rest.replace(b"TURN", b"%d" % nth) + b"\n"


def write(folder: Path, records: int, conversations: int, *, shuffled: bool) -> list[Path]:
    """The records in one file per log, in order or in none."""
    with ExitStack() as opened:
        files = {log: opened.enter_context((folder / f"{log}.jsonl").open("wb")) for log in _LOGS}
        for log, line in lines(records, conversations):
            files[log].write(line)
    paths = [folder / f"{log}.jsonl" for log in _LOGS]
    for path in paths if shuffled else ():
        mixed = path.read_bytes().splitlines(keepends=True)
        random.Random(7).shuffle(mixed)
        path.write_bytes(b"".join(mixed))
    return paths


def join_here(paths: list[Path]) -> dict[str, float]:
    """Join the files record by record; what it took, in this process."""
    before_mb, began, cpu = _peak_mb(), perf_counter(), process_time()
    records = faults = handoffs = 0
    for one in filed(paths):
        joining = one.joining()
        records += sum(1 for _ in one.records(joining))
        faults += len(joining.faults())
        handoffs += len(joining.ends)
    return {
        "records": records,
        "handoffs": handoffs,
        "faults": faults,
        "seconds": perf_counter() - began,
        "cpu_seconds": process_time() - cpu,
        "peak_mb": _peak_mb(),
        "before_mb": before_mb,
    }


def main() -> None:
    """Write the files, join them in another process, and print what it took."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--conversations", type=int, default=1)
    parser.add_argument("--shuffled", action="store_true", help="the lines of each file stand in no order")
    parser.add_argument("--check", action="store_true", help="fail beyond 20 s, 300 MB, or when anything is missing")
    parser.add_argument("--join", nargs="*", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.join:
        print(json.dumps(join_here(options.join)))
        return
    with tempfile.TemporaryDirectory() as folder:
        paths = write(Path(folder), options.records, options.conversations, shuffled=options.shuffled)
        size_mb = sum(path.stat().st_size for path in paths) / 1e6
        command = [sys.executable, "-m", "benchmarks.trace_speed", "--join", *map(str, paths)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    print(json.dumps({"size_mb": round(size_mb), **{key: round(value, 2) for key, value in found.items()}}))
    if options.check and (missed := _missed(found, options.records)):
        sys.exit(f"missed: {', '.join(missed)}")


def _missed(found: dict[str, float], records: int) -> list[str]:
    bars = {
        f"{found['seconds']:.1f} s of {MOST_S:.0f}": found["seconds"] <= MOST_S,
        f"{found['peak_mb']:.0f} MB of {MOST_MB:.0f}": found["peak_mb"] <= MOST_MB,
        f"{found['records']:,.0f} records of {records:,}": found["records"] == records,
    }
    return [said for said, held in bars.items() if not held]


def _peak_mb() -> float:
    """Of this program alone: what getrusage says may be that of the process it was started from."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _after_the_place(event: AnyEvent) -> bytes:
    record = TraceRecord(
        tenant="t", conversation="c", execution="x", number=1, seq=1, at_ms=0, fence=1, log=event.log, event=event
    )
    return record.to_line().partition(b'"at_ms":0,')[2]


def _decided(agent: str, *calls: Call) -> Decided:
    return Decided(
        agent=agent,
        prompt=PromptRef(base="x000001/4", spans=((0, 9), "36787d51a16a8319e03668b9"), tools="26a5d4bf273bd511"),
        options=TOOLS,
        text="" if calls else "It arrives tomorrow, and 59.00 is on its way back.",
        calls=calls,
        model="offline",
        finish="tool_calls" if calls else "stop",
        input_tokens=902,
        output_tokens=31,
        candidates=tuple(Scored(name=name, score=0.4772) for name in TOOLS[:5]),
        rule="cue:duplicate_charge",
        dur_ms=40,
    )


def _finished(call: Call, agent: str) -> CallFinished:
    content = json.dumps({"payments": [{"payment_id": f"V-PAY-{n}", "amount_cents": 5900} for n in range(8)]})
    return CallFinished(
        agent=agent, call_id=call.id, tool=call.name, title="Looking", arguments="{}", outcome="ok", content=content
    )


def _recalled() -> Recalled:
    text = "Parcels within Germany arrive after two or three working days."
    return Recalled(
        agent="billing",
        query="where is my parcel?",
        memories=(RecalledMemory(id="m1", kind="knowledge", text=text),),
        candidates=tuple(
            WeighedMemory(id=f"m{n}", kind="knowledge", text=text, verdict="below", score=0.3, dense=0.4, fused=0.5)
            for n in range(5)
        ),
        stages_ms={"embed": 9.1, "search": 0.4, "rerank": 11.7},
    )


_LOGS: Final = tuple(sorted({event.log for event in turn()}))


if __name__ == "__main__":
    main()

"""What a durable, traced turn costs in CPU beside the plain OpenAI client and beside peers: ratios of one run.

    python -m benchmarks.turn_overhead [--check] [--peers-python PYTHON [--peers agents_redis swarm …]]

Every side runs in a process of its own against the same scripted endpoint, which runs in another. Peers are those of
``../shared/bench`` and are measured where a Python that has them installed is named.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import orjson
from rich.console import Console
from rich.table import Table

from baton.embedded_redis import EmbeddedRedis
from benchmarks.bars import BARS, Found, missed
from benchmarks.measure import AT_ONCE, TURNS

PEERS_SCRIPT = Path("../shared/bench/peers.py")
PEERS = ("agents_mem", "agents_redis")
LABELS = (*(f"turn {number}" for number in TURNS), "mean of 50", *(f"{many} at once" for many in AT_ONCE))
_PEER_RUNS = {"turn 1": (100, 1, 1), "mean of 50": (50, 1, 50)} | {
    f"{many} at once": (200, many, 1) for many in AT_ONCE
}


@contextmanager
def endpoint() -> Generator[str]:
    """The address of a scripted endpoint in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.scripted_endpoint"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


class Rounds:
    """What was measured of every side, round by round; the median counts, for the machine is not ours alone."""

    def __init__(self) -> None:
        self._values: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))

    def add(self, side: str, values: dict[str, float]) -> None:
        """Take in one round of a side."""
        for label, value in values.items():
            self._values[side][label].append(value)

    def found(self) -> Found:
        """The medians."""
        return {
            side: {label: median(values) for label, values in labels.items()} for side, labels in self._values.items()
        }


async def run(peers_python: str | None, peers: Sequence[str], rounds: int, console: Console) -> Found:
    """Measure every side in turns, so that a busy minute of the machine meets them all."""
    measured = Rounds()
    with tempfile.TemporaryDirectory(prefix="baton-bench-") as folder, endpoint() as url:
        redis = EmbeddedRedis(Path(folder))
        await redis.start()
        try:
            for number in range(1, rounds + 1):
                console.print(f"round {number} of {rounds} …")
                turns = TURNS if number == 1 else TURNS[:-1]  # the longest chat takes long
                for side in ("raw", "baton"):
                    measured.add(side, _side(side, url, redis.url, turns))
                for peer in peers if peers_python and PEERS_SCRIPT.exists() else ():
                    measured.add(peer, _peer(peers_python or "", peer, url, redis.url))
        finally:
            await redis.stop()
    return measured.found()


def _side(side: str, url: str, redis_url: str, turns: Sequence[int]) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.measure", side, "--url", url, "--redis", redis_url]
    command += ["--turns", *map(str, turns)]
    return orjson.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def _peer(python: str, peer: str, url: str, redis_url: str) -> dict[str, float]:
    environment = os.environ | {"STUB": url, "REDIS_URL": redis_url}
    found: dict[str, float] = {}
    for label, sizes in _PEER_RUNS.items():
        command = [python, "-B", str(PEERS_SCRIPT), peer, *map(str, sizes)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        found[label] = float(orjson.loads(done.stdout.splitlines()[-1])["cpu_ms_per_turn"])
    return found


def ratios(found: Found) -> Table:
    """CPU of every side as a multiple of the plain client's."""
    table = Table(title="CPU per turn, × the plain OpenAI client (its milliseconds in brackets)")
    table.add_column("side")
    for label in LABELS:
        table.add_column(label, justify="right")
    raw = found["raw"]
    for side, values in found.items():
        cells = [_cell(values.get(label), raw.get(label), in_ms=side == "raw") for label in LABELS]
        table.add_row(side, *cells)
    return table


def _cell(value: float | None, raw: float | None, *, in_ms: bool) -> str:
    if value is None or not raw:
        return "–"
    return f"1 ({value:.1f})" if in_ms else f"{value / raw:.2f}"


def standing(found: Found) -> Table:
    """Every bar beside its value."""
    table = Table(title="Bars (design, section 16)")
    for column in ("what", "value", "bar", ""):
        table.add_column(column, justify="left" if column == "what" else "right")
    for bar in BARS:
        value = bar.value(found)
        reached = "not measured" if value is None else "[green]reached" if value <= bar.most else "[red]missed"
        table.add_row(bar.what, "–" if value is None else f"{value:.2f}", f"≤ {bar.most:g}", reached)
    return table


def main() -> None:
    """Measure, print the tables, and with --check fail when a bar is missed."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="exit with 1 when a bar is missed")
    parser.add_argument("--peers-python", help="a Python that has the peers installed")
    parser.add_argument("--peers", nargs="*", default=list(PEERS), help=f"runners of {PEERS_SCRIPT}")
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many rounds counts")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)
    found = asyncio.run(run(options.peers_python, options.peers, options.rounds, console))
    console.print(ratios(found), standing(found), sep="\n")
    if options.check and missed(found):
        sys.exit(1)


if __name__ == "__main__":
    main()

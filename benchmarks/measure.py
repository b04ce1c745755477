"""Measures one side in a process of its own and prints JSON: ``python -m benchmarks.measure raw --url http://…``.

CPU is that of the measured process alone: the endpoint, Redis and whoever else runs are not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import time
import urllib.request
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

import orjson

from benchmarks.baton_side import baton_side
from benchmarks.raw_side import raw_side

TURNS = (1, 10, 50, 1_000)
AT_ONCE = (1, 10, 100)
_MEAN_OF = 50


class Talk(Protocol):
    """One conversation under way."""

    async def turn(self) -> None:
        """Ask for the invoice and get the right answer."""
        ...


class Side(Protocol):
    """What is measured."""

    async def talk(self, turns_before: int) -> Talk:
        """A conversation that has had so many turns."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Effort:
    """How much is measured: (conversations, turns in each) for every turn, and turns for every concurrency."""

    at_turn: dict[int, tuple[int, int]]
    at_once: int


EFFORT = {
    "raw": Effort(at_turn={1: (150, 1), 10: (20, 3), 50: (4, 3), 1_000: (1, 3)}, at_once=200),
    "baton": Effort(at_turn={1: (150, 1), 10: (30, 3), 50: (10, 5), 1_000: (1, 60)}, at_once=400),
}


async def measured(side: Side, effort: Effort, stats_url: str, turns: Sequence[int]) -> dict[str, float]:
    """CPU milliseconds per turn by label: ``turn 1``, ``mean of 50``, ``10 at once``; bytes sent by ``bytes 10``."""
    for _ in range(20):  # warm: imports, caches, connections
        await (await side.talk(0)).turn()
    found: dict[str, float] = {}
    for number in turns:
        talks, each = effort.at_turn[number]
        found[f"turn {number}"], found[f"bytes {number}"] = await _at_turn(side, number, talks, each, stats_url)
    found[f"mean of {_MEAN_OF}"] = await _mean(side)
    for many in AT_ONCE:
        found[f"{many} at once"] = await _at_once(side, many, effort.at_once)
    return found


async def _at_turn(side: Side, number: int, talks: int, each: int, stats_url: str) -> tuple[float, float]:
    """(CPU ms, bytes sent to the model) of turn ``number``: the mean over ``each`` turns from there on."""
    spent_s, sent = 0.0, 0
    for _ in range(talks):
        talk = await side.talk(number - 1)
        before, start_s = _bytes_in(stats_url), time.process_time()
        for _ in range(each):
            await talk.turn()
        spent_s += time.process_time() - start_s
        sent += _bytes_in(stats_url) - before
    return spent_s * 1_000 / (talks * each), sent / (talks * each)


async def _mean(side: Side) -> float:
    talk = await side.talk(0)
    start_s = time.process_time()
    for _ in range(_MEAN_OF):
        await talk.turn()
    return (time.process_time() - start_s) * 1_000 / _MEAN_OF


async def _at_once(side: Side, many: int, turns: int) -> float:
    room = asyncio.Semaphore(many)

    async def one() -> None:
        async with room:
            await (await side.talk(0)).turn()

    start_s = time.process_time()
    await asyncio.gather(*(one() for _ in range(turns)))
    return (time.process_time() - start_s) * 1_000 / turns


def _bytes_in(stats_url: str) -> int:
    with urllib.request.urlopen(stats_url) as answer:
        return int(orjson.loads(answer.read())["bytes_in"])


async def _main(name: str, url: str, redis_url: str, turns: Sequence[int]) -> None:
    opened: AbstractAsyncContextManager[Side] = raw_side(url) if name == "raw" else baton_side(url, redis_url)
    async with opened as side:
        found = await measured(side, EFFORT[name], f"{url}/stats", turns)
    print(orjson.dumps(found).decode())


def main() -> None:
    """Measure one side and print what was found."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("side", choices=tuple(EFFORT))
    parser.add_argument("--url", required=True, help="the endpoint's base address")
    parser.add_argument("--redis", default="", help="a Redis that may be written to (baton)")
    parser.add_argument("--turns", type=int, nargs="*", default=TURNS)
    options = parser.parse_args()
    asyncio.run(_main(options.side, options.url, options.redis, options.turns))


if __name__ == "__main__":
    main()

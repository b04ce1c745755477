"""A mover that can be killed: a program of the crash tests, not a test.

It reads orders, one JSON object per line, and for each moves and trims everything in a forked process; it answers how
that went: "done", "killed" or "failed".
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import traceback
from typing import TypedDict

from baton.crash import crash_at
from handoffs.runtime import pass_by
from memory.session.redis_client import connect
from memory.session.redis_log import RedisSessionLog
from memory.session.redis_trimming import RedisTrimming
from tracing.archive.landing import Landing
from tracing.archive.move import Mover
from tracing.archive.pricing import FlatPrice
from tracing.archive.store import Archive

LATER_MS = 10**14


class Order(TypedDict):
    """Where to move from and to, and the labelled point at which to die ('' for none)."""

    redis: str
    archive: str
    tenant: str
    crash_at: str


async def move(order: Order) -> None:
    """Everything once, as the running application does it."""
    reach = crash_at(order["crash_at"]) if order["crash_at"] else pass_by
    archive = Archive.at(order["archive"])
    await archive.open()
    async with connect(order["redis"]) as redis:
        landing = Landing(archive.engine, prices=FlatPrice(0.01), reach=reach)
        mover = Mover(RedisSessionLog(redis), landing, RedisTrimming(redis), tenants=[order["tenant"]], reach=reach)
        await mover.move_all()
        await mover.trim(LATER_MS)
    await archive.close()


def one_life(order: Order) -> int:
    """Move in this process; the answer is its exit code."""
    try:
        asyncio.run(asyncio.wait_for(move(order), 30))
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def main() -> None:
    """Serve orders until there are no more."""
    for line in sys.stdin:
        if (pid := os.fork()) == 0:
            os._exit(one_life(json.loads(line)))
        status = os.waitpid(pid, 0)[1]
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print("killed" if killed else "failed" if status else "done", flush=True)


if __name__ == "__main__":
    main()

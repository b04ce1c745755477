"""Crash tests: a process that kills itself at a labelled point, as the power would.

``BATON_TEST_CRASH_AT="after commit call_intended#2"`` kills it at the second time that a label beginning with those
words is reached. Unset, labels mean nothing.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from handoffs.runtime import pass_by

VARIABLE = "BATON_TEST_CRASH_AT"


def reach_from_environment() -> Callable[[str], None]:
    """What the runtime calls at its labelled points."""
    wanted = os.environ.get(VARIABLE)
    return crash_at(wanted) if wanted else pass_by


def crash_at(wanted: str) -> Callable[[str], None]:
    """Kill this process with SIGKILL at the named point."""
    words, _, times = wanted.partition("#")
    left = int(times or 1)

    def reach(label: str) -> None:
        nonlocal left
        if words in label:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return reach

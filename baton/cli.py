"""The command line. Each command lives in a module of its own that is loaded only when it is the one asked for.

Exit codes: 0 done, 1 failed (one sentence on stderr, no traceback), 2 asked for wrongly.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Final, Protocol, cast

import typer
from rich.console import Console

from handoffs.errors import BatonError
from memory.errors import StoreError

COMMANDS: Final = {
    "run": "Start the chat.",
    "doctor": "Say what is there, what is missing, and how to mend it.",
    "conversations": "List conversations, newest first.",
    "trace": "See what happened in a conversation, and why.",
    "approvals": "Decide what agents may not do without a person.",
    "escalations": "Read what was handed to a person.",
    "doubts": "Settle actions of which nobody knows whether they happened.",
    "costs": "Say what the agents cost, by day, agent, tenant or model.",
    "outcomes": "Say how conversations turned out.",
    "handoffs": "Say who hands to whom, and how long the right agent takes.",
    "anomalies": "List executions that were not like their agent.",
    "memory": "Fill long-term memory, look into it, forget.",
    "shop": "Fill the demo shop anew.",
}
INTERRUPTED = 130


class CommandModule(Protocol):
    """What every module in `baton/commands/` offers."""

    register: Callable[[typer.Typer], None]


def build(asked: str) -> typer.Typer:
    """The command line with the asked command ready to run, and only the promises of the others."""
    app = typer.Typer(
        help="Baton: billing, support and sales agents that hand one conversation to each other.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_baton)
    for name, promise in COMMANDS.items():
        if name == asked:
            cast(CommandModule, import_module(f"baton.commands.{name}")).register(app)
        else:
            app.command(name, help=promise)(_baton)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        build(next((word for word in words if not word.startswith("-")), ""))(args=words, prog_name="baton")
    except (BatonError, StoreError) as error:
        _complain(str(error))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        if os.environ.get("BATON_LOG_LEVEL", "").lower() == "debug":
            raise
        _complain(f"Something unforeseen went wrong ({type(error).__name__}: {error}): see BATON_LOG_LEVEL=debug.")


def _complain(sentences: str) -> None:
    shown = sentences[:1].upper() + sentences[1:]
    Console(stderr=True, style="red", soft_wrap=True, highlight=False).print(shown, markup=False)
    sys.exit(1)


def _baton() -> None:
    """Nothing: the command line's own options, and the stand-in for a command that was not asked for."""

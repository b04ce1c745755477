"""Where commands print: as wide as the terminal, and unwrapped where a file or another program reads."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

UNWRAPPED = 1_000


def out() -> Console:
    """The console of standard output."""
    console = Console(highlight=False, markup=False, emoji=False)  # "[card ending 4242]" and ":x:" are text
    if not console.is_terminal:
        console.width = UNWRAPPED
    return console


def print_table(table: Table) -> None:
    """Print a table; each row is one line without trailing blanks where no terminal reads along."""
    console = out()
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as captured:
        console.print(table)
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))

"""`baton escalations`: what agents handed to a person."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from baton.books import Filed, open_case, open_cases
from baton.commands.output import out, print_table
from baton.reading import session_log
from baton.settings import Settings, load_settings
from handoffs.errors import UsageError
from handoffs.events import Escalated
from tracing.sentences import plain

Tenant = Annotated[str | None, typer.Option(help="Only those of this shop.")]


def register(app: typer.Typer) -> None:
    """Offer the commands."""
    escalations = typer.Typer(no_args_is_help=True)
    escalations.callback()(_escalations)
    escalations.command("list")(list_open)
    escalations.command("show")(show)
    app.add_typer(escalations, name="escalations", help="Read what was handed to a person.")


def list_open(tenant: Tenant = None) -> None:
    """List what waits for a person, oldest first."""
    cases = asyncio.run(_open(load_settings(), tenant))
    if not cases:
        typer.echo("No escalation waits for a person.")
        return
    table = Table("number", "cause", "reason", "conversation", "since (UTC)", box=None)
    for case in cases:
        package = _package(case)
        where, since = f"{case.tenant}/{case.conversation}", f"{case.since:%Y-%m-%d %H:%M}"
        table.add_row(case.number, package.cause.replace("_", " "), plain(package.reason), where, since)
    print_table(table)


def show(
    number: Annotated[str, typer.Argument(help="The number that the customer was given.")], tenant: Tenant = None
) -> None:
    """Print the package: what the customer asked, what was tried, what failed, what is known."""
    case = asyncio.run(_one(load_settings(), number, tenant))
    package = _package(case)
    console = out()
    console.print(
        Text(f"{case.number} · {case.tenant}/{case.conversation} · {case.since:%Y-%m-%d %H:%M} UTC", style="bold")
    )
    console.print(Text(f"{package.cause.replace('_', ' ')}, from {package.agent or 'nobody'}: {plain(package.reason)}"))
    for title, lines in _sections(package):
        console.print(Text(f"\n{title}", style="bold"))
        for line in lines or ("nothing",):
            console.print(Text(f"  {plain(line)}"))
    console.print(Text(f"\nAll of it: baton trace show {case.tenant}/{case.conversation}", style="dim"))


def _sections(package: Escalated) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (
        ("Said", package.asked),
        ("Tried", package.tried),
        ("Failed", package.failed),
        ("Known and open", package.known),
    )


async def _open(settings: Settings, tenant: str | None) -> list[Filed]:
    async with session_log(settings) as log:
        return await open_cases(log, "escalations", tenant)


async def _one(settings: Settings, number: str, tenant: str | None) -> Filed:
    async with session_log(settings) as log:
        return await open_case(log, "escalations", number, tenant)


def _package(case: Filed) -> Escalated:
    if not isinstance(case.event, Escalated):
        raise UsageError(f"{case.number} is filed as an escalation, but is a {case.event.kind!r}: see its trace.")
    return case.event


def _escalations() -> None:
    """Read what was handed to a person."""

"""`baton doctor`: what is there, what is missing, and how to mend it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from baton.commands.output import out, print_table
from baton.doctor import Finding, examine
from baton.endpoint import endpoint_of
from baton.settings import Settings, SettingsError, load_settings, variables

MARKS = {"ok": ("✓", "green"), "note": ("·", "cyan"), "broken": ("✗", "bold red")}


def register(app: typer.Typer) -> None:
    """Offer the command."""
    app.command("doctor")(doctor)


def doctor(
    list_variables: Annotated[
        bool, typer.Option("--variables", help="List the environment variables and their values instead.")
    ] = False,
) -> None:
    """Say what is embedded, what is external, what answers, what is missing, and how to mend it."""
    try:
        settings = load_settings()
    except SettingsError as error:
        _print([Finding(what="settings", state="broken", says=sentence) for sentence in error.sentences])
        raise typer.Exit(1) from None
    if list_variables:
        _list(settings)
        return
    findings = asyncio.run(_examined(settings))
    _print(findings)
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(1)


async def _examined(settings: Settings) -> list[Finding]:
    endpoint = endpoint_of(settings)
    try:
        return [finding async for finding in examine(settings, endpoint)]
    finally:
        if endpoint is not None:
            await endpoint.close()


def _print(findings: Sequence[Finding]) -> None:
    table = Table.grid(padding=(0, 2, 0, 0))
    for finding in findings:
        mark, style = MARKS[finding.state]
        table.add_row(Text(mark, style=style), Text(finding.what, style="bold"), Text(finding.says))
        if finding.mend:
            table.add_row("", "", Text(f"→ {finding.mend}", style=style))
    print_table(table)
    broken = sum(finding.state == "broken" for finding in findings)
    out().print(Text(f"\n{broken} of these must be mended." if broken else "\nBaton can run."))


def _list(settings: Settings) -> None:
    for variable, field in variables().items():
        value: object = getattr(settings, field)
        hidden = value is not None and not Settings.model_fields[field].repr
        shown = re.sub(r"//[^/@\s]+@", "//…@", str(value))  # a name and password inside an address
        typer.echo(f"{variable}={'' if value is None else '**********' if hidden else shown}")

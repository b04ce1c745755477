"""`baton anomalies`: executions that were not like their agent."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import typer
from rich.table import Table

from baton.commands.insight import Since, Tenant, ms_of, traces
from baton.commands.output import print_table
from baton.reading import session_log
from baton.settings import Settings, load_settings
from tracing.anomalies import LEAST, Work, judged, works


def register(app: typer.Typer) -> None:
    """Offer the command."""
    app.command("anomalies")(anomalies)


def anomalies(since: Since = None, tenant: Tenant = None) -> None:
    """List executions with three times the calls, tokens, time or handoffs that are usual for their agent."""
    done = asyncio.run(_works(load_settings(), tenant))
    found = [each for each in judged(done) if each.at_ms >= ms_of(since)]
    if not found:
        counted = f"{len(done):,} executions of agents looked at; an agent is judged after its first {LEAST}"
        typer.echo(f"Nothing out of the ordinary ({counted}).")
        return
    table = Table("ended (UTC)", "conversation", "execution", "what", box=None)
    for each in reversed(found):
        when = f"{datetime.fromtimestamp(each.at_ms / 1000, UTC):%Y-%m-%d %H:%M:%S}"
        table.add_row(when, f"{each.tenant}/{each.conversation}", each.execution, each.sentence)
    print_table(table)


async def _works(settings: Settings, tenant: str | None) -> list[Work]:
    """Of all days: a baseline rests on what was before."""
    async with session_log(settings) as log:
        return [work async for trace in traces(log, settings, tenant) for work in works(trace.records)]

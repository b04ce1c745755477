"""`baton conversations`: which there are, newest first."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, NamedTuple

import typer
from rich.table import Table

from baton.commands.output import print_table
from baton.reading import session_log, tenants
from baton.settings import Settings, load_settings


class Listed(NamedTuple):
    """One conversation of the list."""

    at_ms: int
    name: str
    customer: str
    agent: str
    turns: int
    running: bool


def register(app: typer.Typer) -> None:
    """Offer the command."""
    app.command("conversations")(conversations)


def conversations(
    tenant: Annotated[str | None, typer.Option(help="Only those of this shop.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
) -> None:
    """List conversations, newest first."""
    found = asyncio.run(_listed(load_settings(), tenant, limit))
    if not found:
        typer.echo("No conversations yet.")
        return
    table = Table("conversation", "customer", "in control", "turns", "last message (UTC)", box=None)
    for each in found:
        when = f"{datetime.fromtimestamp(each.at_ms / 1000, UTC):%Y-%m-%d %H:%M:%S}"
        turns = f"{each.turns}{' (running)' if each.running else ''}"
        table.add_row(each.name, each.customer, each.agent or "nobody", turns, when)
    print_table(table)


async def _listed(settings: Settings, tenant: str | None, limit: int) -> list[Listed]:
    found: list[Listed] = []
    async with session_log(settings) as log:
        for each in (tenant,) if tenant else tenants(settings):
            for name, at_ms in await log.conversations(each, limit=limit):
                head, session = await log.head(each, name), await log.session(each, name)
                agent = session.get("agent", "")
                found.append(Listed(at_ms, f"{each}/{name}", head.customer, agent, head.executions, bool(head.active)))
    return sorted(found, reverse=True)[:limit]

"""`baton handoffs`: who hands to whom, and how long the right agent takes to be found."""

from __future__ import annotations

import asyncio
from datetime import datetime

import typer
from rich.table import Table

from baton.commands.insight import NOTHING, Since, Tenant, ms_of, percent, traces
from baton.commands.output import print_table
from baton.reading import session_log
from baton.settings import Settings, load_settings
from tracing.handoff_graph import Graph, HandoffGraph


def register(app: typer.Typer) -> None:
    """Offer the command."""
    app.command("handoffs")(handoffs)


def handoffs(since: Since = None, tenant: Tenant = None) -> None:
    """Say who hands to whom, how often straight back, and how long it takes to the agent that answers."""
    graph = asyncio.run(_graph(load_settings(), since, tenant))
    if not graph.edges and not graph.reached:
        typer.echo(NOTHING)
        return
    edges = Table("from", "to", "handoffs", "straight back", "rate", "cycles refused", box=None)
    for edge in graph.edges:
        counts = str(edge.handoffs), str(edge.bounced), percent(edge.bounce_rate), str(edge.cycles)
        edges.add_row(edge.source, edge.to, *counts)
    print_table(edges)
    typer.echo()
    reached = Table("answered last", "turns", "without handoff", "time to it: median", "9 of 10 within", box=None)
    for agent in graph.reached:
        times = _seconds(agent.median_ms), _seconds(agent.long_ms)
        reached.add_row(agent.agent, str(agent.turns), percent(agent.direct / agent.turns), *times)
    print_table(reached)


def _seconds(ms: int | None) -> str:
    return "–" if ms is None else f"{ms / 1000:.1f} s"


async def _graph(settings: Settings, since: datetime | None, tenant: str | None) -> Graph:
    counting = HandoffGraph()
    async with session_log(settings) as log:
        async for trace in traces(log, settings, tenant):
            if trace.records[-1].at_ms >= ms_of(since):
                counting.enter(trace)
    return counting.graph()

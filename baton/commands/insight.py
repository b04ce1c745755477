"""What the commands share that look at many conversations: their traces, the options, and a share as a word."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from baton.reading import SEARCHED_MOST, read_trace, tenants
from baton.redis_whole_log import WholeSessionLog
from baton.settings import Settings
from handoffs.errors import UsageError
from tracing.join import Trace

Tenant = Annotated[str | None, typer.Option(help="Only those of this shop.")]
Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only from this day on, by UTC.")]
NOTHING: Final = "Nothing to count yet."


async def traces(log: WholeSessionLog, settings: Settings, tenant: str | None) -> AsyncGenerator[Trace]:
    """The trace of each conversation, one at a time; what is left out of the counts is said on stderr."""
    unreadable: list[str] = []
    for each in (tenant,) if tenant else tenants(settings):
        listed = await log.conversations(each, limit=SEARCHED_MOST)
        if len(listed) == SEARCHED_MOST:
            typer.echo(f"Only the newest {SEARCHED_MOST:,} conversations of {each} are counted.", err=True)
        for activity in listed:
            try:
                trace = await read_trace(log, settings, f"{each}/{activity.conversation}")
            except UsageError:  # its first turn has not been recorded yet, or it was forgotten this moment
                continue
            unreadable += [f"{each}/{trace.conversation}" for fault in trace.faults if fault.kind == "unreadable"]
            yield trace
    if unreadable:
        where = ", ".join(f"`baton trace show {name}`" for name in sorted(set(unreadable))[:3])
        typer.echo(f"Not counted, because unreadable: {len(unreadable)} of the records; see {where}.", err=True)


def ms_of(since: datetime | None) -> float:
    """The day's beginning by UTC in ms since 1970; without a day, before everything."""
    return since.replace(tzinfo=UTC).timestamp() * 1000 if since else -math.inf


def percent(share: float) -> str:
    """A share of 0..1 for a table."""
    return f"{share:.0%}"

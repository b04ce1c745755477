"""`baton outcomes`: how conversations turned out, by agent, by handoff or one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from baton.chat.solved import solved_of
from baton.chat.thumbs import thumbs_of
from baton.commands.insight import NOTHING, Since, Tenant, ms_of, percent, traces
from baton.commands.output import print_table
from baton.likeness import alike_by_meaning
from baton.reading import session_log
from baton.settings import Settings, load_settings
from tracing.outcomes import (
    Feedback,
    Outcome,
    Rates,
    asked_again,
    outcome_of,
    rates,
    rates_by_agent,
    rates_by_handoff,
    with_repeats,
)
from tracing.questions import Question, questions_of, worth_comparing


class Grouping(StrEnum):
    """What a line of the table is about."""

    AGENT = "agent"
    HANDOFF = "handoff"
    CONVERSATION = "conversation"


def register(app: typer.Typer) -> None:
    """Offer the command."""
    app.command("outcomes")(outcomes)


def outcomes(
    by: Annotated[Grouping, typer.Option(help="What to sum by.")] = Grouping.AGENT,
    since: Since = None,
    tenant: Tenant = None,
) -> None:
    """Say how conversations turned out: thumbs, asked again within 24 hours, escalated, abandoned."""
    found = asyncio.run(_outcomes(load_settings(), since, tenant))
    if not found:
        typer.echo(NOTHING)
        return
    table = Table(by.value, box=None)
    for title in (
        "conversations",
        "thumbs up",
        "down",
        "solved",
        "not solved",
        "asked again",
        "escalated",
        "abandoned",
    ):
        table.add_column(title, justify="right")
    for name, rate in (*_grouped(found, by), ("all", rates(found))):
        table.add_row(name, *_cells(rate))
    print_table(table)


def _grouped(found: list[Outcome], by: Grouping) -> Iterable[tuple[str, Rates]]:
    match by:
        case Grouping.AGENT:
            return rates_by_agent(found).items()
        case Grouping.HANDOFF:
            return ((f"{source} ⇢ {to}", rate) for (source, to), rate in rates_by_handoff(found).items())
        case Grouping.CONVERSATION:
            return ((f"{each.tenant}/{each.conversation}", rates([each])) for each in found)


def _cells(rate: Rates) -> tuple[str, ...]:
    """Counts, and for what every conversation can have, the share too."""
    counts = (rate.conversations, rate.thumbs_up, rate.thumbs_down, rate.solved, rate.not_solved)
    shares = (rate.asked_again, rate.escalated, rate.abandoned)
    return (*map(str, counts), *(f"{count} ({percent(rate.share(count))})" for count in shares))


async def _outcomes(settings: Settings, since: datetime | None, tenant: str | None) -> list[Outcome]:
    """A question is looked for in all conversations: it may be asked again after the last of the counted days."""
    found: list[Outcome] = []
    questions: list[Question] = []
    now_ms = round(datetime.now(UTC).timestamp() * 1000)
    async with session_log(settings) as log:
        async for trace in traces(log, settings, tenant):
            questions += questions_of(trace)
            if trace.records[-1].at_ms >= ms_of(since):
                thumbs = await thumbs_of(log, trace.tenant, trace.conversation)
                solved = await solved_of(log, trace.tenant, trace.conversation)
                feedback = Feedback(thumbs=[thumb.value == 1 for thumb in thumbs.values()], solved=solved)
                found += filter(None, (outcome_of(trace, feedback, now_ms=now_ms),))
    alike = await alike_by_meaning(worth_comparing(questions))
    return with_repeats(found, asked_again(questions, alike))

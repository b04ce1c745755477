"""`baton costs`: what the agents cost, by day, agent, tenant, model or execution."""

from __future__ import annotations

import asyncio
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from baton.commands.insight import NOTHING, Since, Tenant, traces
from baton.commands.output import print_table
from baton.reading import session_log
from baton.settings import Settings, load_settings
from tracing.cost import Bill, Ledger, charges
from tracing.prices import OURS, Prices
from tracing.sentences import plain


class Grouping(StrEnum):
    """What a line of the table is about."""

    DAY = "day"
    AGENT = "agent"
    TENANT = "tenant"
    MODEL = "model"
    EXECUTION = "execution"


def register(app: typer.Typer) -> None:
    """Offer the command."""
    app.command("costs")(costs)


def costs(
    by: Annotated[Grouping, typer.Option(help="What to sum by.")] = Grouping.DAY,
    since: Since = None,
    tenant: Tenant = None,
    prices: Annotated[
        Path | None, typer.Option(help="A price table of your own in place of Baton's.", dir_okay=False)
    ] = None,
) -> None:
    """Say what the agents cost. What has no known price is named, and never taken for free."""
    table = Prices.read(prices or OURS)
    ledger = asyncio.run(_ledger(load_settings(), by, since, tenant, table))
    bills = ledger.bills()
    if not bills:
        typer.echo(NOTHING)
        return
    total = ledger.total()
    _print(by, {**bills, "all": total}, table.currency)
    if total.without_price:
        names = ", ".join(map(plain, total.without_price))
        typer.echo(f"No price is known of {names}: name it in a table of your own (--prices FILE).")
    if total.estimated:
        typer.echo(
            f"Estimated, because the endpoint reported none: the tokens of {total.estimated:,} of the decisions."
        )


def _print(by: Grouping, bills: dict[str, Bill], currency: str) -> None:
    numbers = ("decisions", "tokens in", "of them cached", "tokens out", "of them reasoning", currency, "without price")
    table = Table(by.value, box=None)
    for title in numbers:
        table.add_column(title, justify="right")
    for name, bill in bills.items():
        tokens = (bill.input_tokens, bill.cached_tokens, bill.output_tokens, bill.reasoning_tokens)
        counts = [f"{number:,}" for number in (bill.decisions, *tokens)]
        all_unknown = bill.unpriced == bill.decisions > 0 and not bill.amount
        table.add_row(plain(name), *counts, "unknown" if all_unknown else f"{bill.amount:,.4f}", f"{bill.unpriced:,}")
    print_table(table)


async def _ledger(
    settings: Settings, by: Grouping, since: datetime | None, tenant: str | None, prices: Prices
) -> Ledger:
    ledger = Ledger(by.value)
    first_day = f"{since:%Y-%m-%d}" if since else ""
    async with session_log(settings) as log:
        async for trace in traces(log, settings, tenant):
            ledger.enter(charge for charge in charges(trace.records, prices) if charge.day >= first_day)
    return ledger

"""`baton approvals`: what agents may not do without a person."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.table import Table

from baton.books import Filed, authorised, open_case, open_cases
from baton.commands.output import print_table
from baton.reading import session_log, stores
from baton.settings import Settings, load_settings
from baton.settling import settle_approval
from handoffs.errors import UsageError
from handoffs.events import ApprovalRequested
from handoffs.values import Verdict
from tracing.sentences import plain

Number = Annotated[str, typer.Argument(help="The approval's number, as `baton approvals list` shows it.")]
Operator = Annotated[str, typer.Option("--as", help="Your operator login.")]
Tenant = Annotated[str | None, typer.Option(help="Only those of this shop.")]


def register(app: typer.Typer) -> None:
    """Offer the commands."""
    approvals = typer.Typer(no_args_is_help=True)
    approvals.callback()(_approvals)
    approvals.command("list")(list_open)
    approvals.command("approve")(approve)
    approvals.command("reject")(reject)
    app.add_typer(approvals, name="approvals", help="Decide what agents may not do without a person.")


def list_open(tenant: Tenant = None) -> None:
    """List what waits for a decision, oldest first."""
    cases = asyncio.run(_open(load_settings(), tenant))
    if not cases:
        typer.echo("No approval waits for a decision.")
        return
    table = Table("number", "what", "conversation", "since (UTC)", box=None)
    for case in cases:
        what = plain(case.event.sentence) if isinstance(case.event, ApprovalRequested) else ""
        table.add_row(case.number, what, f"{case.tenant}/{case.conversation}", f"{case.since:%Y-%m-%d %H:%M}")
    print_table(table)


def approve(
    number: Number,
    operator: Operator,
    reason: Annotated[str, typer.Option(help="A note for the record.")] = "",
    tenant: Tenant = None,
) -> None:
    """Let the action happen; its facts are checked again first."""
    asyncio.run(_settle(load_settings(), number, "approved", operator=operator, reason=reason, tenant=tenant))


def reject(
    number: Number,
    operator: Operator,
    reason: Annotated[str, typer.Option(help="Why; the customer is told.")] = "",
    tenant: Tenant = None,
) -> None:
    """Refuse the action; the agent tells the customer why."""
    asyncio.run(_settle(load_settings(), number, "rejected", operator=operator, reason=reason, tenant=tenant))


async def _open(settings: Settings, tenant: str | None) -> list[Filed]:
    async with session_log(settings) as log:
        return await open_cases(log, "approvals", tenant)


async def _settle(
    settings: Settings, number: str, verdict: Verdict, *, operator: str, reason: str, tenant: str | None
) -> None:
    async with stores(settings) as (log, journal):
        case = await open_case(log, "approvals", number, tenant)
        by = authorised(operator, case.tenant)
        outcome = await settle_approval(
            journal, log, tenant=case.tenant, number=number, verdict=verdict, by=by, reason=reason
        )
    if outcome != "settled":
        raise UsageError(f"{number} was {outcome}; nothing was changed.")
    typer.echo(f"{number} is {verdict} by {by}. While Baton runs, the customer is told in {case.conversation}.")


def _approvals() -> None:
    """Decide what agents may not do without a person."""

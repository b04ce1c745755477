"""`baton doubts`: actions of which nobody knows whether they happened, until a person has looked."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.table import Table

from baton.books import Filed, authorised, open_case, open_cases
from baton.commands.output import print_table
from baton.reading import session_log, stores
from baton.settings import Settings, load_settings
from handoffs.errors import UsageError
from handoffs.events import CallFinished, DoubtSettled, encode
from tracing.mask import masked
from tracing.sentences import plain

Tenant = Annotated[str | None, typer.Option(help="Only those of this shop.")]


def register(app: typer.Typer) -> None:
    """Offer the commands."""
    doubts = typer.Typer(no_args_is_help=True)
    doubts.callback()(_doubts)
    doubts.command("list")(list_open)
    doubts.command("settle")(settle)
    app.add_typer(doubts, name="doubts", help="Settle actions of which nobody knows whether they happened.")


def list_open(tenant: Tenant = None) -> None:
    """List what is in doubt, oldest first."""
    cases = asyncio.run(_open(load_settings(), tenant))
    if not cases:
        typer.echo("Nothing is in doubt.")
        return
    table = Table("number", "action", "arguments", "conversation", "since (UTC)", box=None)
    for case in cases:
        call = _call(case)
        where, since = f"{case.tenant}/{case.conversation}", f"{case.since:%Y-%m-%d %H:%M}"
        table.add_row(case.number, plain(call.title or call.tool), plain(call.arguments), where, since)
    print_table(table)


def settle(
    number: Annotated[str, typer.Argument(help="The number, as `baton doubts list` shows it.")],
    happened: Annotated[bool, typer.Option("--happened/--did-not-happen", help="What you found in the shop.")],
    operator: Annotated[str, typer.Option("--as", help="Your operator login.")],
    note: Annotated[str, typer.Option(help="How you know.")] = "",
    tenant: Tenant = None,
) -> None:
    """Say whether the action happened; the agent goes on from there."""
    asyncio.run(_settle(load_settings(), number, happened, operator=operator, note=note, tenant=tenant))


async def _open(settings: Settings, tenant: str | None) -> list[Filed]:
    async with session_log(settings) as log:
        return await open_cases(log, "doubts", tenant)


async def _settle(
    settings: Settings, number: str, happened: bool, *, operator: str, note: str, tenant: str | None
) -> None:
    async with stores(settings) as (log, journal):
        case = await open_case(log, "doubts", number, tenant)
        by, call = authorised(operator, case.tenant), _call(case)
        settled = DoubtSettled(
            agent=call.agent,
            number=number,
            call_id=call.call_id,
            tool=call.tool,
            digest=call.digest,
            title=call.title,
            happened=happened,
            by=by,
            note=masked(note),
        )
        head = await log.head(case.tenant, case.conversation)
        submitted = await journal.submit(
            case.tenant, case.conversation, customer=head.customer, item_id=f"doubt.{number}", item=encode(settled)
        )
    if submitted.status not in ("started", "joined"):
        raise UsageError(f"{number} was settled before; nothing was changed.")
    what = "happened" if happened else "did not happen"
    typer.echo(f"{number} {what}, says {by}. While Baton runs, the customer is told in {case.conversation}.")


def _call(case: Filed) -> CallFinished:
    if not isinstance(case.event, CallFinished):
        raise UsageError(f"{case.number} is filed as a doubt, but is a {case.event.kind!r}: see its trace.")
    return case.event


def _doubts() -> None:
    """Settle actions of which nobody knows whether they happened."""

"""`baton memory review`: an operator's yes or no to what the system proposes to remember for the whole shop."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from baton.commands.memory_asking import Operator, Tenant, told, told_one
from baton.commands.output import print_table
from baton.desk.answers import Decided, Shown
from baton.desk.naming import shop_named
from baton.desk.orders import Decide, Proposals
from baton.settings import load_settings
from handoffs.errors import UsageError
from tracing.sentences import plain

Number = Annotated[str, typer.Argument(help="The proposal's id as `baton memory review list` shows it, or its start.")]


def review_commands() -> typer.Typer:
    """The commands."""
    review = typer.Typer(no_args_is_help=True)
    review.callback()(_review)
    review.command("list")(list_proposals)
    review.command("accept")(accept)
    review.command("reject")(reject)
    return review


def list_proposals(tenant: Tenant = None) -> None:
    """List what waits for a decision."""
    proposals = told(Proposals(tenant=shop_named(load_settings(), tenant)), Shown)
    if not proposals:
        typer.echo("No proposal waits for a decision.")
        return
    table = Table("id", "kind", "what", "since (UTC)", box=None)
    for memory in (proposal.memory for proposal in proposals):
        table.add_row(memory.id, memory.kind, plain(memory.text), f"{memory.said_at:%Y-%m-%d %H:%M}")
    print_table(table)


def accept(number: Number, operator: Operator, tenant: Tenant = None) -> None:
    """Let agents use it from now on."""
    _decide(number, operator, tenant, accepted=True)


def reject(number: Number, operator: Operator, tenant: Tenant = None) -> None:
    """Never use it; it is soon erased."""
    _decide(number, operator, tenant, accepted=False)


def _decide(number: str, operator: str, tenant: str | None, *, accepted: bool) -> None:
    shop = shop_named(load_settings(), tenant)
    waiting = [one.memory.id for one in told(Proposals(tenant=shop), Shown)]
    meant = [each for each in waiting if each.startswith(number)]
    if len(meant) > 1:
        raise UsageError(f"{len(meant)} proposals begin with {number!r}: write more of the id.")
    decided = told_one(
        Decide(tenant=shop, memory=meant[0] if meant else number, accepted=accepted, by=operator), Decided
    ).memory
    typer.echo(f"{decided.id} is {decided.status}, by {decided.reviewed_by}.")


def _review() -> None:
    """Decide what the system proposes to remember."""

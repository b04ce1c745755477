"""`baton memory`: what is remembered across conversations: fill it, look into it, forget."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.table import Table

from baton.commands.memory_asking import Customer, Operator, Tenant, told, told_one
from baton.commands.memory_explain import explain, search
from baton.commands.memory_review import review_commands
from baton.commands.memory_seed import seed
from baton.commands.output import print_table
from baton.data_folder import prepared
from baton.desk.answers import Counted, Exported, Forgotten, Shown, Swept
from baton.desk.naming import customer_named, shop_named
from baton.desk.opening import open_desk
from baton.desk.orders import Browse, Count, Export, Forget, Sweep
from baton.settings import Settings, load_settings
from handoffs.errors import UsageError
from memory.longterm.item import Memory
from memory.longterm.kinds import Kind
from tracing.sentences import plain

TEXT_SHOWN = 80
PRIVATE = 0o600


def register(app: typer.Typer) -> None:
    """Offer the commands."""
    memory = typer.Typer(no_args_is_help=True)
    memory.callback()(_memory)
    memory.command("seed")(seed)
    memory.command("explain")(explain)
    memory.command("search")(search)
    memory.command("list")(list_memories)
    memory.command("export")(export)
    memory.command("forget")(forget)
    memory.command("sweep")(sweep)
    memory.command("stats")(stats)
    memory.add_typer(review_commands(), name="review", help="Decide what the system proposes to remember.")
    app.add_typer(memory, name="memory", help="Fill long-term memory, look into it, forget.")


def list_memories(
    tenant: Tenant = None,
    customer: Customer = None,
    kind: Annotated[Kind | None, typer.Option(help="Only this kind.")] = None,
    source: Annotated[str | None, typer.Option(help="Only what came from this source.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
) -> None:
    """List memories, whatever their age and status, the last said first."""
    shop, whose = _scope(load_settings(), tenant, customer)
    order = Browse(tenant=shop, customer=whose, kinds=(kind,) if kind else None, source=source, most=limit)
    found = [answer.memory for answer in told(order, Shown)]
    if not found:
        typer.echo(f"{shop} remembers nothing of that kind.")
        return
    table = Table("kind", "whose", "what", "source", "said (UTC)", "state", box=None)
    for memory in found:
        what = plain(f"{memory.title}: {memory.text}" if memory.title else memory.text)[:TEXT_SHOWN]
        said = f"{memory.said_at:%Y-%m-%d %H:%M}"
        table.add_row(memory.kind, memory.customer or "the shop", what, plain(memory.source), said, _state(memory))
    print_table(table)


def export(
    tenant: Tenant = None,
    customer: Customer = None,
    to: Annotated[
        Path | None, typer.Option("--to", dir_okay=False, help="The file; standard output unless named.")
    ] = None,
) -> None:
    """Write memories as JSON lines that `baton memory seed` reads back unchanged.

    A file in the folder exports/ of the data folder is deleted when a customer in it is forgotten; others are yours.
    """
    settings = load_settings()
    shop, whose = _scope(settings, tenant, customer)
    order = Export(tenant=shop, customer=whose)
    if to is None:
        asyncio.run(_export(settings, order, sys.stdout))
        return
    _make_ours(settings, to.parent)
    with _private(to) as file:
        count = asyncio.run(_export(settings, order, file))
    typer.echo(f"{count} memories of {shop} are in {to}.")


def forget(
    customer: Annotated[str, typer.Option(help="Login or id of the customer.")],
    operator: Operator,
    tenant: Tenant = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forget a customer everywhere: memories, conversations, logs, caches. Orders and invoices stay."""
    settings = load_settings()
    whose = customer_named(settings, customer, tenant)
    if not whose.customer:
        raise UsageError("Nobody is named: say whom to forget with --customer LOGIN.")
    if not yes:
        typer.confirm(f"All that is known of {whose.customer} of {whose.tenant} is lost for good. Go on?", abort=True)
    order = Forget(tenant=whose.tenant, customer=whose.customer, names=whose.names, by=operator)
    typer.echo(f"Forgotten: {told_one(order, Forgotten).sentence}.")


def sweep(tenant: Tenant = None) -> None:
    """Erase what has expired; a running Baton does so by itself every hour."""
    shop = shop_named(load_settings(), tenant)
    erased = {kind: count for kind, count in told_one(Sweep(tenant=shop), Swept).erased.items() if count}
    counts = ", ".join(f"{count} {kind}" for kind, count in erased.items())
    typer.echo(f"{shop}: erased {counts or 'nothing'}.")


def stats(tenant: Tenant = None) -> None:
    """Count memories by kind and state, and say how the store is."""
    shop = shop_named(load_settings(), tenant)
    found = told_one(Count(tenant=shop), Counted).stats
    table = Table("kind", "active", "proposed", "superseded", "retired", "expired", box=None, title=None)
    for kind, of in found.kinds.items():
        numbers = (of.active, of.proposed, of.superseded, of.retired, of.expired)
        table.add_row(kind, *(f"{number:,}" for number in numbers))
    print_table(table)
    typer.echo(f"{shop}. {found.engine}")


def _scope(settings: Settings, tenant: str | None, customer: str | None) -> tuple[str, str | None]:
    """Shop and customer's id, None for everybody."""
    if customer is None:
        return shop_named(settings, tenant), None
    whose = customer_named(settings, customer, tenant)
    return whose.tenant, whose.customer


def _make_ours(settings: Settings, folder: Path) -> None:
    """The folder of exports is ours to make; another one that is not there may be a slip of the pen."""
    if folder.resolve() == (prepared(settings.data_folder) / "exports").resolve():
        folder.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def _private(path: Path) -> Generator[TextIO]:
    """A file for its owner's eyes, there when all is written; until then an older one stays.

    *Raises*: UsageError where it cannot be written.
    """
    whole = path.resolve()
    beside = whole.with_name(f".{whole.name}.{os.getpid()}")
    try:
        if whole.exists() and not whole.is_file():  # a pipe, say
            with whole.open("w", encoding="utf-8") as file:
                yield file
            return
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "w", encoding="utf-8") as file:
            yield file
        os.replace(beside, whole)
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be written ({error.strerror}): name another file with --to.") from error
    finally:
        with suppress(OSError):
            beside.unlink()


async def _export(settings: Settings, order: Export, to: TextIO) -> int:
    count = 0
    async with open_desk(settings) as desk:
        async for answer in desk.ask(order):
            if isinstance(answer, Exported):
                to.write(f"{answer.line}\n")
                count += 1
    return count


def _state(memory: Memory) -> str:
    if memory.superseded_by:
        return "superseded"
    return f"{memory.status} until {memory.expires_at:%Y-%m-%d}" if memory.expires_at else memory.status


def _memory() -> None:
    """Fill long-term memory, look into it, forget."""

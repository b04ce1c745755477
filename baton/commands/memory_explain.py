"""`baton memory explain` and `search`: what would be recalled, and why not the rest."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from baton.commands.memory_asking import Tenant, told_one
from baton.commands.output import print_table
from baton.desk.answers import Recollected, Weighed
from baton.desk.naming import Whose, customer_named, shop_named
from baton.desk.orders import Recall
from baton.settings import load_settings
from memory.longterm.stages import Tuning
from tracing.sentences import plain

TEXT_SHOWN = 60
ABSENT = "–"
CAPTION = (
    "near is the mean of dense (a cosine) and rerank, 0 to 1: "
    f"below the floor of {Tuning().floor} a memory is not about the question.\n"
    "score only puts them in order, best first: a mix of fused, neighbour and rerank, times recency; "
    "it may pass 1, and means nothing beside another question's."
)

Query = Annotated[str, typer.Argument(help="The question, as a customer would ask it.")]
Asking = Annotated[
    str | None, typer.Option("--customer", help="Login or id of who asks; without one, the shop's own is searched.")
]


def explain(
    query: Query,
    customer: Asking = None,
    tenant: Tenant = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Show every memory that was considered for a question, its scores at each stage, and why it was kept or not."""
    found = _recalled(query, customer, tenant)
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
        return
    table = Table("candidate", "kind", "dense", "sparse", "fused", "neighbour", "rerank", "near", "recency", "score",
                  "verdict", box=None)  # fmt: skip
    for one in found.candidates:
        figures = (one.dense, one.sparse, one.fused, one.neighbour, one.rerank, one.nearness, one.recency, one.score)
        verdict = f"{one.verdict} ({one.note})" if one.note else one.verdict
        table.add_row(_what(one), one.memory.kind, *(_figure(figure) for figure in figures), plain(verdict))
    print_table(table)
    times = ", ".join(f"{stage} {ms:.1f} ms" for stage, ms in found.stages_ms.items())
    kept = sum(one.is_kept for one in found.candidates)
    typer.echo(f"{kept} of {len(found.candidates)} kept. Rerank: {found.reranker}. {times}.")
    typer.echo(CAPTION)


def search(query: Query, customer: Asking = None, tenant: Tenant = None) -> None:
    """Show what would be recalled for a question, best first."""
    kept = [one for one in _recalled(query, customer, tenant).candidates if one.is_kept]
    if not kept:
        typer.echo("Nothing is near enough to the question; `baton memory explain` shows what came close.")
        return
    for place, one in enumerate(kept, 1):
        note = f" ({one.note})" if one.note else ""
        typer.echo(f"{place}. {plain(one.memory.title or one.memory.kind)} [{plain(one.memory.source)}]{note}")
        typer.echo(f"   {plain(one.memory.text)}")


def _recalled(query: str, customer: str | None, tenant: str | None) -> Recollected:
    settings = load_settings()
    nobody = Whose(shop_named(settings, tenant), "", ())
    whose = customer_named(settings, customer, tenant) if customer else nobody
    return told_one(Recall(tenant=whose.tenant, customer=whose.customer, query=query), Recollected)


def _what(one: Weighed) -> str:
    return plain(f"{one.memory.title}: {one.memory.text}" if one.memory.title else one.memory.text)[:TEXT_SHOWN]


def _figure(figure: float | None) -> str:
    return ABSENT if figure is None else f"{figure:.3f}"

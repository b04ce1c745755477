"""`baton shop`: the demo shop that the agents act on."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from agents.shop.store import Shop
from baton.data_folder import prepared
from baton.settings import Settings, load_settings


def register(app: typer.Typer) -> None:
    """Offer the command."""
    shop = typer.Typer(no_args_is_help=True)
    shop.callback()(_shop)
    shop.command("reset")(reset)
    app.add_typer(shop, name="shop", help="Fill the demo shop anew.")


def reset(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Empty the shop and fill it with the demo data as of today.

    Every order, payment and refund in it is lost. Conversations stay, and may speak of what is no more.
    """
    settings = load_settings()
    if not yes:
        typer.confirm(f"Everything in the shop at {_place(settings)} is lost. Go on?", abort=True)
    asyncio.run(_reset(settings))
    typer.echo("The shop is as new. Conversations stay, and may speak of what is no more.")


async def _reset(settings: Settings) -> None:
    prepared(settings.data_folder)
    shop = await Shop.open(settings.shop_url)
    try:
        await shop.reset(datetime.now(UTC).date())
    finally:
        await shop.close()


def _place(settings: Settings) -> str:
    return "BATON_DATABASE_URL" if settings.database_url else str(settings.data_folder / "shop.sqlite")


def _shop() -> None:
    """Fill the demo shop anew."""

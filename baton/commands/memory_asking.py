"""What the memory commands share: their options, and asking the desk."""

from __future__ import annotations

import asyncio
from typing import Annotated, TypeVar

import typer

from baton.desk.answers import AnyAnswer
from baton.desk.opening import open_desk
from baton.desk.orders import AnyOrder
from baton.settings import load_settings

Tenant = Annotated[str | None, typer.Option(help="The shop; the first one unless named.")]
Customer = Annotated[str | None, typer.Option(help="Login or id of a customer; a login says the shop too.")]
Operator = Annotated[str, typer.Option("--as", help="Your operator login.")]

_A = TypeVar("_A")


def told(order: AnyOrder, kind: type[_A]) -> list[_A]:
    """All answers of that kind."""
    return [answer for answer in asyncio.run(_told(order)) if isinstance(answer, kind)]


def told_one(order: AnyOrder, kind: type[_A]) -> _A:
    """The one answer of that kind."""
    (answer,) = told(order, kind)
    return answer


async def _told(order: AnyOrder) -> list[AnyAnswer]:
    async with open_desk(load_settings()) as desk:
        return [answer async for answer in desk.ask(order)]

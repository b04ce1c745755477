"""A customer who talks: the real runtime, a real shop on disk, the offline model."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest

from agents.entry import EntryRoute
from agents.models.offline.model import OfflineModel
from agents.models.offline.reader import Reader
from agents.shop.effects import effects_of
from agents.shop.people import CUSTOMERS
from agents.shop.store import Shop
from agents.team import TEAM
from agents.tools.help import Knowledge
from agents.tools.notes_in_memory import ListedNotes
from agents.tools.toolbox import Toolbox
from evals.local import LocalSwarm, TurnResult
from handoffs.recall_in_memory import ListRecall
from handoffs.tool import Scope

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@dataclass
class Customer:
    """One customer's conversation. ``said`` is the last answer; ``turns`` are all results."""

    swarm: LocalSwarm
    shop: Shop
    turns: list[TurnResult] = field(default_factory=list)

    async def say(self, text: str) -> str:
        """Say something; the answer comes back."""
        self.turns.append(await self.swarm.say(text))
        return self.turns[-1].text

    @property
    def agent(self) -> str:
        """Who answered last."""
        return self.turns[-1].agent

    async def effects(self) -> list[tuple[str, dict[str, object]]]:
        """Everything that agents changed in the shop for this customer."""
        return [(effect.kind, dict(effect.fields)) for effect in await effects_of(self.shop, self.swarm.scope)]

    async def kinds(self) -> list[str]:
        """The effects by name only."""
        return [kind for kind, _ in await self.effects()]


class Talk(Protocol):
    """Start a conversation as one of the demo customers, by first name; with what long-term memory holds, if given."""

    def __call__(
        self,
        name: str,
        *,
        recall: ListRecall | None = None,
        knowledge: Knowledge | None = None,
        notes: ListedNotes | None = None,
    ) -> Customer: ...


@pytest.fixture(scope="session")
def filled_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo shop, filled once."""
    path = tmp_path_factory.mktemp("shop") / "filled.db"

    async def fill() -> None:
        shop = await Shop.open(f"sqlite+aiosqlite:///{path}")
        await shop.reset(NOW.date())
        await shop.close()

    asyncio.run(fill())
    return path


@pytest.fixture
async def shop(filled_shop: Path, tmp_path: Path) -> AsyncIterator[Shop]:
    """A fresh copy of the demo shop."""
    path = tmp_path / "shop.db"
    shutil.copy(filled_shop, path)
    shop = await Shop.open(f"sqlite+aiosqlite:///{path}")
    yield shop
    await shop.close()


@pytest.fixture
def talk(shop: Shop, reader: Reader) -> Talk:
    def start(
        name: str,
        *,
        recall: ListRecall | None = None,
        knowledge: Knowledge | None = None,
        notes: ListedNotes | None = None,
    ) -> Customer:
        person = next(one for one in CUSTOMERS if one.customer == name)
        swarm = LocalSwarm(
            team=TEAM,
            model=OfflineModel(reader, TEAM),
            tools=Toolbox(TEAM, shop, knowledge=knowledge, notes=notes or ListedNotes()),
            entry=EntryRoute(reader, TEAM),
            scope=Scope(tenant=person.tenant, customer=person.customer),
            name=person.name,
            now=NOW,
            recall=recall,
        )
        return Customer(swarm, shop)

    return start

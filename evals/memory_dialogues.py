"""Memory dialogues: conversations of one customer days apart, against the real runtime, shop and library.

    python -m evals.memory_dialogues [--data evals/suites/memory.yaml] [--id mem-budget] [-v]

After every turn memory has learnt from it. The bar: every expectation of every turn.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from agents.entry import EntryRoute
from agents.learning.patterns import PatternLearner
from agents.models.offline.model import OfflineModel
from agents.models.offline.reader import Reader
from agents.shop.effects import effects_of
from agents.shop.people import CUSTOMERS, DemoCustomer
from agents.shop.store import Shop
from agents.team import TEAM
from agents.tools.toolbox import Toolbox
from evals.dialogues import NOW, Expected
from evals.local import LocalSwarm, TurnResult
from evals.outcomes import Happened, covers, happened_in
from evals.remembering import Articles, CustomersNotes, Remembering
from handoffs.tool import Scope
from memory.longterm.embed import Embedder
from memory.longterm.encode import ModelEncoder
from memory.longterm.ports import Encoder

SUITE = Path(__file__).parent / "suites" / "memory.yaml"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Holds(Expected):
    """What must be true after a turn, and what must not be said in it."""

    never_says: tuple[str, ...] = ()


class Turn(_Data):
    """One message of the customer."""

    user: str
    expect: Holds = Holds()


class Conversation(_Data):
    """A conversation, so many days after the one before; by another customer, or after forgetting this one."""

    turns: list[Turn]
    customer: str = ""
    days_later: int = 0
    forget: bool = False


class Story(_Data):
    """What one customer goes through."""

    id: str
    ability: list[str]
    customer: str
    conversations: list[Conversation]


@dataclass(frozen=True, kw_only=True)
class Told:
    """How a story went: what was wrong, and all that was said."""

    id: str
    faults: tuple[str, ...]
    transcript: str


def stories(path: Path = SUITE) -> list[Story]:
    """The stories of a file."""
    return [Story.model_validate(one) for one in yaml.safe_load(path.read_text(encoding="utf-8"))]


class Stage:
    """What all stories share: the reader, a filled shop to copy from, and a memory that knows the help centre."""

    def __init__(self, folder: Path, reader: Reader, encoder: Encoder) -> None:
        self._folder, self._reader = folder, reader
        self._memory = Remembering(encoder, PatternLearner(TEAM))

    async def fill(self) -> None:
        """Fill the shop and the memory, once."""
        shop = await Shop.open(f"sqlite+aiosqlite:///{self._folder}/filled.db")
        await shop.reset(NOW.date())
        await shop.close()
        for tenant in sorted({one.tenant for one in CUSTOMERS}):
            await self._memory.seed(tenant, now=NOW)

    async def play(self, story: Story) -> Told:
        """One story from its first to its last turn, with no customer remembered at its start."""
        for person in CUSTOMERS:
            await self._memory.forget(Scope(tenant=person.tenant, customer=person.customer))
        path = shutil.copy(self._folder / "filled.db", self._folder / f"{story.id}.db")
        shop = await Shop.open(f"sqlite+aiosqlite:///{path}")
        try:
            return await self._played(story, shop)
        finally:
            await shop.close()

    async def _played(self, story: Story, shop: Shop) -> Told:
        now = NOW
        faults: list[str] = []
        said: list[str] = []
        for number, conversation in enumerate(story.conversations, 1):
            now += timedelta(days=conversation.days_later, minutes=10)
            person = next(one for one in CUSTOMERS if one.email == (conversation.customer or story.customer))
            swarm = self._swarm(person, shop, f"{story.id}-{number}", now)
            if conversation.forget:
                said.append(f"  -- forgotten: {await self._memory.forget(swarm.scope)} memories")
            said.append(f"  -- {now:%Y-%m-%d} {person.email}")
            for place, turn in enumerate(conversation.turns, 1):
                wrong, line = await self._turn(turn, swarm, shop, now)
                faults += [f"{number}.{place}: {fault}" for fault in wrong]
                said.append(line)
        return Told(id=story.id, faults=tuple(faults), transcript="\n".join(said))

    def _swarm(self, person: DemoCustomer, shop: Shop, conversation: str, now: datetime) -> LocalSwarm:
        library = self._memory.library
        return LocalSwarm(
            team=TEAM,
            model=OfflineModel(self._reader, TEAM),
            tools=Toolbox(TEAM, shop, knowledge=Articles(library, now), notes=CustomersNotes(library)),
            entry=EntryRoute(self._reader, TEAM),
            scope=Scope(tenant=person.tenant, customer=person.customer),
            conversation=conversation,
            name=person.name,
            now=now,
            recall=self._memory,
        )

    async def _turn(self, turn: Turn, swarm: LocalSwarm, shop: Shop, now: datetime) -> tuple[list[str], str]:
        before = len(await effects_of(shop, swarm.scope))
        result = await swarm.say(turn.user)
        effects = happened_in(result, (await effects_of(shop, swarm.scope))[before:])
        await self._memory.learn(swarm.scope, swarm.conversation, result.events, now=now)
        called = ", ".join(call.tool for call in result.tool_calls)
        return faults_of(
            turn.expect, result, effects
        ), f"  > {turn.user}\n  [{result.agent}] {result.text}\n      ({called})"


def faults_of(expected: Holds, result: TurnResult, effects: Sequence[Happened]) -> list[str]:
    """What is not as it should be after a turn."""
    text = result.text.lower()
    wrong = [f"says {word!r}" for word in expected.never_says if word.lower() in text]
    if expected.says_any and not any(word.lower() in text for word in expected.says_any):
        wrong.append(f"says none of {expected.says_any}")
    if expected.agent and result.agent not in ([expected.agent] if isinstance(expected.agent, str) else expected.agent):
        wrong.append(f"{result.agent} answered, not {expected.agent}")
    if expected.effects is not None:
        missing, extra = covers(effects, expected.effects, [])
        wrong += [*missing, *(f"not expected: {one}" for one in extra)]
    return wrong


def report(told: Sequence[Told], *, verbose: bool) -> str:
    """What failed with its transcript, and how many stories went right."""
    lines = [
        f"{one.id}: {'; '.join(one.faults) or 'right'}\n{one.transcript}\n" for one in told if one.faults or verbose
    ]
    return "\n".join([*lines, f"memory dialogues right  {sum(not one.faults for one in told)}/{len(told)}"])


async def run(data: Path, wanted: str | None, cache: Path | None = None) -> list[Told]:
    """Play all stories of the file, or those that are wanted."""
    embedder = Embedder()
    embedder.start()
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder), Reader(embedder, TEAM, cache_dir=cache), ModelEncoder(embedder))
        try:
            await stage.fill()
            return [await stage.play(one) for one in stories(data) if wanted is None or one.id in wanted.split(",")]
        finally:
            embedder.close()


def main() -> int:
    """0 when every story went right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SUITE)
    parser.add_argument("--id", default=None, help="play only these, comma separated")
    parser.add_argument("--cache", type=Path, default=None, help="keep the vectors of the references here")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every transcript")
    arguments = parser.parse_args()
    told = asyncio.run(run(arguments.data, arguments.id, arguments.cache))
    print(report(told, verbose=arguments.verbose))
    return 1 if any(one.faults for one in told) else 0


if __name__ == "__main__":
    sys.exit(main())

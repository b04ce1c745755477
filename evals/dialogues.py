"""Multi-turn dialogues against the real runtime and a real shop: are the effects right, each exactly once?

    python -m evals.dialogues [--data dialogues.yaml] [--id dev-001] [-v]

Every dialogue gets a fresh copy of the demo shop. Bars: final effects right in 85 %, wrong or unconfirmed effects 0.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from agents.entry import EntryRoute
from agents.models.offline.model import OfflineModel
from agents.models.offline.reader import Reader
from agents.models.offline.state import Carry, Pending
from agents.shop.effects import effects_of
from agents.shop.people import CUSTOMERS
from agents.shop.store import Shop
from agents.team import TEAM
from agents.tools.toolbox import Toolbox
from evals.local import LocalSwarm, TurnResult
from evals.outcomes import Happened, covers, happened_in
from handoffs.model import ModelRequest, ModelResponse, TextDelta
from handoffs.tool import Scope
from memory.longterm.embed import Embedder

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
BAR_RIGHT = 0.85
Fields = dict[str, object]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Expected(_Data):
    """What must be true after a turn; what is left out is not compared."""

    agent: str | list[str] | None = None
    effects: list[dict[str, Fields]] | None = None
    says_any: list[str] = []
    asks_or_offers: str = ""


class Turn(_Data):
    """One message of the customer."""

    user: str
    expect: Expected = Expected()


class Finally(_Data):
    """What must be true at the end."""

    effects: list[dict[str, Fields]] = []
    never_effects: list[dict[str, Fields]] = []
    never_says: list[str] = []
    note: str = ""


class Dialogue(_Data):
    """One dialogue of the file."""

    id: str
    ability: list[str]
    customer: str
    turns: list[Turn]
    finally_: Finally

    @classmethod
    def of(cls, raw: dict[str, object]) -> Dialogue:
        return cls.model_validate(
            {**{k: v for k, v in raw.items() if k != "finally"}, "finally_": raw.get("finally", {})}
        )


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one dialogue: its faults by kind, and what was said."""

    id: str
    wrong_finally: tuple[str, ...]
    wrong_turns: tuple[str, ...]
    unexpected: tuple[str, ...]
    agents: tuple[bool, ...]
    says: tuple[bool, ...]
    transcript: str
    asked_again: int = 0


class Watched:
    """The offline model, and the question that its last answer left open."""

    name = "offline"

    def __init__(self, model: OfflineModel) -> None:
        self._model = model
        self.pending: Pending | None = None

    async def stream(self, request: ModelRequest) -> AsyncIterator[TextDelta | ModelResponse]:
        """What the model answers, word for word."""
        async for piece in self._model.stream(request):
            if isinstance(piece, ModelResponse):
                self.pending = Carry.read(piece.carry).state.pending
            yield piece

    def asks_for_known(self, said: str) -> bool:
        """Whether the open question asks for a slot that is filled, or that this very message names."""
        pending = self.pending
        if pending is None or pending.asking not in ("choose", "slot"):
            return False
        named = [option.id for option in pending.options if option.id.lower() in said.lower()]
        return pending.slot in pending.task.slots or len(named) == 1


class Stage:
    """What all dialogues share: the reader and one filled shop to copy from."""

    def __init__(self, folder: Path, reader: Reader) -> None:
        self._folder = folder
        self._reader = reader
        self._model = Watched(OfflineModel(reader, TEAM))
        self._filled = folder / "filled.db"

    async def fill(self) -> None:
        """Make the shop once."""
        shop = await Shop.open(f"sqlite+aiosqlite:///{self._filled}")
        await shop.reset(NOW.date())
        await shop.close()

    async def play(self, dialogue: Dialogue) -> Outcome:
        """One dialogue from its first to its last turn."""
        path = self._folder / f"{dialogue.id}.db"
        shutil.copy(self._filled, path)
        shop = await Shop.open(f"sqlite+aiosqlite:///{path}")
        try:
            return await self._played(dialogue, shop)
        finally:
            await shop.close()
            path.unlink()

    async def _played(self, dialogue: Dialogue, shop: Shop) -> Outcome:
        person = next(one for one in CUSTOMERS if one.email == dialogue.customer)
        scope = Scope(tenant=person.tenant, customer=person.customer)
        swarm = LocalSwarm(
            team=TEAM, model=self._model, tools=Toolbox(TEAM, shop), entry=EntryRoute(self._reader, TEAM), scope=scope,
            conversation=dialogue.id, name=person.name, now=NOW,
        )  # fmt: skip
        said: list[str] = []
        results: list[TurnResult] = []
        by_turn: list[list[Happened]] = []
        before, asked_again = 0, 0
        for turn in dialogue.turns:
            result = await swarm.say(turn.user)
            asked_again += self._model.asks_for_known(turn.user)
            effects = await effects_of(shop, scope)
            by_turn.append(happened_in(result, effects[before:]))
            before = len(effects)
            results.append(result)
            rules = " ".join(f"{call.title or call.tool}" for call in result.tool_calls)
            said.append(f"  > {turn.user}\n  [{result.agent}] {result.text}\n      ({rules}) {by_turn[-1] or ''}")
        return replace(_judged(dialogue, results, by_turn, "\n".join(said)), asked_again=asked_again)


def _judged(
    dialogue: Dialogue, results: Sequence[TurnResult], by_turn: Sequence[Sequence[Happened]], transcript: str
) -> Outcome:
    final = [effect for effects in by_turn for effect in effects]
    wrong, unexpected = covers(final, dialogue.finally_.effects, dialogue.finally_.never_effects)
    text = "\n".join(result.text for result in results)
    wrong += [f"said {word!r}" for word in dialogue.finally_.never_says if word.lower() in text.lower()]
    turns: list[str] = []
    for number, (turn, effects) in enumerate(zip(dialogue.turns, by_turn, strict=True), 1):
        if turn.expect.effects is not None:
            missing, extra = covers(effects, turn.expect.effects, [])
            turns += [f"turn {number}: {fault}" for fault in (*missing, *extra)]
    return Outcome(
        id=dialogue.id,
        wrong_finally=tuple(wrong),
        wrong_turns=tuple(turns),
        unexpected=tuple(unexpected),
        agents=tuple(_agent_right(t.expect, r) for t, r in zip(dialogue.turns, results, strict=True) if t.expect.agent),
        says=tuple(_says_right(t.expect, r) for t, r in zip(dialogue.turns, results, strict=True) if t.expect.says_any),
        transcript=transcript,
    )


def _agent_right(expected: Expected, result: TurnResult) -> bool:
    return result.agent in ([expected.agent] if isinstance(expected.agent, str) else expected.agent or [])


def _says_right(expected: Expected, result: TurnResult) -> bool:
    return any(word.lower() in result.text.lower() for word in expected.says_any)


def report(outcomes: Sequence[Outcome], *, verbose: bool) -> str:
    """The rates, and what failed with its transcript."""
    count = len(outcomes)
    right = sum(not o.wrong_finally and not o.unexpected for o in outcomes)
    agents = [ok for o in outcomes for ok in o.agents]
    says = [ok for o in outcomes for ok in o.says]
    lines: list[str] = []
    for outcome in outcomes:
        faults = (*outcome.wrong_finally, *(f"not expected: {one}" for one in outcome.unexpected), *outcome.wrong_turns)
        soft = [*(["agent"] if not all(outcome.agents) else []), *(["says"] if not all(outcome.says) else [])]
        if faults or soft or verbose:
            lines.append(f"{outcome.id}: {'; '.join((*faults, *soft)) or 'right'}\n{outcome.transcript}\n")
    lines += [
        f"final effects right   {right}/{count} = {right / count:.1%}  (bar {BAR_RIGHT:.0%})",
        f"wrong effects         {sum(len(o.unexpected) for o in outcomes)}  (bar 0)",
        f"known slots asked again {sum(o.asked_again for o in outcomes)}  (bar 0)",
        f"turns with wrong effects {sum(len(o.wrong_turns) for o in outcomes)}",
        f"agent right           {sum(agents)}/{len(agents)}",
        f"says what it must     {sum(says)}/{len(says)}",
    ]
    return "\n".join(lines)


async def run(data: Path, wanted: str | None, cache: Path | None = None) -> list[Outcome]:
    """Play all dialogues of the file, or those whose id begins as wanted."""
    raw: list[dict[str, object]] = yaml.safe_load(data.read_text(encoding="utf-8"))
    dialogues = [Dialogue.of(one) for one in raw]
    with tempfile.TemporaryDirectory() as folder:
        embedder = Embedder()
        embedder.start()
        stage = Stage(Path(folder), Reader(embedder, TEAM, cache_dir=cache))
        await stage.fill()
        return [await stage.play(one) for one in dialogues if wanted is None or one.id in wanted.split(",")]


def main() -> int:
    """0 when the bars are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("dialogues-dev.yaml"))
    parser.add_argument("--id", default=None, help="play only these, comma separated")
    parser.add_argument("--cache", type=Path, default=None, help="keep the vectors of the references here")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every transcript")
    arguments = parser.parse_args()
    outcomes = asyncio.run(run(arguments.data, arguments.id, arguments.cache))
    print(report(outcomes, verbose=arguments.verbose))
    right = sum(not o.wrong_finally and not o.unexpected for o in outcomes)
    return 0 if right >= BAR_RIGHT * len(outcomes) and not any(o.unexpected for o in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())

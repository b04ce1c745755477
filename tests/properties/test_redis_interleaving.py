"""Any interleaving over a real Redis, with workers that race for one execution: the same shop, a gapless trace.

The shorter sister of test_any_interleaving: there the schedule is exact; here things truly happen at the same time.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from redis.asyncio import Redis

from agents.models.scripted import Scripted, Step, call, calls, say
from baton.stores import SessionJournal
from evals.local import SilentSignals, messages_of
from handoffs.agent import Agent, Team
from handoffs.batch import Batch
from handoffs.clock import InstantClock
from handoffs.errors import StaleFence
from handoffs.events import CallFinished, CustomerSaid, Said, encode
from handoffs.loop import run
from handoffs.runtime import Runtime
from handoffs.tool import ToolContext, tool
from handoffs.values import Limits
from handoffs.window import Line
from memory.session.redis_client import connect
from memory.session.redis_journal import RedisJournal
from memory.session.redis_log import RedisSessionLog
from memory.working.pack import BlockPacker
from tracing.join import join
from tracing.record import TraceRecord

NO_LEASE_S = 0.0  # anybody may claim what somebody works on: every claim is a race


class Crash(BaseException):
    """The process dies here."""


class Done(BaseModel):
    of: str


@dataclass
class Shop:
    """Outside the process: honours keys where a tool does, and counts what it really did."""

    keys: set[str] = field(default_factory=set)
    did: list[tuple[str, str, str]] = field(default_factory=list)


@tool(effect="money", title="Paying {item}")
async def pay(ctx: ToolContext[Shop], item: str) -> Done:
    """Pay for an item."""
    await asyncio.sleep(0)
    if ctx.key not in ctx.deps.keys:
        ctx.deps.keys.add(str(ctx.key))
        ctx.deps.did.append((ctx.scope.tenant, "pay", item))
    return Done(of=item)


@tool(effect="write", title="Posting {item}", honours_key=False)
async def post(ctx: ToolContext[Shop], item: str) -> Done:
    """Post an item; honours no key."""
    await asyncio.sleep(0)
    ctx.deps.did.append((ctx.scope.tenant, "post", item))
    return Done(of=item)


def agent(name: str, to: str) -> Agent:
    what = {"display_name": name, "purpose": name, "instructions": name, "short_instructions": ""}
    return Agent(name=name, tools=(pay, post), hands_to=(to,), **what)


TEAM = Team(agents=(agent("a", "b"), agent("b", "a")), default="a")
TENANTS = ("volta", "lumen")
WHERE = ("c1", "anna")  # the same conversation and customer in both

one_call = st.tuples(st.sampled_from(["pay", "post", "transfer_to_a", "transfer_to_b"]), st.sampled_from("xyz"))
scripts = st.dictionaries(st.integers(0, 9), st.lists(one_call, min_size=1, max_size=3), max_size=6)
act = st.one_of(
    st.tuples(st.sampled_from(["say", "work", "work"]), st.sampled_from(TENANTS)),
    st.tuples(st.just("crash"), st.integers(0, 9)),
)
schedules = st.lists(st.lists(act, min_size=1, max_size=4), max_size=8)


class World:
    """Two shops' customers on one Redis; ``at_once`` is what happens together."""

    def __init__(self, redis: Redis, script: dict[int, list[tuple[str, str]]]) -> None:
        self.journal, self.log = SessionJournal(RedisJournal(redis)), RedisSessionLog(redis)
        self.shop, self.script = Shop(), script
        self.crash_in: int | None = None
        self.messages = 0

    def reach(self, label: str) -> None:
        if self.crash_in is not None:
            self.crash_in -= 1
            if self.crash_in < 0:
                self.crash_in = None
                raise Crash(label)

    def answer(self, request) -> Step:
        spoken = sum(message["role"] in ("assistant", "tool") for message in messages_of(request))
        offered = {tool.name for tool in request.tools}
        wanted = [(name, item) for name, item in self.script.get(spoken, []) if name in offered]
        transfer = {"reason": "r", "summary": "s"}
        made = [call(name, **transfer) if name.startswith("transfer") else call(name, item=i) for name, i in wanted]
        return calls(*made) if made else say("Done.")

    async def call(self, tool, arguments, *, scope, conversation, key, now):
        context = ToolContext(scope=scope, conversation=conversation, key=key, now=now, deps=self.shop)
        return await tool.run(context, **arguments.model_dump())

    async def route(self, text: str):
        return type("Route", (), {"agent": "a", "candidates": (), "rule": ""})()

    async def at_once(self, acts) -> None:
        self.crash_in = next((value for kind, value in acts if kind == "crash"), self.crash_in)
        doing = {"say": self.say, "work": self.work}
        await asyncio.gather(*(doing[kind](value) for kind, value in acts if kind != "crash"))

    async def say(self, tenant: str) -> None:
        self.messages += 1
        said = CustomerSaid(message_id=f"m{self.messages}", text=f"message of {tenant}")
        conversation, customer = WHERE
        await self.journal.submit(tenant, conversation, customer=customer, item_id=said.message_id, item=encode(said))

    async def work(self, tenant: str) -> None:
        """One worker's life on whatever is active; it may crash, or lose to another."""
        conversation = WHERE[0]
        active = (await self.log.head(tenant, conversation)).active
        claim = active and await self.journal.claim(tenant, conversation, active, lease_s=NO_LEASE_S, window_after=0)
        if not claim:
            return
        window = tuple(Line.decoded(entry.data, entry.seq) for entry in claim.window)
        where = {"tenant": tenant, "conversation": conversation, "execution": active}
        try:
            await run(Batch(self.runtime(), claim=claim, window=window, named=None, **where))
        except (Crash, StaleFence):
            return

    def runtime(self) -> Runtime:
        return Runtime(
            journal=self.journal,
            signals=SilentSignals(),
            tools=self,
            entry=self,
            model=Scripted(self.answer),
            packer=BlockPacker(window_tokens=0, cap_tokens=100_000),
            clock=InstantClock(datetime(2026, 1, 1, tzinfo=UTC)),
            team=TEAM,
            limits=lambda tenant: Limits(),
            reach=self.reach,
        )

    async def finish(self, tenant: str) -> None:
        self.crash_in = None
        async with asyncio.timeout(20):
            while (await self.log.head(tenant, WHERE[0])).active:
                await self.work(tenant)


async def checked(world: World, tenant: str) -> int:
    """No call without its one result, no effect guessed, doubled or another shop's; how many messages were heard."""
    records = [TraceRecord.of(tenant, WHERE[0], record) for record in await world.log.read(tenant, WHERE[0])]
    trace = join(records)
    assert not trace.faults
    events = [record.event for record in trace.records]
    heard = [event.text for event in events if isinstance(event, CustomerSaid)]
    assert set(heard) <= {f"message of {tenant}"}
    assert bool(heard) <= any(isinstance(event, Said) for event in events)
    for kind in ("pay", "post"):
        did = sum(entry[:2] == (tenant, kind) for entry in world.shop.did)
        of_kind = [event.outcome for event in events if isinstance(event, CallFinished) and event.tool == kind]
        assert of_kind.count("ok") <= did <= of_kind.count("ok") + of_kind.count("in_doubt"), kind
    return len(heard)


async def scenario(redis_url: str, script, schedule) -> None:
    redis = connect(redis_url)
    await redis.flushdb()
    world = World(redis, script)
    for acts in schedule:
        await world.at_once(acts)
    for tenant in TENANTS:
        await world.finish(tenant)
    heard = [await checked(world, tenant) for tenant in TENANTS]
    assert sum(heard) == world.messages, "none is lost, none taken in twice"
    await redis.flushdb()
    await redis.aclose()


@given(script=scripts, schedule=schedules)
@settings(max_examples=25, deadline=None)
def test_workers_that_race_leave_the_shop_right_and_the_trace_whole(redis_url, script, schedule):
    asyncio.run(scenario(redis_url, script, schedule))


@pytest.mark.soak
@given(script=scripts, schedule=schedules)
@settings(max_examples=1000, deadline=None)
def test_workers_that_race_for_long(redis_url, script, schedule):
    asyncio.run(scenario(redis_url, script, schedule))

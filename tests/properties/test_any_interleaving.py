"""Any interleaving of messages, crashes and recoveries over any legal script: the same shop, a gapless trace."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from agents.models.scripted import Scripted, Step, call, calls, say
from evals.local import SilentSignals, messages_of
from handoffs.agent import Agent, Team
from handoffs.batch import Batch
from handoffs.clock import InstantClock
from handoffs.errors import StaleFence
from handoffs.events import CallFinished, CallIntended, CustomerSaid, Decided, Said, decode, encode
from handoffs.loop import run
from handoffs.runtime import Runtime
from handoffs.tool import ToolContext, tool
from handoffs.values import Limits
from handoffs.window import Line
from memory.session.in_memory import InMemoryJournal
from memory.session.in_memory_store import InMemoryStore
from memory.working.pack import BlockPacker

LEASE_S = 15.0


class Crash(BaseException):
    """The process dies here: nothing after this line happens, nothing is cleaned up."""


class Done(BaseModel):
    of: str


@dataclass
class Shop:
    """Outside the process: it survives crashes. Honours keys as the real one does, and counts what it really did."""

    keys: set[str] = field(default_factory=set)
    did: list[tuple[str, str, str]] = field(default_factory=list)


@tool(effect="money", title="Paying {item}")
async def pay(ctx: ToolContext[Shop], item: str) -> Done:
    """Pay for an item."""
    if ctx.key not in ctx.deps.keys:
        ctx.deps.keys.add(str(ctx.key))
        ctx.deps.did.append((ctx.scope.tenant, ctx.scope.customer, item))
    return Done(of=item)


@tool(effect="write", title="Posting {item}", honours_key=False)
async def post(ctx: ToolContext[Shop], item: str) -> Done:
    """Post an item; honours no key."""
    ctx.deps.did.append((ctx.scope.tenant, ctx.scope.customer, "post " + item))
    return Done(of=item)


@tool(effect="read", title="Reading {item}")
async def read(ctx: ToolContext[Shop], item: str) -> Done:
    """Read an item."""
    return Done(of=f"{ctx.scope.customer}'s {item}")


def agent(name: str, *to: str) -> Agent:
    return Agent(
        name=name,
        display_name=name,
        purpose=name,
        instructions=name,
        short_instructions="",
        tools=(pay, post, read),
        hands_to=to,
    )


TEAM = Team(agents=(agent("a", "b", "c"), agent("b", "a", "c"), agent("c", "a", "b")), default="a")

one_call = st.one_of(
    st.builds(lambda item: ("pay", item), st.sampled_from("xyz")),
    st.builds(lambda item: ("post", item), st.sampled_from("xy")),
    st.builds(lambda item: ("read", item), st.sampled_from("xy")),
    st.builds(lambda to: ("transfer_to_" + to, ""), st.sampled_from("abc")),
)
response = st.lists(one_call, min_size=0, max_size=3)
scripts = st.dictionaries(st.integers(0, 12), response, max_size=12)


def step_of(wanted: list[tuple[str, str]]) -> Step:
    if not wanted:
        return say("Done.")
    made = [
        call(name, reason="r", summary="s") if name.startswith("transfer") else call(name, item=item)
        for name, item in wanted
    ]
    return calls(*made)


class World:
    """Customers, a store and a shop that outlive the processes working on them."""

    def __init__(self, script: dict[int, list[tuple[str, str]]]) -> None:
        self.clock = InstantClock(datetime(2026, 1, 1, tzinfo=UTC))
        self.store = InMemoryStore(self.clock.now)
        self.journal = InMemoryJournal(self.store)
        self.shop = Shop()
        self.script = script
        self.crash_in: int | None = None

    def reach(self, label: str) -> None:
        if self.crash_in is None:
            return
        self.crash_in -= 1
        if self.crash_in < 0:
            self.crash_in = None
            raise Crash(label)

    def answer(self, request) -> Step:
        """Depends on what the conversation holds alone, as a model's answer does: so a resumed turn is the same."""
        spoken = sum(m["role"] in ("assistant", "tool") for m in messages_of(request))
        offered = {tool.name for tool in request.tools}
        return step_of([(name, item) for name, item in self.script.get(spoken, []) if name in offered])

    def runtime(self) -> Runtime:
        return Runtime(
            journal=self.journal,
            signals=SilentSignals(),
            tools=self,
            entry=self,
            model=Scripted(self.answer),
            packer=BlockPacker(window_tokens=0, cap_tokens=100_000),
            clock=self.clock,
            team=TEAM,
            limits=lambda tenant: Limits(),
            reach=self.reach,
        )

    async def call(self, tool, arguments, *, scope, conversation, key, now):
        context = ToolContext(scope=scope, conversation=conversation, key=key, now=now, deps=self.shop)
        return await tool.run(context, **arguments.model_dump())

    async def approval(self, *_, **__):
        return None

    async def route(self, text: str):
        return type("Route", (), {"agent": "a", "candidates": (), "rule": ""})()

    async def say(self, tenant: str, customer: str, number: int) -> None:
        item = encode(CustomerSaid(message_id=f"m{number}", text=f"message {number} of {tenant} {customer}"))
        conversation = f"of-{customer}"
        await self.journal.submit(tenant, conversation, customer=customer, item_id=f"m{number}", item=item)

    async def work(self, tenant: str, customer: str) -> None:
        """One life of a worker on whatever this conversation has to do; it may end in a crash."""
        conversation = f"of-{customer}"
        active = self.store.of(tenant, conversation).active
        claim = await self.journal.claim(tenant, conversation, active, lease_s=LEASE_S, window_after=0)
        if claim is None:
            return
        batch = Batch(
            self.runtime(),
            tenant=tenant,
            conversation=conversation,
            execution=active,
            claim=claim,
            window=tuple(Line.decoded(entry.data, entry.seq) for entry in claim.window),
            named=None,
        )
        try:
            await run(batch)
        except (Crash, StaleFence):
            await self.clock.sleep(LEASE_S + 1)  # the lease runs out; the sweeper finds it

    async def finish(self, tenant: str, customer: str) -> None:
        self.crash_in = None
        for _ in range(20):
            if not self.store.of(tenant, f"of-{customer}").active:
                return
            await self.work(tenant, customer)
        raise AssertionError("an execution never ended")


CUSTOMERS = [("volta", "anna"), ("lumen", "anna"), ("volta", "ben")]
acts = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.sampled_from(CUSTOMERS)),
        st.tuples(st.just("work"), st.sampled_from(CUSTOMERS)),
        st.tuples(st.just("crash"), st.integers(0, 14)),
    ),
    max_size=14,
)


@given(script=scripts, schedule=acts)
@settings(max_examples=150, deadline=None)
def test_the_shop_is_right_and_the_trace_is_whole(script, schedule):
    asyncio.run(scenario(World(script), schedule))


async def scenario(world: World, schedule) -> None:
    number = 0
    for what, who in schedule:
        if what == "crash":
            world.crash_in = who
        elif what == "say":
            number += 1
            await world.say(*who, number)
        else:
            await world.work(*who)
    for who in CUSTOMERS:
        await world.finish(*who)
    for tenant, customer in CUSTOMERS:
        check(world, tenant, customer)


def check(world: World, tenant: str, customer: str) -> None:
    kept = world.store.of(tenant, f"of-{customer}")
    records = sorted((r for log in kept.logs.values() for r in log if r.number), key=lambda r: r.seq)
    assert sorted(r.seq for log in kept.logs.values() for r in log) == list(range(1, kept.seq + 1)), "gapless"
    events = [decode(record.data) for record in records]
    assert kept.inbox == [], "no message is lost"
    said = [event.message_id for event in events if isinstance(event, CustomerSaid)]
    assert len(said) == len(set(said)), "no message is taken in twice"
    answered = [event for event in events if isinstance(event, Said)]
    assert bool(said) <= bool(answered)
    check_calls(events)
    check_shop(world.shop, events, tenant, customer)
    for line in kept.messages:
        others = {name for name in ("anna", "ben") if name != customer}
        assert not any(f"{other}'s" in line.data.decode() for other in others), "nothing of another customer"
        assert not any(f"{t} {customer}" in line.data.decode() for t in ("volta", "lumen") if t != tenant)


def check_calls(events) -> None:
    """Every call has exactly one result, none dangles."""
    decided = [one.id for event in events if isinstance(event, Decided) for one in event.calls]
    finished = [event.call_id for event in events if isinstance(event, CallFinished)]
    assert sorted(decided) == sorted(finished)


def check_shop(shop: Shop, events, tenant: str, customer: str) -> None:
    """What the log says was done is what was done, and what is not known is said to be in doubt."""
    did = [item for t, c, item in shop.did if (t, c) == (tenant, customer)]
    paid = sorted(item for item in did if not item.startswith("post"))
    ok = [e for e in events if isinstance(e, CallFinished) and e.outcome == "ok"]
    assert paid == sorted(decode_item(e) for e in ok if e.tool == "pay"), "each payment once, and recorded"
    posted = [item for item in did if item.startswith("post")]
    sure = [e for e in ok if e.tool == "post"]
    doubt = [e for e in events if isinstance(e, CallFinished) and e.tool == "post" and e.outcome == "in_doubt"]
    assert len(sure) <= len(posted) <= len(sure) + len(doubt), "never guessed, never twice"
    intents = [e.key for e in events if isinstance(e, CallIntended)]
    assert len(intents) == len(set(intents))


def decode_item(event: CallFinished) -> str:
    return Done.model_validate_json(event.content).of

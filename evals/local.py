"""A whole swarm in one process, without Redis or a browser: for evals, samplers and quick tries.

The runtime is the real one (events, decide, commit, fence); only the store is the in-memory twin.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from handoffs.agent import Team
from handoffs.batch import Batch
from handoffs.clock import InstantClock
from handoffs.events import (
    AnyEvent,
    ApprovalRequested,
    CallFinished,
    CustomerSaid,
    Escalated,
    HandedIn,
    Limits,
    PreferenceSet,
    Said,
    decode,
    encode,
)
from handoffs.loop import run
from handoffs.model import Model, ModelRequest
from handoffs.ports import Entry, Recall, Tools
from handoffs.runtime import Runtime
from handoffs.tool import Scope
from handoffs.window import Line
from handoffs.worker import aligned
from memory.session.in_memory import InMemoryJournal
from memory.session.in_memory_store import InMemoryStore
from memory.working.pack import BlockPacker


@dataclass(frozen=True, kw_only=True)
class TurnResult:
    """What one customer message brought about."""

    agent: str
    text: str
    events: tuple[AnyEvent, ...]
    handoffs: tuple[HandedIn, ...] = field(default=())
    approvals: tuple[ApprovalRequested, ...] = field(default=())
    escalations: tuple[Escalated, ...] = field(default=())
    preferences: tuple[PreferenceSet, ...] = field(default=())
    tool_calls: tuple[CallFinished, ...] = field(default=())


class SilentSignals:
    """Nobody watches: drafts go nowhere, nobody presses stop."""

    async def draft(
        self, tenant: str, conversation: str, *, execution: str, number: int, fence: int, agent: str, text: str | None
    ) -> None:
        return

    async def stops(self) -> AsyncIterator[tuple[str, str]]:
        await asyncio.Event().wait()
        yield "", ""


class LocalSwarm:
    """One customer's conversation with a team. ``say`` returns when the turn is over."""

    def __init__(
        self,
        *,
        team: Team,
        model: Model,
        tools: Tools,
        entry: Entry,
        scope: Scope,
        conversation: str = "local",
        name: str = "",
        limits: Limits | None = None,
        now: datetime | None = None,
        recall: Recall | None = None,
    ) -> None:
        self.clock = InstantClock(now or datetime.now(UTC))
        self.store = InMemoryStore(self.clock.now)
        self.scope, self.conversation, self._name = scope, conversation, name
        self._messages = 0
        self.runtime = Runtime(
            journal=InMemoryJournal(self.store),
            signals=SilentSignals(),
            tools=tools,
            entry=entry,
            model=model,
            packer=BlockPacker(window_tokens=32_000, cap_tokens=16_000),
            clock=self.clock,
            team=team,
            limits=lambda tenant: limits or Limits(),
            recall=recall,
        )

    async def say(self, text: str) -> TurnResult:
        """Send one message and work until the execution has ended."""
        self._messages += 1
        message_id = f"m{self._messages}"
        said = CustomerSaid(message_id=message_id, text=text, customer_name=self._name)
        return await self.submit(said, message_id)

    async def submit(self, item: AnyEvent, item_id: str) -> TurnResult:
        """Put any item into the inbox (a message, a person's decision) and work until the execution has ended."""
        tenant, conversation = self.scope.tenant, self.conversation
        journal = self.runtime.journal
        submitted = await journal.submit(
            tenant, conversation, customer=self.scope.customer, item_id=item_id, item=encode(item)
        )
        claim = await journal.claim(tenant, conversation, submitted.execution, lease_s=15.0, window_after=0)
        if claim is None:
            return TurnResult(agent="", text="", events=())
        batch = Batch(
            self.runtime,
            tenant=tenant,
            conversation=conversation,
            execution=submitted.execution,
            claim=claim,
            window=aligned(tuple(Line.decoded(entry.data, entry.seq) for entry in claim.window)),
            named=None,
        )
        await self.drive(batch)
        return turn_result(self.events(submitted.execution))

    async def drive(self, batch: Batch) -> None:
        """Work until the execution has ended; what a test or sampler replaces to step in between."""
        await run(batch)

    def events(self, execution: str) -> tuple[AnyEvent, ...]:
        """The committed events of one execution, in order."""
        kept = self.store.of(self.scope.tenant, self.conversation).executions[execution].events
        return tuple(decode(record.data) for record in kept)


def messages_of(request: ModelRequest) -> list[dict[str, object]]:
    """The chat messages that a model was shown, decoded."""
    return [json.loads(part.raw) for part in request.messages]


def turn_result(events: tuple[AnyEvent, ...]) -> TurnResult:
    """A turn summed up from its events."""
    said = [event for event in events if isinstance(event, Said)]
    return TurnResult(
        agent=said[-1].agent if said else "",
        text="\n\n".join(event.text for event in said),
        events=events,
        handoffs=tuple(event for event in events if isinstance(event, HandedIn)),
        approvals=tuple(event for event in events if isinstance(event, ApprovalRequested)),
        escalations=tuple(event for event in events if isinstance(event, Escalated)),
        preferences=tuple(event for event in events if isinstance(event, PreferenceSet)),
        tool_calls=tuple(event for event in events if isinstance(event, CallFinished)),
    )

"""An installation without stores or agents: whatever is said is answered from a script. For tests of the chat alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from baton.auth import Directory
from baton.chat.in_memory_threads import InMemoryThreads
from baton.chat.ports import ChatOptions
from handoffs.agent import Team
from handoffs.errors import Unavailable
from handoffs.events import AnyEvent, CustomerSaid, Ended, Limits, Said, TurnStarted, decode, encode
from handoffs.ports import SubmitStatus
from memory.coordination.in_memory import InMemoryLimits, InMemoryRevocations
from memory.session.in_memory import InMemoryJournal
from memory.session.in_memory_feed import InMemoryFeed
from memory.session.in_memory_log import InMemorySessionLog
from memory.session.in_memory_store import InMemoryStore

WORD_S = 0.005  # as fast as a quick model, slow enough for a page to follow
Answer = Callable[[str], Sequence[AnyEvent]]


class InMemoryInstallation:
    """Answers each message with the events of ``answer(text)``; what is said is streamed word by word first.

    ``go`` holds answers back while it is cleared, so that a test can look at a page in the middle of one; while
    ``away`` is set nothing can be submitted.
    """

    def __init__(self, team: Team, people: Directory, answer: Answer, *, data_folder: Path) -> None:
        store = InMemoryStore(_now)
        self.team, self.people = team, people
        self.journal, self.log, self.feed = InMemoryJournal(store), InMemorySessionLog(store), InMemoryFeed(store)
        self.limits, self.deny, self.threads = InMemoryLimits(_now), InMemoryRevocations(_now), InMemoryThreads()
        self.chat = ChatOptions(model_notice="Answers come from a script.", data_folder=data_folder)
        self.go = asyncio.Event()
        self.go.set()
        self.away = False
        self.stopped: list[tuple[str, str]] = []
        self._answer = answer
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def ready(self) -> bool:
        return True

    async def start(self) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """End what is still being answered."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def submit_message(
        self, tenant: str, customer: str, conversation: str, *, message_id: str, text: str, customer_name: str
    ) -> SubmitStatus:
        """Take the message in and answer it in a task of its own. *Raises*: Unavailable while ``away``."""
        if self.away:
            raise Unavailable("the store is away, as it was told to be")
        item = encode(CustomerSaid(message_id=message_id, text=text, customer_name=customer_name))
        submitted = await self.journal.submit(tenant, conversation, customer=customer, item_id=message_id, item=item)
        if submitted.status == "started":
            task = asyncio.create_task(self._run(tenant, conversation, submitted.execution))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return submitted.status

    async def stop_turn(self, tenant: str, conversation: str) -> None:
        """Note who pressed stop."""
        self.stopped.append((tenant, conversation))

    async def _run(self, tenant: str, conversation: str, execution: str) -> None:
        turn = _Turn(self.journal, tenant, conversation, execution)
        inbox = await turn.claim()
        await turn.commit([TurnStarted(team=self.team.version, limits=Limits(), customer="")], take=0)
        while inbox:
            said = decode(inbox[0])
            inbox = await turn.commit([said], take=1)
            for event in self._answer(said.text if isinstance(said, CustomerSaid) else ""):
                await self._stream(turn, event)
                await self.go.wait()
                await turn.commit([event], take=0)
            inbox = await turn.commit([Ended(status="completed")], take=0, status="completed") or inbox

    async def _stream(self, turn: _Turn, event: AnyEvent) -> None:
        words = event.text.split(" ") if isinstance(event, Said) else []
        for count in range(1, len(words)):
            await self.feed.draft(
                turn.tenant,
                turn.conversation,
                execution=turn.execution,
                number=turn.number,
                fence=turn.fence,
                agent=event.agent,
                text=" ".join(words[:count]),
            )
            await asyncio.sleep(WORD_S)


class _Turn:
    """One execution in hand."""

    def __init__(self, journal: InMemoryJournal, tenant: str, conversation: str, execution: str) -> None:
        self.tenant, self.conversation, self.execution = tenant, conversation, execution
        self.number, self.fence = 1, 0
        self._journal = journal

    async def claim(self) -> Sequence[bytes]:
        claim = await self._journal.claim(self.tenant, self.conversation, self.execution, lease_s=60, window_after=0)
        assert claim is not None, "nobody else claims in this process"
        self.fence = claim.fence
        return claim.inbox

    async def commit(self, events: Sequence[AnyEvent], *, take: int, status: str | None = None) -> Sequence[bytes]:
        """Append the events; answers what waits in the inbox, also where an end was refused because of it."""
        committed = await self._journal.commit(
            self.tenant,
            self.conversation,
            self.execution,
            fence=self.fence,
            epoch=None,
            number=self.number,
            commit_id=f"{self.execution}-{self.number}-{status}",
            records=[(event.log, encode(event), None) for event in events],
            session={},
            hashes={},
            blobs={},
            index=[],
            take=take,
            quiet=False,
            status=status,
        )
        if committed.status == "ok":
            self.number += len(events)
        return committed.inbox


def _now() -> datetime:
    return datetime.now(UTC)

"""An execution in a worker's hands: its state, and the events that the next commit will hold.

Pure events gather here and are committed together before the next effect. When the store answers that a customer
message waits, an intent not yet begun is superseded and an end is put off: neither lost nor answered twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from handoffs.apply import apply, fold
from handoffs.asking import Asked, StopButton
from handoffs.decide import is_news
from handoffs.errors import StaleFence
from handoffs.events import (
    AnyEvent,
    AttemptFailed,
    CallFinished,
    CallIntended,
    CustomerSaid,
    Ended,
    TurnStarted,
    decode,
    encode,
)
from handoffs.ports import Claim
from handoffs.prompt import Named
from handoffs.refusals import superseded
from handoffs.runtime import Runtime
from handoffs.session import Session
from handoffs.side_writes import side_writes
from handoffs.state import initial
from handoffs.tool import Scope
from handoffs.window import Line, line_of


class Batch:
    """One claimed execution and its uncommitted events."""

    def __init__(
        self,
        runtime: Runtime,
        *,
        tenant: str,
        conversation: str,
        execution: str,
        claim: Claim,
        window: Sequence[Line],
        named: Named | None,
    ) -> None:
        self.runtime = runtime
        self.tenant, self.conversation, self.execution = tenant, conversation, execution
        self.scope = Scope(tenant=tenant, customer=claim.customer)
        self.fence, self.epoch = claim.fence, claim.epoch
        self.inbox = tuple(decode(item) for item in claim.inbox)
        self.named = named
        self.stop = StopButton()
        session = Session.of(dict(claim.session))
        start = initial(f"{tenant}/{conversation}", execution, session, window)
        self.state = fold(start, ((decode(record.data), record.fence) for record in claim.events))
        self._committed = self.state
        self._events: list[AnyEvent] = []
        self._take = 0
        self._blobs: dict[str, bytes] = {}
        if self.state.number == 1:
            limits = runtime.limits(tenant)
            began = TurnStarted(
                team=runtime.team.version,
                limits=limits,
                customer=claim.customer,
                recalls=runtime.recall is not None,
                tokens_by=runtime.packer.counts_by,
                at=runtime.clock.now().isoformat(),
            )
            self.add((began,))

    @property
    def asked(self) -> Asked:
        """On whose behalf an action is performed."""
        return Asked(self.scope, self.fence, self.named, self.stop)

    def add(
        self,
        events: Sequence[AnyEvent],
        *,
        take: int = 0,
        blobs: Mapping[str, bytes] | None = None,
        named: Named | None = None,
    ) -> None:
        """Apply events now; the next flush commits them."""
        for event in events:
            self._events.append(event)
            self.state = apply(self.state, event, self.fence)
        self._take += take
        self.inbox = self.inbox[take:]
        self._blobs.update(blobs or {})
        self.named = named or self.named

    async def flush(self) -> bool:
        """Commit what has gathered; True when the store refused a part of it and the state has changed.

        *Raises*: StaleFence when this worker lost the execution, the conversation or its epoch.
        """
        if not self._events:
            return False
        label = ",".join(event.kind for event in self._events)
        self.runtime.reach(f"before commit {label}")
        status = await self._commit(quiet=self._intends())
        if status == "inbox" and self._is_free_to_act():
            status = await self._commit(quiet=False)
        if status == "inbox":
            self._make_room()
            await self.flush()
            return True
        if status not in ("ok", "repeated"):
            raise StaleFence(f"commit {label} of {self.execution} was refused: {status}")
        self.runtime.reach(f"after commit {label}")
        self._committed = self.state
        self._events, self._take, self._blobs = [], 0, {}
        return False

    def _intends(self) -> bool:
        return self.state.approved is None and any(isinstance(event, CallIntended) for event in self._events)

    def _is_free_to_act(self) -> bool:
        """What waits is a person's decision on something else: only the customer's words supersede an effect."""
        said = any(isinstance(item, CustomerSaid) for item in self.inbox[self._take :])
        return self._intends() and not said and not any(isinstance(event, Ended) for event in self._events)

    def _epoch(self) -> int | None:
        """Results are recorded whoever holds the conversation now; messages and intents only under its epoch."""
        results = all(isinstance(event, CallFinished | AttemptFailed) for event in self._events)
        return None if results else self.epoch

    async def _commit(self, *, quiet: bool) -> str:
        ended = next((event.status for event in self._events if isinstance(event, Ended)), None)
        hashes, index = side_writes(self._events, self, self.runtime)
        committed = await self.runtime.journal.commit(
            self.tenant,
            self.conversation,
            self.execution,
            fence=self.fence,
            epoch=self._epoch(),
            number=self._committed.number,
            commit_id=uuid.uuid4().hex,
            records=[self._record(event) for event in self._events],
            session=self.state.session.changes(self._committed.session),
            hashes=hashes,
            blobs=self._blobs,
            index=index,
            take=self._take,
            quiet=quiet,
            status=ended,
        )
        self.inbox = tuple(decode(item) for item in committed.inbox)
        return committed.status

    def _record(self, event: AnyEvent) -> tuple[str, bytes, bytes | None]:
        line = line_of(event, self.execution)
        return event.log, encode(event), line.encoded() if line else None

    def _make_room(self) -> None:
        """A message waits: drop the end, supersede intents not yet begun, fold again, and take the message in."""
        waiting, taken, events = self.inbox, self._take, self._events
        self.state, self._events, self._take, self.inbox = self._committed, [], 0, ()
        for event in events:
            if isinstance(event, CallIntended):
                opened = next(o for o in self.state.open if o.call.id == event.call_id)
                self.add((superseded(self.state, opened),))
            elif not isinstance(event, Ended):
                self.add((event,))
        self._take, self.inbox = taken, waiting[taken:]
        if ends := [event for event in events if isinstance(event, Ended)]:
            self._go_on_after(ends[0])

    def _go_on_after(self, end: Ended) -> None:
        """The end was put off for what waits; if none of that is news, it is the end all the same."""
        while self.inbox:
            item = self.inbox[0]
            if is_news(self.state, item):
                self.stop.pressed = False  # it was for what went before
                return self.add((item,), take=1)
            self.add((), take=1)
        return self.add((end,))

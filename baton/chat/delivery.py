"""Live pages: a conversation, not a socket, is what is delivered to.

One follower per conversation with open pages reads its log and speaks to the room of its sockets. A page that opens is
sent the whole conversation first and joins the room in the same breath, so it misses nothing; what it is sent twice
carries the same ids and is one step on the page.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from baton.chat.ports import ConversationLog, Feed
from baton.chat.steps import Transcript, steps_of
from baton.chat.thumbs import thumbs_of
from handoffs.agent import Team
from handoffs.ports import Stored
from memory.session.types import Draft

if TYPE_CHECKING:
    from chainlit.step import StepDict

log = logging.getLogger(__name__)
CROSSING_S = 5.0  # pages that speak within it may have crossed each other
Speak = Callable[[str, object, str], Awaitable[None]]  # event, payload, room


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A message submitted but not yet taken in, and the page that sent it."""

    steps: list[StepDict]
    sender: str


@dataclass(kw_only=True)
class Live:
    """One conversation with open pages. ``waiting`` goes by message id; ``speaker`` is the page heard last."""

    tenant: str
    conversation: str
    transcript: Transcript
    sockets: set[str] = field(default_factory=set[str])
    waiting: dict[str, Waiting] = field(default_factory=dict[str, Waiting])
    speaker: str = ""
    crossing_until: float = 0.0
    draft: StepDict | None = None
    follower: asyncio.Task[None] | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def room(self) -> str:
        return f"{self.tenant}/{self.conversation}"

    @property
    def is_over(self) -> bool:
        return not self.sockets and not self.waiting

    @property
    def busy(self) -> bool:
        return self.transcript.running or bool(self.waiting)


class Delivery:
    """Sends what is committed, and what is being written, to every page of the conversation."""

    def __init__(self, store: ConversationLog, feed: Feed, team: Team, speak: Speak) -> None:
        self._store = store
        self._feed = feed
        self._team = team
        self._speak = speak
        self._live: dict[str, Live] = {}

    async def open(self, socket: str, tenant: str, conversation: str, join: Callable[[str], Awaitable[None]]) -> bool:
        """Send the page all there is and let it join; answers whether there was anything.

        *Raises*: handoffs.errors.Unavailable while the store is away; the page may ask again.
        """
        live = self._live.setdefault(
            f"{tenant}/{conversation}",
            Live(tenant=tenant, conversation=conversation, transcript=self._transcript(tenant, conversation)),
        )
        live.sockets.add(socket)
        async with live.lock:
            records = await self._store.read(tenant, conversation)
            if socket not in live.sockets:  # it left while we read
                return False
            seen = self._transcript(tenant, conversation)
            steps = steps_of(seen, records, await thumbs_of(self._store, tenant, conversation) if records else {})
            if live.follower is None:
                live.transcript = seen
                live.follower = asyncio.create_task(self._follow(live), name=f"follow {live.room}")
            shown = {step.get("id") for step in steps}
            steps += [step for name, each in live.waiting.items() if name not in shown for step in each.steps]
            steps += [live.draft] if live.draft else []
            await join(live.room)
            if steps:
                await self._speak("resume_thread", _thread(conversation, steps), socket)
                await self._speak("task_start" if live.busy else "task_end", {}, socket)
        return bool(steps)

    async def close(self, socket: str, tenant: str, conversation: str) -> None:
        """The page is gone. The last one ends the follower, not the work; a message that waits is remembered."""
        if live := self._live.get(f"{tenant}/{conversation}"):
            live.sockets.discard(socket)
            await self._end_if_over(live)

    def expect(self, socket: str, tenant: str, conversation: str, message_id: str, text: str) -> None:
        """A message is about to be submitted: pages that open from now on show it, taken in or not."""
        if live := self._live.get(f"{tenant}/{conversation}"):
            steps = live.transcript.waiting(message_id, text, _now_ms())
            live.waiting[message_id] = Waiting(steps=steps, sender=socket)

    async def forget(self, tenant: str, conversation: str, message_id: str) -> None:
        """The message was not taken after all."""
        if live := self._live.get(f"{tenant}/{conversation}"):
            live.waiting.pop(message_id, None)
            await self._end_if_over(live)

    async def submitted(self, tenant: str, conversation: str, message_id: str) -> None:
        """Show an expected message on every page of its conversation, unless it is taken in and shown already."""
        live = self._live.get(f"{tenant}/{conversation}")
        if live and message_id in live.waiting:
            await self._speak("task_start", {}, live.room)
            await self._show(live, live.waiting[message_id].steps)

    async def stop(self) -> None:
        """End all followers; pages reconnect to whoever serves next."""
        lives, self._live = list(self._live.values()), {}
        for live in lives:
            await _end(live)

    async def _end_if_over(self, live: Live) -> None:
        if live.is_over:
            self._live.pop(live.room, None)
            await _end(live)

    def _transcript(self, tenant: str, conversation: str) -> Transcript:
        return Transcript(tenant, conversation, self._team)

    async def _follow(self, live: Live) -> None:
        while True:
            try:
                async for found in self._feed.follow(live.tenant, live.conversation, after_seq=live.transcript.seq):
                    async with live.lock:
                        await (self._draft(live, found) if isinstance(found, Draft) else self._record(live, found))
                    if live.is_over:
                        self._live.pop(live.room, None)
                        return
            except Exception:
                log.exception("the page of %s fell behind; reading on in a second", live.room)
                await asyncio.sleep(1)

    async def _record(self, live: Live, record: Stored) -> None:
        if record.seq <= live.transcript.seq:
            return
        was_busy = live.busy
        steps = live.transcript.take(record)
        for message in (step for step in steps if step.get("type") == "user_message"):
            await self._put_last(live, message)
        await self._show(live, steps)
        if live.draft and live.draft.get("id") in {step.get("id") for step in steps}:
            live.draft = None
        elif not live.transcript.running or any(step.get("type") == "assistant_message" for step in steps):
            await self._withdraw(live)
        if live.busy != was_busy:
            await self._speak("task_start" if live.busy else "task_end", {}, live.room)

    async def _put_last(self, live: Live, message: StepDict) -> None:
        """A page shows its own words at once, maybe above another page's that came first: they are put right here."""
        waited = live.waiting.pop(message.get("id", ""), None)
        sender, now = waited.sender if waited else "", time.monotonic()
        if live.speaker not in ("", sender):
            live.crossing_until = now + CROSSING_S
        if waited and now < live.crossing_until:
            await self._speak("delete_message", message, live.room)  # and shown again as the last
        live.speaker = sender

    async def _draft(self, live: Live, draft: Draft) -> None:
        if draft.text is None:
            await self._withdraw(live)
        if draft.text is None or not live.transcript.expects(draft):
            return
        *opened, step = live.transcript.draft(draft, _now_ms())
        await self._show(live, opened)
        if live.draft and live.draft.get("id") == step.get("id"):
            text = {"id": step.get("id"), "token": draft.text, "isSequence": True, "isInput": False}
            await self._speak("stream_token", text, live.room)
        else:
            await self._withdraw(live)
            await self._speak("stream_start", step, live.room)
        live.draft = step

    async def _withdraw(self, live: Live) -> None:
        if live.draft:
            await self._speak("delete_message", live.draft, live.room)
        live.draft = None

    async def _show(self, live: Live, steps: list[StepDict]) -> None:
        for step in steps:
            await self._speak("new_message", step, live.room)


def _now_ms() -> int:
    return int(time.time() * 1000)


def _thread(conversation: str, steps: list[StepDict]) -> dict[str, object]:
    return {"id": conversation, "steps": steps, "elements": [], "metadata": {}}


async def _end(live: Live) -> None:
    if live.follower:
        live.follower.cancel()
        with suppress(asyncio.CancelledError):
            await live.follower

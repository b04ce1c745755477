"""Facts are asked for at their source before they are used, once they have not been verified for a while."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from memory.errors import StoreError
from memory.longterm.item import CustomerScope, Memory, memory_id
from memory.longterm.kinds import LIFETIMES
from memory.longterm.ports import MemoryStore, Verified, Verifier, Where
from memory.longterm.stages import Candidate
from memory.longterm.supersession import current, retirement, said_digest, same_value
from memory.longterm.write import Writer

log = logging.getLogger(__name__)
_SOURCE = "verification"


class Reverification:
    """The last stage of recall: of what is about to be used, each value is the present one, or says that it may not be.

    ``verifiers`` are found by a memory's key. *Units*: ``timeout_s`` for each question; all are asked at once.
    """

    def __init__(
        self, store: MemoryStore, writer: Writer, verifiers: Mapping[str, Verifier], *, timeout_s: float
    ) -> None:
        self._store = store
        self._writer = writer
        self._verifiers = verifiers
        self._timeout_s = timeout_s

    async def __call__(
        self, scope: CustomerScope, candidates: Sequence[Candidate], now: datetime
    ) -> Sequence[Candidate]:
        """The same candidates in the same order, with what their sources say of them."""
        settled = _newest_kept(candidates)
        due = [one.memory for one in settled if one.is_kept and is_due(one.memory, now)]
        answers = await asyncio.gather(*(self._ask(scope, memory) for memory in due))
        answered = {memory.id: answer for memory, answer in zip(due, answers, strict=True)}
        return [
            await self._judged(scope, one, answered[one.memory.id], now) if one.memory.id in answered else one
            for one in settled
        ]

    async def _ask(self, scope: CustomerScope, memory: Memory) -> Verified:
        if (verifier := self._verifiers.get(memory.key)) is None:
            return Verified("unknown")
        try:
            async with asyncio.timeout(self._timeout_s):
                return await verifier(scope, memory.value)
        except Exception as fault:  # a source that breaks or dawdles must not cost the customer an answer
            log.warning("the source of %r could not be asked: %s", memory.key, type(fault).__name__)
            return Verified("unknown")

    async def _judged(self, scope: CustomerScope, asked: Candidate, answer: Verified, now: datetime) -> Candidate:
        old = asked.memory
        match answer.verdict:
            case "unknown":
                return asked._replace(note=f"could not be verified since {last_known(old):%Y-%m-%d}")
            case "gone":
                with suppress(StoreError):  # not written down: it is asked again next time
                    await self._store.amend(scope, [old.id], retirement(now))
                return asked._replace(verdict="no longer true, says its source")
            case "changed" if not same_value(answer.value, old.value):
                new = _with_value(old, answer.value, now)
                with suppress(StoreError):
                    if (await self._store.scan(scope, Where(ids=(old.id,)))).memories:  # not forgotten meanwhile
                        await self._writer.keep(scope, [new])
                return asked._replace(memory=new, note="updated from its source")
            case "changed" | "confirmed":
                with suppress(StoreError):
                    await self._store.amend(scope, [old.id], {"verified_at": now})
                return asked._replace(memory=replace(old, verified_at=now))


def is_due(memory: Memory, now: datetime) -> bool:
    """Whether its source is to be asked before the memory is used."""
    after = LIFETIMES[memory.kind].verify_after
    return after is not None and now - last_known(memory) > after


def last_known(memory: Memory) -> datetime:
    """When the source, or the customer, last said so."""
    return max(memory.verified_at or memory.confirmed_at, memory.confirmed_at)


def _newest_kept(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Two writers at once, or a crash, may have left two values of a customer's key unmarked: the older is not told,
    even where the newer is not kept."""
    owned = [one.memory for one in candidates if one.memory.customer]
    stale = {memory.id for memory in owned} - {memory.id for memory in current(owned)}
    return [
        one._replace(verdict="superseded meanwhile") if one.is_kept and one.memory.id in stale else one
        for one in candidates
    ]


def _with_value(old: Memory, value: str, now: datetime) -> Memory:
    return replace(
        old,
        id=memory_id(old.tenant, old.customer, _SOURCE, old.id),
        text=retold(old, value),
        value=value,
        source=_SOURCE,
        place=old.id,
        position=0,
        speaker="",
        conversation="",
        event="",
        said_at=now,
        confirmed_at=now,
        verified_at=now,
        digest=said_digest(old.kind, old.key, value, ""),
    )


def retold(old: Memory, value: str) -> str:
    """The old sentence with the new value where that is plain, else a new one: "Newsletter: yes"."""
    stated = re.compile(rf"(?<!\w){re.escape(old.value)}(?!\w)", re.IGNORECASE)
    if old.value and len(stated.findall(old.text)) == 1:
        return stated.sub(lambda _: value, old.text)
    return f"{old.key.replace('_', ' ').capitalize()}: {value}"

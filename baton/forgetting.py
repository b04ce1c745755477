"""Forgetting a customer everywhere: conversations, memories, what the shop was told, and the files that held them.

Tombstones come first, so that nothing that runs meanwhile writes anew; then what the shop was told and what was learnt;
the files are rewritten last. Done twice it is done once: after a crash, call it again.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from agents.shop import forgetting
from agents.shop.store import Shop
from baton.stores import in_our_words
from handoffs.errors import Unavailable
from handoffs.tool import Scope
from memory.errors import StoreError, StoreUnavailable
from memory.longterm.item import TenantScope
from memory.longterm.library import Library
from memory.longterm.ports import Where
from memory.session.redis_erasing import RedisErasing
from tracing.archive.audit import Audit

OURS = ("exports", "reports")  # folders of the data folder in which commands leave files


class Sidebar(Protocol):
    """What the chat lists of whose conversations."""

    async def forget(self, owners: Sequence[str], threads: Sequence[str]) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """What was there to forget: how many conversations, memories, rows of the shop and files of ours.

    ``left`` names what is still to be done, and why it could not be.
    """

    conversations: int
    memories: int
    shop_rows: int
    files: int
    left: tuple[str, ...] = ()

    def sentence(self) -> str:
        """For whoever asked, and for the audit: numbers, and nothing of the customer."""
        counts = (
            f"{self.conversations} conversations, {self.memories} memories, {self.shop_rows} notes and mails, "
            f"{self.files} files"
        )
        return "; ".join([counts, *(f"still to do: {what}" for what in self.left)])


@dataclass(frozen=True, kw_only=True)
class Forgetting:
    """All places where something of a customer may be."""

    erasing: RedisErasing
    sidebar: Sidebar
    library: Library | None  # None where nothing is remembered across conversations
    shop: Shop
    audit: Audit
    data_folder: Path
    caches: Sequence[Callable[[], None]] = ()  # emptied: whoever keeps texts in memory hands its emptying in

    async def forget(self, scope: Scope, *, names: Sequence[str], by: str, role: str, now: datetime) -> Forgotten:
        """Forget a customer. ``names`` are what files of ours may call them (id, e-mail); orders and invoices stay.

        *Raises*: Unavailable, StoreError: what was forgotten until then is gone, and calling again does the rest.
        """
        with in_our_words():
            conversations = await self.erasing.conversations(scope.tenant, scope.customer)
            meant = [*names, *conversations]  # files first: who else knows the ids of the conversations?
            files = await asyncio.to_thread(_forget_files, self.data_folder, meant)
            await self._forget_conversations(scope, names, conversations)
            shop_rows = await forgetting.forget_words(self.shop, scope)
        for empty in self.caches:
            empty()
        left: list[str] = []
        try:
            memories = await self._forget_memories(scope)
        except StoreError as error:
            memories = 0
            left.append(f"long-term memory, forget again when it is back ({error})")
        left += [each async for each in self._compacted()]
        forgotten = Forgotten(
            conversations=len(conversations),
            memories=memories,
            shop_rows=shop_rows,
            files=files,
            left=tuple(left),
        )
        await self.audit.note(
            at=now,
            tenant=scope.tenant,
            who=by,
            role=role,
            what="customer.forget",
            customer=scope.customer,
            detail=forgotten.sentence(),
        )
        return forgotten

    async def _forget_conversations(self, scope: Scope, names: Sequence[str], conversations: Sequence[str]) -> None:
        for conversation in conversations:
            await self.erasing.erase(scope.tenant, scope.customer, conversation)
        await self.sidebar.forget([f"{scope.tenant}:{name}" for name in names], conversations)

    async def _forget_memories(self, scope: Scope) -> int:
        if self.library is None:
            return 0
        return await self.library.forget(TenantScope(tenant=scope.tenant), Where(customer=scope.customer))

    async def _compacted(self) -> AsyncIterator[str]:
        """Rewrites the files; names those that cannot be. Each by itself: one refusal must not spare the others."""
        try:
            await forgetting.compact(self.shop)
        except Unavailable as error:
            yield f"rewrite the files of the shop's database ({error})"
        try:
            await self.erasing.compact()
        except StoreUnavailable as error:
            yield f"rewrite Redis's own files ({error})"


def _forget_files(folder: Path, names: Sequence[str]) -> int:
    """Delete the exports and reports of ours that name the customer; whoever needs the rest exports it again."""
    words = b"|".join(re.escape(name.encode()) for name in names if name)
    named = re.compile(rb"(?<![\w@-])(?:" + words + rb")(?![\w@-])")
    ours = (path for place in OURS for path in sorted((folder / place).rglob("*")) if path.is_file())
    held = [path for path in ours if words and (named.search(path.name.encode()) or named.search(path.read_bytes()))]
    for path in held:
        path.unlink()
    return len(held)

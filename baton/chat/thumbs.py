"""Thumbs: what a customer thought of one run of the agents; kept in the conversation's own slot of the store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from baton.chat.ports import ConversationLog

_HASH = "thumbs"


@dataclass(frozen=True, kw_only=True)
class Thumb:
    """One verdict. ``value`` is 1 for up, 0 for down."""

    run: str
    value: int
    comment: str | None = None


async def put_thumb(log: ConversationLog, tenant: str, conversation: str, thumb: Thumb) -> None:
    """Keep a thumb; a later one for the same run replaces it. *Raises*: Unavailable."""
    await log.put(tenant, conversation, _HASH, {thumb.run: json.dumps([thumb.value, thumb.comment])})


async def remove_thumb(log: ConversationLog, tenant: str, conversation: str, run: str) -> None:
    """Take a thumb back. *Raises*: Unavailable."""
    await log.put(tenant, conversation, _HASH, {run: None})


async def thumbs_of(log: ConversationLog, tenant: str, conversation: str) -> Mapping[str, Thumb]:
    """Every thumb of a conversation, by the run it judges. *Raises*: Unavailable."""
    found = await log.hash(tenant, conversation, _HASH)
    return {run: _thumb(run, data) for run, data in found.items()}


def _thumb(run: str, data: str) -> Thumb:
    value, comment = json.loads(data)
    return Thumb(run=run, value=value, comment=comment)

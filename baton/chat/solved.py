"""The customer's answer to "did this solve it?": kept in the conversation's own slot of the store; the last counts."""

from __future__ import annotations

from baton.chat.ports import ConversationLog

_HASH, _FIELD = "solved", "answer"
_YES, _NO = "yes", "no"


async def put_solved(log: ConversationLog, tenant: str, conversation: str, solved: bool) -> None:
    """Keep the answer. *Raises*: Unavailable."""
    await log.put(tenant, conversation, _HASH, {_FIELD: _YES if solved else _NO})


async def solved_of(log: ConversationLog, tenant: str, conversation: str) -> bool | None:
    """The answer; None while there is none. *Raises*: Unavailable."""
    answer = (await log.hash(tenant, conversation, _HASH)).get(_FIELD)
    return None if answer is None else answer == _YES

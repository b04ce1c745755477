"""A reply to an open question with all that is known of it, and which matters are as good as the same."""

from __future__ import annotations

from dataclasses import dataclass

from agents.models.offline.hearing import Heard
from agents.models.offline.replies import Said
from agents.models.offline.state import Pending, Task
from agents.models.offline.talk import Talk

REMEDIES = ("refund_me", "duplicate_charge", "refund_options", "replacement", "return_item", "cancel_order")
_SAME = (
    {"refund_me", "duplicate_charge", "refund_options"},
    {"replacement", "faulty"},
    {"order_address", "account_address"},
    {"send_invoice", "find_invoice"},
    {"track_order", "list_orders"},
    {"reset_password", "unlock_account"},
)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the customer answered: mended words, yes or no, and the requests heard in it."""

    talk: Talk
    text: str
    pending: Pending
    said: Said
    heard: tuple[Heard, ...]

    @property
    def task(self) -> Task:
        return self.pending.task

    @property
    def sure(self) -> list[Heard]:
        """Requests that telling words name and that are not the open matter itself."""
        return [one for one in self.heard if one.real and one.sure and not alike(one.task.matter, self.task.matter)]


def alike(one: str, other: str) -> bool:
    """Whether two matters are the same to a customer."""
    return one == other or any(one in same and other in same for same in _SAME)

"""The sentences that stand between the answers: what was done, who took over, what waits for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from baton.chat.results import readable
from handoffs.events import (
    AnyEvent,
    ApprovalRequested,
    ApprovalSettled,
    CallFinished,
    DoubtSettled,
    Escalated,
    HandedIn,
)

_RUNTIME_TOOLS = ("ask_for_person", "remember_preference", "recall")
_SHOWN_OUTCOMES = ("ok", "error", "repeated", "in_doubt", "failed")  # what is pending has a notice of its own
_ENDINGS = {
    "repeated": " (already done, not done again)",
    "in_doubt": " (not certain: a colleague checks)",
    "failed": " (did not work)",
}
_ICONS = {"read": "search", "write": "pencil-line", "money": "wallet"}


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One quiet line. ``icon`` is a name of lucide's; ``details`` unfold below it, as Markdown."""

    text: str
    icon: str
    details: str = ""
    is_error: bool = False


def call_notice(event: CallFinished) -> Notice | None:
    """A tool call in plain words, or None where it is the runtime's own business."""
    if event.tool.startswith("transfer_to_") or event.tool in _RUNTIME_TOOLS or event.outcome not in _SHOWN_OUTCOMES:
        return None
    return Notice(
        text=event.title + _ENDINGS.get(event.outcome, ""),
        icon=_ICONS.get(event.effect, "search"),
        details=readable(event.content),
        is_error=event.outcome in ("failed", "in_doubt"),
    )


def notice_of(event: AnyEvent, names: Mapping[str, str]) -> Notice | None:
    """The line that an event puts into the conversation, if any. ``names`` are the agents' display names."""
    match event:
        case HandedIn():
            return Notice(
                text=f"{names.get(event.agent, event.agent)} takes over{_because(event.reason)}", icon="shuffle"
            )
        case Escalated():
            return Notice(text=f"Passed to a person: {event.number}", icon="user-round")
        case ApprovalRequested():
            return Notice(text=f"Waits for a colleague: {event.title} ({event.number})", icon="clock")
        case ApprovalSettled():
            return _settled(event)
        case DoubtSettled():
            did = "it was done" if event.happened else "it was not done"
            return Notice(text=f"A colleague checked: {did}", icon="badge-check")
        case _:
            return None


def _settled(event: ApprovalSettled) -> Notice:
    what = f"{event.request.title} ({event.request.number})"
    match event.verdict:
        case "approved":
            return Notice(text=f"A colleague approved: {what}", icon="badge-check")
        case "rejected":
            return Notice(text=f"A colleague declined: {what}{_because(event.reason)}", icon="badge-x")
        case "expired":
            return Notice(text=f"Nobody could approve in time: {what}", icon="clock")


def _because(reason: str) -> str:
    words = " ".join(reason.split()).rstrip(".")
    return f": {words}" if words else ""

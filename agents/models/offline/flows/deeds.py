"""What was done already, what a person has yet to decide, and what they decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from agents.models.offline import wording
from agents.models.offline.hearing import Heard
from agents.models.offline.patterns import any_of
from agents.models.offline.replies import is_empty, said
from agents.models.offline.scene import Decided
from agents.models.offline.talk import Talk

_PROGRESS = any_of(
    r"\b(?:any news|any update|did (?:it|that) (?:go|work|get)|go(?:ne)? through|has (?:it|that|this) been|how far)\b",
    r"\bwhat (?:happens|comes)? ?(?:now|next)\b",
    r"\bis (?:someone|somebody|anyone|anybody) (?:looking|checking|working|on)\b",
    r"\bis (?:it|that|this|the \w+|my \w+) (?:\w+ )?(?:done|closed|ordered|approved|decided|settled|placed|now)\b",
    r"\b(?:who|when|how long)\b.*\b(?:approv\w*|sign\w*|decid\w*|review\w*)\b|\bapproved yet\b",
)


def news(talk: Talk) -> list[str]:
    """What a person decided on an approval, told once."""
    told: list[str] = []
    for decided in talk.scene.news:
        what = decided.sentence.rstrip(".") or decided.what
        reason = f" The reason: {decided.reason}" if decided.reason else ""
        match decided.status:
            case "approved":
                lead = f"Good news: a colleague approved request **{decided.number}** ({what})."
                told.append(f"{lead} {_what_now(decided)}")
            case "rejected":
                told.append(
                    f"A colleague looked at request **{decided.number}** ({what}) and did not approve it.{reason}"
                )
            case "expired":
                told.append(
                    f"Request **{decided.number}** ({what}) was not decided in time and has expired. I can ask "
                    "again if you like."
                )
        deeds = tuple(
            deed.model_copy(update={"waiting": False})
            for deed in talk.state.done
            if decided.status == "approved" or not deed.waiting
        )
        talk.state = talk.state.having(done=deeds)
    return told


def _what_now(decided: Decided) -> str:
    """What an approval brought, and what the customer sees of it next."""
    got = decided.result or {}
    if decided.what == "refund":
        return "The money is on its way back to the way you paid; the bank needs 5 to 7 working days."
    if decided.what == "order" and "order_id" in got:
        when = (
            f" and should arrive on {wording.day(date.fromisoformat(str(got['expected_on'])))}"
            if got.get("expected_on")
            else ""
        )
        return f"Your order is **{got['order_id']}**{when}."
    if decided.what == "close_account":
        return "Your account is closed now; thank you for the time you were with us."
    return "It is done."


def still_waiting(talk: Talk, text: str) -> str:
    """How it stands with what a person has to approve, where the customer asks for that; "" elsewhere."""
    waiting = talk.facts.pending_approvals
    if not waiting or not _PROGRESS.search(text):
        return ""
    last = waiting[-1]
    return talk.vary(
        f"Not yet: request **{last.number}** is still with a colleague, who has to approve it first. You will see the "
        "decision here.",
        f"A person from our team decides on request **{last.number}**; until then nothing happens, and you need not do "
        "anything.",
    )


def already_done(talk: Talk, text: str, heard: Sequence[Heard]) -> str:
    """A late yes to what is done already is answered by that, never by doing it again."""
    reply = said(text)
    own = all(not one.real or not one.sure for one in heard)
    if reply.verdict == "yes" and (
        own or is_empty(reply.rest) or (len(heard) == 1 and heard[0].task.matter in _doers(talk))
    ):
        deed = talk.state.done[-1]
        if deed.waiting:
            return (
                f"That is on its way: I have {deed.said}, and a person decides on it. Nothing more is needed from you."
            )
        return f"That is taken care of: I have {deed.said}. Is there anything else?"
    return ""


def _doers(talk: Talk) -> tuple[str, ...]:
    """The matters that the last deed settled."""
    settles = {
        "refund_payment": ("refund_me", "duplicate_charge"),
        "request_return": ("return_item",),
        "unlock_account": ("unlock_account",),
        "cancel_order": ("cancel_order",),
        "send_replacement": ("replacement",),
        "correct_invoice": ("correct_invoice",),
        "resend_invoice": ("send_invoice", "find_invoice"),
        "reset_password": ("reset_password",),
        "set_newsletter": ("newsletter",),
        "make_quote": ("quote",),
        "close_account": ("close_account",),
        "change_order_quantity": ("change_order",),
        "change_delivery_option": ("change_delivery",),
        "change_order_address": ("order_address",),
    }
    return settles.get(talk.state.done[-1].tool, ())

"""What concerns the conversation itself: a person, preferences, small talk, what this assistant cannot do."""

from __future__ import annotations

import re

from agents.models.offline import asking
from agents.models.offline.flows import help
from agents.models.offline.flows.refund_status import where_is_refund
from agents.models.offline.preferences import wishes_of
from agents.models.offline.slots import REFUND_ID
from agents.models.offline.state import Task
from agents.models.offline.talk import Ended, Talk
from agents.shop.results.account import TicketOpened

CAN_DO = "orders and deliveries, returns, payments, refunds and invoices, your account, and our products"


def person(talk: Talk, task: Task) -> str:
    """Ask for a person at once; once asked, the number is told again."""
    if talk.state.escalation:
        return (
            f"A colleague has your conversation already, as number **{talk.state.escalation}**. You can go on "
            "writing here meanwhile."
        )
    reason = f'The customer asks for a person: "{" ".join(talk.scene.texts)[:300]}"'
    number = str(talk.call("ask_for_person", reason=reason).get("escalation", ""))
    talk.state = talk.state.having(escalation=number, pending=None, paused=())
    return (
        "Of course. A person has been asked and will see all of this conversation; your number is "
        f"**{number}**. You can go on writing here."
    )


_COMPLAINT = re.compile(r"\b(?:complain\w*|complaint|feedback|review|report|claim|on record)\b", re.I)


def complain(talk: Talk, task: Task) -> str:
    """Leave the customer's words with the staff as a note, after a yes; mere anger is answered as such."""
    details = str(task.slots.get("details") or (task.text if len(task.text.split()) > 6 else ""))
    if not details and not _COMPLAINT.search(task.text):
        return chat("frustration", talk)
    talk.stay_with("open_ticket")
    task = task.with_slots(details=details) if details else task
    if not details:
        raise asking.ask(
            task, "What would you like me to write down for the staff?", about="your note to the staff", slot="details"
        )
    asking.confirm(
        task,
        f'I would leave this note with our staff, who answer by mail: "{details[:300]}". Shall I send it?',
        "your note to the staff",
    )
    kind = "question" if task.matter == "review" else "complaint"
    done = talk.act(
        TicketOpened,
        "open_ticket",
        "left your note with the staff",
        subject=details[:80],
        details=details[:1000],
        kind=kind,
    )
    return f"Done: your note is with the staff as **{done.ticket_id}**; they answer by mail."


def planted(talk: Talk, task: Task) -> str:
    """Instructions inside a message change nothing; a real matter in it is looked up in our own records."""
    said = talk.vary(
        "I can't follow instructions like that: I only work on your own account, and every change is confirmed "
        "with you first.",
        "That is nothing I can do or show; I stay with your own account and our records.",
    )
    if REFUND_ID.search(task.text):
        talk.state = talk.state.having(matter="refund_status")
        return f"I only go by our own records. {where_is_refund(talk, task)}"
    return f"{said} If something is wrong with an order or a payment, tell me which one."


MENTIONS = 0.5  # of what was asked about, in a passage that recall found near enough


def decline(talk: Talk, task: Task) -> str:
    """Say plainly that this is not possible here, and what is; unless the shop's own knowledge has an answer."""
    if (told := help.known(talk, task, covers=MENTIONS)) is not None:
        return told
    talk.state = talk.state.having(puzzled=talk.state.puzzled + 1)
    if talk.state.puzzled > 2:
        raise asking.offer_person(talk, "I'm not getting what you need, sorry")
    return talk.vary(
        f"That is outside what I can do. I can help with {CAN_DO}.",
        f"I'm afraid I can't help with that one. What I know about: {CAN_DO}.",
        "Sorry, not that either. Ask me about an order, a payment or a product, or say that you want a person.",
    )


_CHAT = {
    "greeting": ("Hello{name}! What can I do for you?", "Hi again{name}. What is it about?"),
    "thanks": ("You're welcome{name}.", "Gladly. Anything else?", "Any time."),
    "goodbye": ("Goodbye{name}, and thank you for writing.", "Take care{name}."),
    "robot": (
        "I'm an automated assistant, not a person: I look things up and do what you confirm. If you would "
        "rather have a person, just say so.",
        "Yes, a program. A person is one word away: just ask for one.",
    ),
    "abilities": (f"I can help with {CAN_DO}. Anything that changes something is confirmed with you first.",),
    "compliment": ("Thank you{name}, that is kind. Anything else I can do?", "Glad to hear it."),
    "insult": (
        "I'm sorry that you are this unhappy with us. Tell me what went wrong, and I will see what can be done.",
        "I understand that you are angry. Shall I ask a colleague to take over?",
    ),
    "frustration": (
        "I'm sorry about the trouble. Tell me what went wrong, and I will see what can be done.",
        "I understand that this is tiring. Shall I ask a colleague to take over?",
    ),
}


def _name(talk: Talk) -> str:
    """What to call the customer: the name they asked for, or their first name."""
    return wishes_of(talk.facts.preferences).name or talk.facts.customer.get("name", "").split(" ")[0]


def chat(kind: str, talk: Talk) -> str:
    """Small talk: answered without moving; anger is acknowledged once, then a person is offered."""
    name = _name(talk)
    wordings = [wording.format(name=f" {name}" if name and "Hello" in wording else "") for wording in _CHAT[kind]]
    if kind in ("insult", "frustration"):
        talk.state = talk.state.having(upset=talk.state.upset + 1)
        if talk.state.upset > 1:
            raise Ended(wordings[-1], asking.person_pending())
        return wordings[0]
    return talk.vary(*wordings)

"""Questions that end a flow: a confirmation, something missing, an offer. All leave a pending question behind."""

from __future__ import annotations

from collections.abc import Sequence

from agents.models.offline.state import Pending, Task, Thing, Value
from agents.models.offline.talk import Ended, Talk


def confirm(task: Task, question: str, about: str, options: Sequence[Thing] = ()) -> None:
    """Go on only if the customer said yes to this; else ask. *Shape*: the question names effect, amount, object."""
    if not task.confirmed:
        raise Ended(question, Pending(asking="confirm", task=task, about=about, options=tuple(options)))


def ask(task: Task, question: str, *, about: str, slot: str, options: Sequence[Thing] = ()) -> Ended:
    """Ask for what is missing."""
    asking = "choose" if options else "slot"
    return Ended(question, Pending(asking=asking, task=task, about=about, slot=slot, options=tuple(options)))


def offer(text: str, matter: str, about: str, **slots: Value) -> Ended:
    """Say something, and leave an offer open that a yes takes up."""
    return Ended(text, Pending(asking="offer", task=Task(matter=matter, slots=slots), about=about))


def person_offer(talk: Talk, why: str) -> str:
    """The offer of a person, in words."""
    return talk.vary(f"{why}. Would you like a person to look at it?", f"{why}. Shall I ask a colleague to take over?")


def person_pending() -> Pending:
    """The open offer of a person."""
    return Pending(asking="offer", task=Task(matter="person"), about="whether a person should take over")


def offer_person(talk: Talk, why: str) -> Ended:
    """End with the offer of a person."""
    return Ended(person_offer(talk, why), person_pending())

"""The dialogue state: explicit, small, kept in the session as JSON. It survives reload, restart and handoff."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

Value = str | int | bool
Act = Literal["question", "command", "statement"]
Asking = Literal["confirm", "choose", "slot", "offer"]
ThingKind = Literal["order", "product", "invoice", "method", "matter"]

SHOWN_MOST = 10
DONE_MOST = 12
PAUSED_MOST = 3
SAID_MOST_CHARS = 1_500


class Frozen(BaseModel):
    """Base of all that is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Thing(Frozen):
    """Something that was shown or named: ``id`` is what a tool takes, ``words`` are what a customer may call it."""

    kind: ThingKind
    id: str
    words: str = ""


class Task(Frozen):
    """One matter to do: what it is, the customer's words for it, and the slots known so far.

    ``confirmed`` is true only where the customer said an unambiguous yes to the question that named the effect.
    """

    matter: str
    text: str = ""
    act: Act = "command"
    slots: dict[str, Value] = {}
    confirmed: bool = False

    def with_slots(self, **slots: Value) -> Task:
        return self.model_copy(update={"slots": {**self.slots, **slots}})


class Pending(Frozen):
    """An open question. ``about`` completes "We were still at …"; ``asked`` counts how often it was put.

    A ``choose`` has options; picking one sets ``slot`` of the task (kind "matter": picks another task).
    """

    asking: Asking
    task: Task
    about: str
    slot: str = ""
    options: tuple[Thing, ...] = ()
    asked: int = 1


class Deed(Frozen):
    """An effect of this conversation. ``waiting`` means that a person has to approve it first."""

    tool: str
    slots: dict[str, Value]
    said: str
    waiting: bool = False


class DialogueState(Frozen):
    """All that the offline model knows between two turns, beside what the request shows.

    The first ``together`` of ``shown`` were shown as one list; ``dropped`` is the question that a no has just ended.
    """

    pending: Pending | None = None
    paused: tuple[Pending, ...] = ()
    dropped: Pending | None = None
    queue: tuple[Task, ...] = ()
    shown: tuple[Thing, ...] = ()
    together: int = 0
    focus: Thing | None = None
    matter: str = ""
    done: tuple[Deed, ...] = ()
    unknown_id: str = ""
    upset: int = 0
    puzzled: int = 0
    escalation: str = ""
    said: str = ""

    def listed(self, kind: ThingKind) -> list[Thing]:
        """What was shown together last, of one kind."""
        return [thing for thing in self.shown[: self.together] if thing.kind == kind]

    def deed(self, tool: str, **slots: Value) -> Deed | None:
        """The last deed of that kind in this conversation, if there is one."""
        fits = [deed for deed in self.done if deed.tool == tool and slots.items() <= deed.slots.items()]
        return fits[-1] if fits else None

    def having(self, **changes: object) -> DialogueState:
        return self.model_copy(update=changes)


class Step(Frozen):
    """A call of this turn with its answer, both as JSON text."""

    id: str
    tool: str
    arguments: str
    answer: str


class Carry(Frozen):
    """What is handed to the next call: the state at the start of the turn, and what the turn learnt before a handoff.

    ``visited`` are the agents that had control in this turn; both are empty between turns.
    """

    state: DialogueState = DialogueState()
    steps: tuple[Step, ...] = ()
    visited: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str | None) -> Carry:
        """The carry that was answered before; an unreadable one (of another version) starts anew."""
        try:
            return cls.model_validate_json(text) if text else cls()
        except ValidationError:
            return cls()

    def written(self) -> str:
        return self.model_dump_json(exclude_defaults=True)

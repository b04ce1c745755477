"""Session memory as the runtime sees it: what outlives an execution and stands in the conversation's session hash."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import TypeVar

PREFERENCES_MOST = 30
MATTERS_MOST = 5
DONE_MOST = 30
IN_DOUBT = "in doubt"  # stands in ``warned``: nobody knows whether it happened, so it is not tried again
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """An effect of this conversation, done or IN_DOUBT.

    ``warned`` is the execution in which an equal wish was sent back for a fresh yes.
    """

    content: str
    execution: str
    warned: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pending:
    """An approval that a person has not settled yet."""

    what: str
    sentence: str
    tool: str
    arguments_hash: str
    execution: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """What the agents share of one conversation.

    ``preferences`` were stated in this conversation, ``known`` ones in earlier ones.
    ``person`` is the number under which the customer waits for one; ``carry`` is the model's own opaque state.
    """

    agent: str = ""
    name: str = ""
    preferences: dict[str, str]
    known: dict[str, str] = field(default_factory=dict[str, str])
    heard: dict[str, str] = field(default_factory=dict[str, str])  # when each was, in ISO 8601
    known_heard: dict[str, str] = field(default_factory=dict[str, str])
    open_matters: tuple[str, ...] = ()
    person: str = ""
    person_turn: str = ""
    turn: str = ""  # the execution that runs, and the one before it
    turn_before: str = ""
    pending: dict[str, Pending]
    done: dict[str, Done]
    carry: str | None = None

    @classmethod
    def of(cls, stored: dict[str, str]) -> Session:
        """The session from the store's fields; absent fields are empty."""
        pending: dict[str, list[str]] = json.loads(stored.get("pending", "{}"))
        done: dict[str, list[str]] = json.loads(stored.get("done", "{}"))
        return cls(
            agent=stored.get("agent", ""),
            name=stored.get("name", ""),
            preferences=json.loads(stored.get("preferences", "{}")),
            known=json.loads(stored.get("known", "{}")),
            heard=json.loads(stored.get("heard", "{}")),
            known_heard=json.loads(stored.get("known_heard", "{}")),
            person=stored.get("person", ""),
            person_turn=stored.get("person_turn", ""),
            turn=stored.get("turn", ""),
            turn_before=stored.get("turn_before", ""),
            open_matters=tuple(json.loads(stored.get("open_matters", "[]"))),
            pending={
                number: Pending(what=row[0], sentence=row[1], tool=row[2], arguments_hash=row[3], execution=row[4])
                for number, row in pending.items()
            },
            done={key: Done(content=row[0], execution=row[1], warned=row[2]) for key, row in done.items()},
            carry=stored.get("carry"),
        )

    @property
    def wishes(self) -> dict[str, str]:
        """All preferences that hold: of two values the one heard last, here or in another conversation."""
        later = {key for key in self.known if self.known_heard.get(key, "") > self.heard.get(key, "")}
        return {**self.known, **{key: value for key, value in self.preferences.items() if key not in later}}

    def changes(self, before: Session) -> dict[str, str | None]:
        """The fields to write so that the store holds ``self`` where it held ``before``."""
        return {
            each.name: self._encoded(each.name)
            for each in fields(self)
            if getattr(self, each.name) != getattr(before, each.name)
        }

    def _encoded(self, name: str) -> str | None:
        value = getattr(self, name)
        if value is None or isinstance(value, str):
            return value
        if name == "pending":
            value = {n: [p.what, p.sentence, p.tool, p.arguments_hash, p.execution] for n, p in self.pending.items()}
        elif name == "done":
            value = {key: [d.content, d.execution, d.warned] for key, d in self.done.items()}
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def newest(items: dict[str, T], most: int) -> dict[str, T]:
    """The newest ``most`` items of a dict in insertion order."""
    return dict(list(items.items())[-most:])

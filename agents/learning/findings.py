"""Everything that a message teaches, guarded: no secrets, no instructions, nothing sensitive unasked, one for a key."""

from __future__ import annotations

from typing import Final

from agents.learning.facts import facts
from agents.learning.guard import objection
from agents.learning.preferences import preferences, tells_too_much
from agents.learning.sentences import Statement, statements
from agents.learning.turn import Finding

_DENIES: Final = ("not ", "no ")


def findings(text: str) -> tuple[Finding, ...]:
    """What the customer's message says that holds beyond it; the last word on a key counts."""
    said = [statement for statement in statements(text) if objection(statement.text) is None]
    kept: dict[str, Finding] = {}
    wishes = (wish for wish in preferences(said) if not _is_fact(wish))
    for finding in (*wishes, *(fact for fact in facts(said) if not tells_too_much(fact))):
        before = kept.get(finding.key)
        # "By mail only, never by phone": turning one thing down does not take back what was asked for beside it.
        if before is None or not finding.value.startswith(_DENIES) or before.value.startswith(_DENIES):
            kept[finding.key] = finding
    return tuple(kept.values())


def _is_fact(note: Finding) -> bool:
    """Whether a note says a fact in other words: "remember that I own a Slate 14"."""
    return note.key.startswith("note_") and any(facts([Statement(note.value, corrects=False)]))

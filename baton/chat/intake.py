"""What of a browser's message reaches an agent: plain text within limits, or one sentence that says why not."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from uuid import UUID

from tracing.mask import masked

PERSON_COMMAND = "Talk to a person"
PERSON_REQUEST = "I would like to talk to a person."
CONTROLS_MOST = 3  # strays of a paste are dropped; more is no text
_KEPT = "\r\n\t"
_JOINERS = "\u200c\u200d\ufe0f"  # parts of emoji and of several scripts


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Why a message was not taken; shown to the customer as it is."""

    sentence: str


def clean(output: object, *, command: object, limit_chars: int) -> str | Refused:
    """The customer's words, trimmed and free of control characters, or the reason they cannot be taken."""
    if command == PERSON_COMMAND:
        output = f"{PERSON_REQUEST} {output if isinstance(output, str) else ''}".strip()
    if not isinstance(output, str):
        return Refused(sentence="I can only read text. Nothing was sent: please type your question.")
    if len(output) > limit_chars:
        return Refused(
            sentence=f"Your message has {len(output):,} characters; I can read {limit_chars:,} at a time. "
            "Nothing was sent and your text still stands above: please shorten it or send it in parts."
        )
    if sum(map(_is_control, output)) > CONTROLS_MOST:
        return Refused(
            sentence="That looks like a file and not like text. Nothing was sent: please type your question."
        )
    text = "".join(char for char in output.replace("\r\n", "\n") if not _is_control(char)).strip()
    if not text:
        return Refused(sentence="Your message is empty. Please type what I can do for you.")
    return text


def is_conversation_id(value: object) -> bool:
    """Whether a browser may name a conversation so: a random UUID in its usual form, nothing else."""
    if not isinstance(value, str):
        return False
    try:
        return str(UUID(value)) == value and UUID(value).version == 4
    except ValueError:
        return False


def title_of(text: str) -> str:
    """What the sidebar calls a conversation: its first line, shortened at a word; secrets are masked first."""
    line = " ".join(masked(text).split())
    return line if len(line) <= 48 else line[:48].rsplit(" ", 1)[0] + "…"


def _is_control(char: str) -> bool:
    if char in _KEPT or char in _JOINERS:
        return False
    return char == "\ufffd" or unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co")

"""What a record's bytes say that a column shall hold. A record that cannot be read is kept all the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

UNREADABLE: Final = "unreadable"
OPENING_CHARS: Final = 200


class _Prompt(BaseModel):
    model_config = ConfigDict(extra="ignore")

    spans: tuple[tuple[int, int] | str, ...] = ()
    tools: str | None = None
    carry: str | None = None


class Facts(BaseModel):
    """Of any kind of event, by the names that events use; what a kind has not is empty.

    *Units*: ms, tokens; ``cached_tokens`` are a part of ``input_tokens``; ``cost_cents`` what a tool cost.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: str
    agent: str = ""
    model: str = ""
    tool: str = ""
    outcome: str = ""
    status: str = ""
    text: str = ""
    dur_ms: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost_cents: int = 0
    prompt: _Prompt | None = None

    @property
    def digests(self) -> Iterator[str]:
        """The prompt parts that it names itself (its prompt's base names the others)."""
        if self.prompt is not None:
            yield from (span for span in self.prompt.spans if isinstance(span, str))
            yield from filter(None, (self.prompt.tools, self.prompt.carry))


def facts_of(data: bytes) -> Facts:
    """The facts; of a record of another program only its kind, if any."""
    try:
        return Facts.model_validate_json(data)
    except ValidationError:
        return Facts(kind=UNREADABLE)


def opening_of(data: bytes) -> str:
    """How a customer's message begins, on one line; a database's text holds no NUL."""
    return " ".join(facts_of(data).text.replace("\0", " ").split())[:OPENING_CHARS]

"""What of a memory is encoded: its words, with the date, the speaker or the title that a question may name."""

from __future__ import annotations

from memory.longterm.item import Memory
from memory.longterm.kinds import LIFETIMES


def encoded_text(memory: Memory) -> str:
    """The text that stands for a memory in every vector: who said it and when, or what article it is from.

    The shop's own texts carry no date: when an article was loaded is nothing that anyone asks for.
    """
    said = f"{memory.speaker}: {memory.text}" if memory.speaker else memory.text
    if memory.title:
        said = f"{memory.title}: {said}"
    if LIFETIMES[memory.kind].shared:
        return said
    return f"({memory.said_at.day} {memory.said_at:%B %Y}) {said}"

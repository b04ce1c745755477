"""What customers asked, ready to be compared: the questions of a trace, and those that could have been asked twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from handoffs.events import CustomerSaid, TurnStarted
from tracing.join import Trace

WORDS_LEAST: Final = 4  # "yes please" twice is no question asked again
_WORD: Final = re.compile(r"\w+")
_NUMBER: Final = re.compile(r"\d[\d.,-]*\d|\d")


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A customer's message that says enough to be recognised. *Units*: ``at_ms`` ms since 1970."""

    tenant: str
    customer: str
    conversation: str
    execution: str
    at_ms: int
    text: str

    @property
    def turn(self) -> tuple[str, str]:
        """Which of all turns it belongs to: executions are numbered within a conversation."""
        return self.conversation, self.execution


def questions_of(trace: Trace) -> Iterator[Question]:
    """The questions of a joined trace, in its order."""
    customer = ""
    for record in trace.records:
        match record.event:
            case TurnStarted() as event:
                customer = event.customer
            case CustomerSaid() as event if customer and len(_WORD.findall(event.text)) >= WORDS_LEAST:
                yield Question(
                    tenant=trace.tenant,
                    customer=customer,
                    conversation=trace.conversation,
                    execution=record.execution,
                    at_ms=record.at_ms,
                    text=event.text,
                )
            case _:
                continue


def of_other_things(one: str, other: str) -> bool:
    """Whether both name numbers (of orders, invoices) and none is the same: alike as they sound, they differ."""
    named = set(_NUMBER.findall(one)), set(_NUMBER.findall(other))
    return all(named) and named[0].isdisjoint(named[1])


def worth_comparing(questions: Sequence[Question]) -> Sequence[str]:
    """The texts, each once, of customers who asked more than once: the others need no embedding."""
    asked = Counter((question.tenant, question.customer) for question in questions)
    texts = (question.text for question in questions if asked[question.tenant, question.customer] > 1)
    return tuple(dict.fromkeys(texts))

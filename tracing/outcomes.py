"""How conversations turned out: what the customer thought of them, and what the customer did next.

Thumbs and the answer to "did this solve it?" come from outside, and so does the likeness of two questions.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from handoffs.events import CustomerSaid, Decided, Ended, Escalated, MatterClosed, MatterOpened, Said, Stopped
from tracing.handoff_graph import Pair, pair_of
from tracing.join import Trace
from tracing.questions import Question, of_other_things
from tracing.record import TraceRecord

ABANDONED_AFTER_MS: Final = 3_600_000
AGAIN_WITHIN_MS: Final = 24 * 3_600_000
# Cosine of the bundled model from which two questions are the same. Of support questions put in other words it finds
# two fifths, and takes 6 of 1,000 pairs of differing ones for the same (Bitext): to compare, not to count.
SAME: Final = 0.6
COMPARED_MOST: Final = 50  # questions of one customer within that time; older ones are let go
_COURTESY: Final = re.compile(r"\b(?:any|some)thing else\b|\bwhat else\b", re.IGNORECASE)
Alike = Callable[[str, str], float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Feedback:
    """What the customer said of a conversation. ``solved`` None: not asked, or not answered."""

    thumbs: Sequence[bool] = ()
    solved: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How one conversation turned out, who took part and which handoffs led through it."""

    tenant: str
    conversation: str
    agents: tuple[str, ...]
    pairs: tuple[Pair, ...]
    thumbs_up: int = 0
    thumbs_down: int = 0
    solved: bool | None = None
    asked_again: bool = False
    escalated: bool = False
    abandoned: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Rates:
    """Of ``conversations``, how many had which outcome; thumbs are counted one by one."""

    conversations: int
    thumbs_up: int
    thumbs_down: int
    solved: int
    not_solved: int
    asked_again: int
    escalated: int
    abandoned: int

    def share(self, count: int) -> float:
        """The share in 0..1 that ``count`` of the conversations are."""
        return count / self.conversations if self.conversations else 0.0


def outcome_of(trace: Trace, feedback: Feedback, *, now_ms: int) -> Outcome | None:
    """How a conversation turned out as of now; None where no customer said anything.

    Whether the same was asked again is for ``with_repeats`` to say, which sees other conversations too.
    """
    events = [record.event for record in trace.records]
    if not any(isinstance(event, CustomerSaid) for event in events):
        return None
    escalated = any(isinstance(event, Escalated) for event in events)
    content = feedback.solved or any(feedback.thumbs)
    return Outcome(
        tenant=trace.tenant,
        conversation=trace.conversation,
        agents=tuple(sorted({event.agent for event in events if isinstance(event, Decided | Said) and event.agent})),
        pairs=tuple(sorted({pair for handoff in trace.handoffs if (pair := pair_of(handoff))})),
        thumbs_up=sum(feedback.thumbs),
        thumbs_down=len(feedback.thumbs) - sum(feedback.thumbs),
        solved=feedback.solved,
        escalated=escalated,
        abandoned=not content and not escalated and _is_abandoned(trace, now_ms),
    )


def asked_again(questions: Iterable[Question], alike: Alike, *, same: float = SAME) -> frozenset[tuple[str, str]]:
    """(tenant, conversation) of every question that its customer asked again, in a later turn, within 24 hours."""
    found: set[tuple[str, str]] = set()
    recent: defaultdict[tuple[str, str], deque[Question]] = defaultdict(lambda: deque(maxlen=COMPARED_MOST))
    for question in sorted(questions, key=lambda question: question.at_ms):
        before = recent[question.tenant, question.customer]
        while before and question.at_ms - before[0].at_ms > AGAIN_WITHIN_MS:
            before.popleft()
        found |= {
            (earlier.tenant, earlier.conversation)
            for earlier in before
            if earlier.turn != question.turn
            and not of_other_things(earlier.text, question.text)
            and alike(earlier.text, question.text) >= same
        }
        before.append(question)
    return frozenset(found)


def with_repeats(outcomes: Iterable[Outcome], again: frozenset[tuple[str, str]]) -> list[Outcome]:
    """The same outcomes, those marked whose question was asked again."""
    return [replace(each, asked_again=(each.tenant, each.conversation) in again) for each in outcomes]


def rates_by_agent(outcomes: Iterable[Outcome]) -> Mapping[str, Rates]:
    """The rates over the conversations that each agent took part in."""
    groups: defaultdict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        for agent in outcome.agents:
            groups[agent].append(outcome)
    return {agent: rates(groups[agent]) for agent in sorted(groups)}


def rates_by_handoff(outcomes: Iterable[Outcome]) -> Mapping[Pair, Rates]:
    """The rates over the conversations that each handoff, from one agent to another, led through."""
    groups: defaultdict[Pair, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        for pair in outcome.pairs:
            groups[pair].append(outcome)
    return {pair: rates(groups[pair]) for pair in sorted(groups)}


def rates(outcomes: Sequence[Outcome]) -> Rates:
    """The rates over all of them."""
    return Rates(
        conversations=len(outcomes),
        thumbs_up=sum(each.thumbs_up for each in outcomes),
        thumbs_down=sum(each.thumbs_down for each in outcomes),
        solved=sum(each.solved is True for each in outcomes),
        not_solved=sum(each.solved is False for each in outcomes),
        asked_again=sum(each.asked_again for each in outcomes),
        escalated=sum(each.escalated for each in outcomes),
        abandoned=sum(each.abandoned for each in outcomes),
    )


def _is_abandoned(trace: Trace, now_ms: int) -> bool:
    """The last turn ended, nobody wrote for an hour, and something was left: the agent's question, an open matter, or
    an answer that the customer stopped. Who waits for a person has not left."""
    last_turn = list(trace.turns().values())[-1]
    ended = any(isinstance(record.event, Ended) and record.event.status == "completed" for record in last_turn)
    if not ended or now_ms - trace.records[-1].at_ms < ABANDONED_AFTER_MS:
        return False
    stopped = any(isinstance(record.event, Stopped) for record in last_turn)
    return stopped or _asks(last_turn) or bool(_open_matters(trace.records))


def _asks(records: Sequence[TraceRecord]) -> bool:
    """Whether the turn's last words to the customer are a question that is more than a courtesy."""
    said = next((event.text for record in reversed(records) if isinstance(event := record.event, Said)), "")
    last = re.split(r"(?<=[.!?])\s+", said.strip())[-1]
    return last.endswith("?") and not _COURTESY.search(last)


def _open_matters(records: Iterable[TraceRecord]) -> set[str]:
    left: set[str] = set()
    for record in records:
        if isinstance(record.event, MatterOpened):
            left.add(record.event.matter)
        elif isinstance(record.event, MatterClosed):
            left.discard(record.event.matter)
    return left

"""What recall is asked and which memories answer it: LoCoMo's conversations, or the fixture that ships here."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import BaseModel, TypeAdapter

from memory.longterm.item import CustomerScope, Memory, memory_id
from memory.longterm.kinds import Kind

TENANT: Final = "bench"
HEADLINE: Final = (1, 2, 3, 4)
CATEGORIES: Final = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop", 5: "adversarial"}
UNRELATED: Final = 0
_EVIDENCE = re.compile(r"D:?(\d+):(\d+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question, the ids of the memories that answer it, and the outdated one that must stand behind them."""

    text: str
    gold: frozenset[str]
    category: int
    outdated: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One customer's memories, and what is asked of them at ``now``."""

    scope: CustomerScope
    memories: tuple[Memory, ...]
    questions: tuple[Question, ...]
    now: datetime


def locomo(path: Path) -> list[Case]:
    """LoCoMo: each conversation is one customer, each turn one memory; questions without a known turn are left out.

    *Source*: Maharana et al., "Evaluating Very Long-Term Conversational Memory of LLM Agents" (2024).
    """
    return [_conversation(sample) for sample in TypeAdapter(list[_Sample]).validate_json(path.read_bytes())]


def fixture(path: Path) -> list[Case]:
    """The fixture: JSON lines, each a memory or a question of one customer; positions are the order in a source."""
    parsed = [_Line.model_validate_json(line) for line in path.read_text().splitlines()]
    lines: defaultdict[str, list[_Line]] = defaultdict(list)
    for line in parsed:
        lines[line.customer].append(line)
    return [_customer(customer, of_customer) for customer, of_customer in lines.items()]


class _Turn(BaseModel):
    speaker: str
    dia_id: str
    text: str
    blip_caption: str = ""


class _Asked(BaseModel):
    question: str
    category: int
    evidence: list[str]


class _Sample(BaseModel):
    sample_id: str
    conversation: dict[str, str | list[_Turn]]
    qa: list[_Asked]


class _Line(BaseModel):
    customer: str
    name: str = ""
    text: str = ""
    kind: Kind = "episode"
    source: str = ""
    said: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    speaker: str = ""
    ask: str = ""
    gold: list[str] = []
    outdated: str = ""
    category: int = UNRELATED


def _conversation(sample: _Sample) -> Case:
    lines = [
        _Line(customer=sample.sample_id, name=turn.dia_id, source=name, said=said, speaker=turn.speaker, text=shown)
        for name, said, turns in _sessions(sample.conversation)
        for turn in turns
        for shown in [f"{turn.text} [shares {turn.blip_caption}]" if turn.blip_caption else turn.text]
    ]
    known = {line.name for line in lines}
    asked = [
        _Line(customer=sample.sample_id, ask=one.question, gold=gold, category=one.category)
        for one in sample.qa
        if (gold := [turn for turn in _turns(one.evidence) if turn in known])
    ]
    return _customer(sample.sample_id, [*lines, *asked])


def _sessions(conversation: Mapping[str, str | list[_Turn]]) -> list[tuple[str, datetime, list[_Turn]]]:
    found: list[tuple[str, datetime, list[_Turn]]] = []
    for name, turns in conversation.items():
        if isinstance(turns, list):
            said = datetime.strptime(f"{conversation[f'{name}_date_time']} +0000", "%I:%M %p on %d %B, %Y %z")
            found.append((name, said, turns))
    return found


def _turns(evidence: Sequence[str]) -> list[str]:
    return [f"D{int(one[1])}:{int(one[2])}" for text in evidence for one in _EVIDENCE.finditer(text)]


def _customer(customer: str, lines: Sequence[_Line]) -> Case:
    scope = CustomerScope(tenant=TENANT, customer=customer)
    positions = Counter[str]()
    memories: dict[str, Memory] = {}
    for line in lines:
        if not line.ask:
            memories[line.name] = _memory(scope, line, positions[line.source])
            positions[line.source] += 1
    questions = [
        Question(
            text=line.ask,
            gold=frozenset(memories[name].id for name in line.gold),
            category=line.category,
            outdated=memories[line.outdated].id if line.outdated else "",
        )
        for line in lines
        if line.ask
    ]
    now = max(memory.said_at for memory in memories.values()) + timedelta(days=1)
    return Case(scope=scope, memories=tuple(memories.values()), questions=tuple(questions), now=now)


def _memory(scope: CustomerScope, line: _Line, position: int) -> Memory:
    return Memory(
        id=memory_id(scope.tenant, scope.customer, line.source, line.name),
        tenant=scope.tenant,
        customer=scope.customer,
        kind=line.kind,
        text=line.text,
        said_at=line.said,
        confirmed_at=line.said,
        source=line.source,
        place=line.name,
        position=position,
        speaker=line.speaker,
    )

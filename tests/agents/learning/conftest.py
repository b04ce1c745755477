"""Tables of utterances: what a customer says, and what is to be learnt of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from agents.learning.turn import Finding, Turn
from handoffs.events import AnyEvent, CallFinished, CustomerSaid, Ended
from handoffs.values import Outcome

TABLES = ("blind_one", "blind_two", "blind_three", "blind_four", "blind_five")


class Row(NamedTuple):
    """One line of a table: ``key`` '' where nothing is to be learnt; "note" stands for any note."""

    said: str
    key: str
    value: str

    def fits(self, finding: Finding) -> bool:
        same_key = finding.key == self.key or (self.key == "note" and finding.key.startswith("note_"))
        return bool(self.key) and same_key and self.value.casefold() in finding.value.casefold()


def _rows(table: str) -> Iterator[Row]:
    for line in (Path(__file__).parent / f"{table}.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            said, _, wanted = line.rpartition(" => ")
            key, _, value = wanted.partition("=")
            yield Row(said, "" if wanted == "-" else key or "note", value)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``row`` is every line of every table, ``rows`` every table as a whole."""
    if "row" in metafunc.fixturenames:
        rows = [row for table in TABLES for row in _rows(table)]
        metafunc.parametrize("row", rows, ids=[row.said for row in rows])
    if "rows" in metafunc.fixturenames:
        metafunc.parametrize("rows", [tuple(_rows(table)) for table in TABLES], ids=TABLES)


@pytest.fixture
def turn() -> Callable[..., Turn]:
    """A finished turn of anna's; what the customer says may be given as plain text."""

    def make(*happened: AnyEvent | str, execution: str = "e-1", episode: str = "", conversation: str = "c-1") -> Turn:
        said = (CustomerSaid(message_id="m", text=one) if isinstance(one, str) else one for one in happened)
        events = (*said, Ended(status="completed"))
        return Turn(
            tenant="volta",
            customer="anna",
            conversation=conversation,
            execution=execution,
            at=datetime(2026, 11, 20, 12, tzinfo=UTC),
            events=events,
            numbers=tuple(range(1, len(events) + 1)),
            episode=episode,
        )

    return make


@pytest.fixture
def called() -> Callable[..., CallFinished]:
    """A call that is over."""

    def make(
        tool: str, effect: str = "write", outcome: Outcome = "ok", content: str = "{}", **given: object
    ) -> CallFinished:
        return CallFinished(
            agent="billing",
            call_id="k",
            tool=tool,
            title=tool.replace("_", " ").capitalize(),
            arguments=json.dumps(given),
            outcome=outcome,
            content=content,
            effect=effect,
        )

    return make

"""A tenant's conversations as a list: what may be asked of it, and the one query that answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from sqlalchemy import ColumnElement, Executable, RowMapping, or_, select, tuple_

from tracing.archive.schema import CONVERSATIONS

Sort = Literal["last_ms", "first_ms", "turns", "handoffs", "errors", "escalations", "cost"]
PAGE_MOST: Final = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is asked for; what is None or '' does not matter.

    *Shape*: ``name`` is the beginning of an id; ``text`` stands in the id, the customer or the first message, whatever
    its case; ``after`` is ``Page.after`` of the page before. *Units*: aware UTC, by the last record.
    """

    tenant: str
    customer: str = ""
    agent: str = ""
    status: str = ""
    name: str = ""
    text: str = ""
    escalated: bool = False
    with_errors: bool = False
    since: datetime | None = None
    until: datetime | None = None
    sort: Sort = "last_ms"
    ascending: bool = False
    after: tuple[float, str] | None = None
    limit: int = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """One line of the list. ``status`` and ``agent`` are the newest execution's; ``unpriced`` counts the decisions
    whose cost nobody knows. *Units*: aware UTC, tokens, ``cost`` in the currency of the price table."""

    tenant: str
    conversation: str
    customer: str
    status: str
    agent: str
    opening: str
    first_at: datetime
    last_at: datetime
    turns: int
    decisions: int
    calls: int
    handoffs: int
    errors: int
    escalations: int
    input_tokens: int
    output_tokens: int
    cost: float
    unpriced: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Some of them, in order; ``after`` asks for those behind them, None: there are none."""

    conversations: Sequence[Conversation]
    after: tuple[float, str] | None


def query_of(wanted: Wanted) -> Executable:
    """The query, for one row more than a page holds."""
    of = CONVERSATIONS.c
    place = tuple_(of[wanted.sort], of.conversation)
    query = select(CONVERSATIONS).where(of.tenant == wanted.tenant, *_conditions(wanted))
    if wanted.after is not None:
        after = tuple_(*wanted.after)
        query = query.where(place > after if wanted.ascending else place < after)
    order = (of[wanted.sort], of.conversation)
    query = query.order_by(*(order if wanted.ascending else (column.desc() for column in order)))
    return query.limit(_limit(wanted) + 1)


def page_of(wanted: Wanted, rows: Sequence[RowMapping]) -> Page:
    """The page that the query's rows make."""
    shown = rows[: _limit(wanted)]
    more = len(rows) > len(shown)
    return Page(
        conversations=[_conversation(row) for row in shown],
        after=(shown[-1][wanted.sort], shown[-1]["conversation"]) if more else None,
    )


def _conditions(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    of = CONVERSATIONS.c
    found = [of[name] == value for name in ("customer", "agent", "status") if (value := getattr(wanted, name))]
    if wanted.escalated:
        found.append(of.escalations > 0)
    if wanted.with_errors:
        found.append(of.errors > 0)
    if wanted.since is not None:
        found.append(of.last_ms >= wanted.since.timestamp() * 1000)
    if wanted.until is not None:
        found.append(of.last_ms < wanted.until.timestamp() * 1000)
    if wanted.name:
        found.append(of.conversation.startswith(wanted.name, autoescape=True))
    if wanted.text:
        found.append(
            or_(*(c.icontains(wanted.text, autoescape=True) for c in (of.conversation, of.customer, of.opening)))
        )
    return found


def _conversation(row: RowMapping) -> Conversation:
    values = dict(row)
    del values["last_seq"]
    first_at, last_at = (datetime.fromtimestamp(values.pop(name) / 1000, UTC) for name in ("first_ms", "last_ms"))
    return Conversation(first_at=first_at, last_at=last_at, **values)


def _limit(wanted: Wanted) -> int:
    return max(1, min(wanted.limit, PAGE_MOST))

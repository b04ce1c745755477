"""Help articles, and tickets for what only the staff can look into."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Annotated, Final, NamedTuple, Protocol

from pydantic import Field

from agents.shop import help as articles
from agents.shop.passages import unwrapped
from agents.shop.results.account import HelpArticle, HelpArticles, TicketKind, TicketOpened
from agents.shop.store import Shop
from agents.tools.types import ShopContext, attempt
from handoffs.errors import Unavailable
from handoffs.tool import ToolContext, ToolError, tool

ARTICLES_SHOWN: Final = 3
KNOWLEDGE_WITHIN_S: Final = 2.0
_AS_NEAR: Final = 0.97  # measured: "refund policy" finds what is not refunded at 1.10 and the policy itself at 1.08
log = logging.getLogger(__name__)


class Found(Protocol):
    """A passage that long-term memory knows. ``title`` is its article's, ``heading`` its own, '' for an opening."""

    @property
    def title(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def score(self) -> float: ...


class Knowledge(Protocol):
    """What long-term memory knows of a shop: its articles and policies."""

    async def find(self, tenant: str, query: str) -> Sequence[Found]:
        """Passages that bear on the query, best first. *Raises*: Unavailable while memory is away."""
        ...


class HelpDesk(NamedTuple):
    """What the help search acts on: long-term memory where there is one, and the shop's own pages behind it."""

    shop: Shop
    knowledge: Knowledge | None = None


@tool(
    effect="read",
    title="Searching the help pages",
    examples=(
        "how does returning something work",
        "what are your opening hours",
        "is there a warranty and how long does it last",
        "how do I pair my headphones",
        "do you deliver to other countries",
        "what does resetting a password involve",
    ),
)
async def search_help(
    ctx: ToolContext[HelpDesk], query: Annotated[str, Field(min_length=2, max_length=200)]
) -> HelpArticles | ToolError:
    """Search the shop's help articles: rules, how-to, delivery, warranty, first aid for devices.

    Use it for general questions ("how does ... work", "what happens if"). Not for the customer's own orders, money
    or account, and not for product data. Name the article that the answer comes from by its title.
    Example: "how long can I return things?" -> search_help(query="return period").
    An empty list means the help says nothing on it: say so, do not make it up.
    """
    remembered = await _remembered(ctx, query)
    return remembered or await articles.search(ctx.deps.shop, ctx.scope, query)


async def _remembered(ctx: ToolContext[HelpDesk], query: str) -> HelpArticles | None:
    """What long-term memory finds; None where it is away, slow or knows nothing, and the shop's own search steps in."""
    if ctx.deps.knowledge is None:
        return None
    try:
        async with asyncio.timeout(KNOWLEDGE_WITHIN_S):
            found = await ctx.deps.knowledge.find(ctx.scope.tenant, query)
    except (Unavailable, TimeoutError) as error:
        log.warning("knowledge is away, the shop's own search answers: %s", type(error).__name__)
        return None
    passages = [
        HelpArticle(title=one.title, heading=one.heading, body=unwrapped(one.text), source=one.source)
        for one in openings_first(found)[:ARTICLES_SHOWN]
    ]
    return HelpArticles(articles=passages, answered_by="memory") if passages else None


def openings_first(found: Sequence[Found]) -> list[Found]:
    """The passages best first, but an article's opening before its other passages where it is about as near."""
    best = {
        one.title: max(other.score for other in found if other.title == one.title) for one in found if not one.heading
    }

    def nearness(one: Found) -> float:
        is_as_near = not one.heading and one.score >= _AS_NEAR * best[one.title]
        return best[one.title] if is_as_near else one.score

    return sorted(found, key=lambda one: (-nearness(one), bool(one.heading)))


@tool(
    effect="write",
    title="Writing a note to the staff",
    examples=(
        "I want to make a complaint",
        "please report this fault to your technicians",
        "pass my feedback on to the team",
        "I am unhappy with how I was treated and want it on record",
    ),
)
async def open_ticket(
    ctx: ShopContext,
    subject: Annotated[str, Field(min_length=3, max_length=80)],
    details: Annotated[str, Field(min_length=3, max_length=1_000)],
    kind: TicketKind,
) -> TicketOpened | ToolError:
    """Leave a written complaint, fault report or question with the staff, who answer by mail.

    When no other tool settles it and the customer agrees to wait for a mail. Not instead of a return, a replacement
    or a refund, and not when the customer wants to talk to a person now (ask_for_person).
    Example: open_ticket(subject="Rude courier", details="The courier threw the parcel.", kind="complaint").
    """
    return await articles.open_ticket(ctx.deps, attempt(ctx), subject, details, kind)


HELP = (search_help, open_ticket)

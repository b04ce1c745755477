"""Help articles, and tickets for what only the staff can look into."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from agents.shop import help as articles
from agents.shop.results.account import HelpArticles, TicketKind, TicketOpened
from agents.tools.types import ShopContext, attempt
from handoffs.tool import ToolError, tool


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
    ctx: ShopContext, query: Annotated[str, Field(min_length=2, max_length=200)]
) -> HelpArticles | ToolError:
    """Search the shop's help articles: rules, how-to, delivery, warranty, first aid for devices.

    Use it for general questions ("how does ... work", "what happens if"). Not for the customer's own orders, money
    or account, and not for product data.
    Example: "how long can I return things?" -> search_help(query="return period").
    An empty list means the help says nothing on it: say so, do not make it up.
    """
    return await articles.search(ctx.deps, ctx.scope, query)


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

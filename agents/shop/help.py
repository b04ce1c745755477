"""Help articles and tickets."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop.lookups import mail, next_id
from agents.shop.passages import best_for, passages
from agents.shop.results.account import HelpArticle, HelpArticles, TicketKind, TicketOpened
from agents.shop.schema import ArticleRow, TicketRow
from agents.shop.store import Attempt, Shop
from handoffs.tool import Scope, ToolError


async def search(shop: Shop, scope: Scope, query: str) -> HelpArticles | ToolError:
    """The passages that share most words with the query; those far behind the best are left out."""

    async def work(session: AsyncSession) -> HelpArticles:
        rows = await session.scalars(
            select(ArticleRow).where(ArticleRow.tenant == scope.tenant).order_by(ArticleRow.slug)
        )
        known = [passage for row in rows for passage in passages(row.slug, row.title, row.body)]
        return HelpArticles(
            answered_by="help pages",
            articles=[
                HelpArticle(title=found.title, heading=found.heading, body=found.text, source=f"{found.slug}.md")
                for found in best_for(query, known)
            ],
        )

    return await shop.read(work)


async def open_ticket(
    shop: Shop, attempt: Attempt, subject: str, details: str, kind: TicketKind
) -> TicketOpened | ToolError:
    """Leave a note with the staff and confirm it by mail."""

    async def work(session: AsyncSession) -> TicketOpened:
        ticket_id = await next_id(session, attempt.scope, "TIC")
        session.add(
            TicketRow(
                tenant=attempt.scope.tenant,
                id=ticket_id,
                customer=attempt.scope.customer,
                kind=kind,
                subject=subject,
                details=details,
                opened_on=attempt.today,
            )
        )
        await mail(session, attempt, kind="ticket", subject=f"Your note {ticket_id}", body=subject)
        return TicketOpened(ticket_id=ticket_id)

    arguments = {"subject": subject, "details": details, "kind": kind}
    return await shop.once(attempt, "open_ticket", arguments, TicketOpened, work)

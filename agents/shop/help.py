"""Help articles and tickets."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop.lookups import mail, next_id
from agents.shop.results.account import HelpArticle, HelpArticles, TicketKind, TicketOpened
from agents.shop.schema import ArticleRow, TicketRow
from agents.shop.store import Attempt, Shop
from agents.shop.text import alike, words
from handoffs.tool import Scope, ToolError

ARTICLES_SHOWN: Final = 3
ENOUGH: Final = 2
_COMMON: Final = frozenset(
    words(
        "a an the i you it is are do does can could my your me we to of in on for with and or if how what when which "
        "whether where at out"
    )
)


async def search(shop: Shop, scope: Scope, query: str) -> HelpArticles | ToolError:
    """The articles that share most words with the query; those far behind the best are left out."""

    async def work(session: AsyncSession) -> HelpArticles:
        typed = {word for word in words(query) if word not in _COMMON}
        found = await session.scalars(
            select(ArticleRow).where(ArticleRow.tenant == scope.tenant).order_by(ArticleRow.slug)
        )
        scored = sorted(((_score(typed, article), article) for article in found), key=lambda pair: -pair[0])
        floor = max(ENOUGH, scored[0][0] / 3) if scored else ENOUGH
        best = [article for score, article in scored[:ARTICLES_SHOWN] if score >= floor]
        return HelpArticles(
            articles=[HelpArticle(slug=article.slug, title=article.title, body=article.body) for article in best]
        )

    return await shop.read(work)


def _score(typed: set[str], article: ArticleRow) -> int:
    """A word in the title counts three times, one that is only alike half."""
    title, body = set(words(article.title)), set(words(article.body))
    return sum(3 * _hit(word, title) + _hit(word, body) for word in typed)


def _hit(word: str, text: set[str]) -> int:
    return 2 if word in text else int(any(alike(word, other) for other in text))


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

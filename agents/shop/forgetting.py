"""Forgetting what a customer said. Orders, invoices, payments and the account are the shop's books, and stay."""

from __future__ import annotations

from sqlalchemy import CursorResult, Update, delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import Delete

from agents.shop.schema import EffectRow, MailRow, TicketRow
from agents.shop.store import Shop
from handoffs.tool import Scope

WORDED = ("tickets", "outbox", "effect_keys")  # the tables that hold a customer's own words
FORGOTTEN = "{}"


async def forget_words(shop: Shop, scope: Scope) -> int:
    """Delete the customer's notes to the staff and the copies of their mails, and blank what effects were asked and
    answered (their keys go on guarding). Answers how many rows.

    *Raises*: Unavailable.
    """

    async def work(session: AsyncSession) -> int:
        statements: tuple[Delete | Update, ...] = (
            delete(TicketRow).where(TicketRow.tenant == scope.tenant, TicketRow.customer == scope.customer),
            delete(MailRow).where(MailRow.tenant == scope.tenant, MailRow.customer == scope.customer),
            update(EffectRow)
            .where(EffectRow.tenant == scope.tenant, EffectRow.customer == scope.customer)
            .where(EffectRow.arguments != FORGOTTEN)
            .values(arguments=FORGOTTEN, result=FORGOTTEN, conversation=""),
        )
        changed = 0
        for statement in statements:
            result = await session.execute(statement)
            changed += result.rowcount if isinstance(result, CursorResult) else 0
        return changed

    return await shop.write(work)


async def compact(shop: Shop) -> None:
    """Rewrite the files, so that nothing of what was deleted is left in them. *Raises*: Unavailable."""
    await shop.maintain(
        {
            "sqlite": ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"),
            "postgresql": tuple(f"VACUUM FULL {table}" for table in WORDED),
        }
    )

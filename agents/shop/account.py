"""The customer's account."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop.lookups import address_of, find_customer, mail
from agents.shop.order_schema import OrderTable
from agents.shop.orders import own_orders
from agents.shop.payments import method_rows
from agents.shop.results.account import Account, AccountClosed, PasswordReset, Unlocked
from agents.shop.results.orders import AddressChanged
from agents.shop.schema import AddressRow, CustomerRow
from agents.shop.store import Attempt, Refused, Shop
from handoffs.tool import ApprovalNeed, Scope, ToolError


async def get_account(shop: Shop, scope: Scope) -> Account | ToolError:
    """What the shop holds of the customer."""

    async def work(session: AsyncSession) -> Account:
        customer = await find_customer(session, scope)
        return Account(
            name=customer.name,
            email=customer.email,
            address=(await address_of(session, scope)).text,
            locked=customer.locked,
            lock_reason=customer.lock_reason,
            newsletter=customer.newsletter,
            member_since=customer.member_since,
            payment_methods=await method_rows(session, scope),
        )

    return await shop.read(work)


async def unlock(shop: Shop, attempt: Attempt) -> Unlocked | ToolError:
    """Open a locked account."""

    async def work(session: AsyncSession) -> Unlocked:
        customer = await find_customer(session, attempt.scope, lock=True)
        if not customer.locked:
            raise Refused("not_locked", "The account is not locked.", "Offer reset_password if the login still fails.")
        customer.locked, customer.lock_reason = False, None
        return Unlocked(email=customer.email)

    return await shop.once(attempt, "unlock_account", {}, Unlocked, work)


async def reset_password(shop: Shop, attempt: Attempt) -> PasswordReset | ToolError:
    """Mail a link for a new password to the address on the account."""

    async def work(session: AsyncSession) -> PasswordReset:
        sent_to = await mail(
            session,
            attempt,
            kind="password_reset",
            subject="Choose a new password",
            body="Open the link in this mail within one hour and choose a new password.",
        )
        return PasswordReset(sent_to=sent_to)

    return await shop.once(attempt, "reset_password", {}, PasswordReset, work)


async def change_address(shop: Shop, attempt: Attempt, address: str) -> AddressChanged | ToolError:
    """Give the account a new address and keep the old one as a former one."""

    async def work(session: AsyncSession) -> AddressChanged:
        await find_customer(session, attempt.scope, lock=True)
        former = await address_of(session, attempt.scope)
        if former.text.casefold() == address.casefold():
            raise Refused("unchanged", "That address is already on the account.", "Tell the customer so.")
        former.current = False
        session.add(
            AddressRow(
                tenant=attempt.scope.tenant,
                customer=attempt.scope.customer,
                number=former.number + 1,
                text=address,
                current=True,
            )
        )
        return AddressChanged(order_id=None, address=address)

    return await shop.once(attempt, "change_account_address", {"address": address}, AddressChanged, work)


async def close(shop: Shop, attempt: Attempt, reason: str | None) -> AccountClosed | ToolError:
    """Close the account for good; a person has approved it."""

    async def work(session: AsyncSession) -> AccountClosed:
        customer = await find_customer(session, attempt.scope, lock=True)
        _refuse_if_closed(customer)
        customer.closed_on, customer.newsletter = attempt.today, False
        sent_to = await mail(
            session,
            attempt,
            kind="account_closed",
            subject="Your account is closed",
            body="We closed your account as you asked. Goodbye, and thank you.",
        )
        return AccountClosed(email=sent_to)

    return await shop.once(attempt, "close_account", {"reason": reason}, AccountClosed, work)


async def closing_needs_person(shop: Shop, scope: Scope) -> ApprovalNeed | None:
    """Closing an account always needs a person, who sees which orders are still open."""

    async def work(session: AsyncSession) -> ApprovalNeed | None:
        customer = await find_customer(session, scope)
        _refuse_if_closed(customer)
        waiting = await session.scalars(
            select(OrderTable.id)
            .where(*own_orders(scope), OrderTable.status.in_(("processing", "shipped")))
            .order_by(OrderTable.id)
        )
        return ApprovalNeed(
            what="close_account",
            sentence=f"Close the account of {customer.name} ({customer.email}) for good.",
            facts={"email": customer.email, "open_orders": ", ".join(waiting) or "none"},
        )

    return await shop.need(work)


def _refuse_if_closed(customer: CustomerRow) -> None:
    if customer.closed_on:
        raise Refused("already_closed", f"The account was closed on {customer.closed_on}.", "Tell the customer so.")

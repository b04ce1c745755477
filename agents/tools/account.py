"""The account: looking at it, unlocking it, its password, its address, its end."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from agents.shop import account
from agents.shop.results.account import Account, AccountClosed, PasswordReset, Unlocked
from agents.shop.results.orders import AddressChanged
from agents.tools.types import Address, ShopContext, attempt
from handoffs.tool import ApprovalNeed, ToolError, tool


@tool(
    effect="read",
    title="Looking at your account",
    examples=(
        "which address do you have for me",
        "why can't I log in",
        "it says my account is locked",
        "what details do you keep about me",
        "is my profile still active",
    ),
)
async def get_account(ctx: ShopContext) -> Account | ToolError:
    """Read the customer's own account: name, mail, address, lock and its reason, newsletter, payment methods.

    Use it for login trouble, "which address do you have", and before changing anything on the account.
    Example: "I can't log in" -> get_account(); if locked is true, offer unlock_account.
    """
    return await account.get_account(ctx.deps, ctx.scope)


@tool(
    effect="write",
    title="Unlocking your account",
    examples=(
        "unlock my account",
        "open my profile again please",
        "remove the lock, it was me who typed the wrong password",
        "let me back in",
    ),
)
async def unlock_account(ctx: ShopContext) -> Unlocked | ToolError:
    """Open an account that was locked after failed logins.

    When the customer asks for it. Not to change the password: that is reset_password.
    Example: "yes, unlock it" -> unlock_account().
    Error not_locked: nothing to do; offer reset_password if the login still fails.
    """
    return await account.unlock(ctx.deps, attempt(ctx))


@tool(
    effect="write",
    title="Sending a mail to reset your password",
    examples=(
        "I forgot my password",
        "send me a new password",
        "reset my login",
        "my password doesn't work any more, I need another",
    ),
)
async def reset_password(ctx: ShopContext) -> PasswordReset | ToolError:
    """Mail a link for a new password to the address on the account.

    When the customer asks for it and said yes. Not for "how does that work": explain that with search_help.
    No password is ever shown, asked for or set in the chat.
    Example: "yes, send the mail" -> reset_password().
    """
    return await account.reset_password(ctx.deps, attempt(ctx))


@tool(
    effect="write",
    title="Changing the address on your account",
    examples=(
        "I have moved, here is my new home address",
        "update my address for all orders to come",
        "please correct the street in my profile",
        "my delivery address has changed",
    ),
)
async def change_account_address(ctx: ShopContext, address: Address) -> AddressChanged | ToolError:
    """Change the address on the account for all future orders; orders already placed keep theirs.

    With an address the customer gave in full and confirmed. For one running order use change_order_address.
    Example: change_account_address(address="Lindenweg 4, 50667 Köln").
    Error unchanged: that address is already on the account.
    """
    return await account.change_address(ctx.deps, attempt(ctx), address)


async def _always(ctx: ShopContext, arguments: BaseModel) -> ApprovalNeed | None:
    return await account.closing_needs_person(ctx.deps, ctx.scope)


@tool(
    effect="write",
    title="Closing your account",
    approval=_always,
    examples=(
        "close my account",
        "delete my profile for good",
        "I don't want to be your customer any longer",
        "remove me and my data from your shop",
    ),
)
async def close_account(
    ctx: ShopContext, reason: Annotated[str, Field(max_length=200)] | None = None
) -> AccountClosed | ToolError:
    """Close the account for good. A person always decides; say that it waits for them, never that it is done.

    Only after the customer confirmed. Not for a pause from the newsletter (sales) or a locked account.
    Example: "yes, close it" -> close_account().
    Error already_closed: tell the customer so.
    """
    return await account.close(ctx.deps, attempt(ctx), reason)


ACCOUNT = (get_account, unlock_account, reset_password, change_account_address, close_account)

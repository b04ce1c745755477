"""Everything that moves no money: addresses, invoices, accounts, returns, help, tickets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Protocol

import pytest
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop.effects import effects_of
from agents.shop.results.account import Account, HelpArticles
from agents.shop.results.billing import InvoiceDetails
from agents.shop.results.orders import OrderRow, ReturnRequested
from agents.shop.schema import MailRow
from agents.shop.store import Shop
from agents.tools.account import unlock_account
from handoffs.errors import UsageError
from handoffs.tool import ApprovalNeed, Scope, ToolContext, ToolError

Outbox = Callable[[str], Awaitable[list[tuple[str, str]]]]
NEW_HOME = "Lindenweg 4, 50667 Köln"


class Desk(Protocol):
    need: Callable[..., Awaitable[ApprovalNeed | None]]

    def __call__(self, customer: str, name: str, **arguments: object) -> Awaitable[BaseModel]: ...


@pytest.fixture
def outbox(shop: Shop) -> Outbox:
    """What would have been mailed to a customer: kind and address of each."""

    async def read(customer: str) -> list[tuple[str, str]]:
        async def work(session: AsyncSession) -> list[tuple[str, str]]:
            found = await session.scalars(select(MailRow).where(MailRow.customer == customer))
            return [(mail.kind, mail.recipient) for mail in found]

        mails = await shop.read(work)
        assert isinstance(mails, list)
        return mails

    return read


async def test_an_address_for_one_order_leaves_the_account_alone(desk: Desk) -> None:
    await desk("chloe", "change_order_address", order_id="V-10040", address=NEW_HOME)
    order = await desk("chloe", "track_order", order_id="V-10040")
    account = await desk("chloe", "get_account")
    assert isinstance(order, OrderRow)
    assert isinstance(account, Account)
    assert order.delivery_address == NEW_HOME
    assert account.address != NEW_HOME


async def test_an_address_for_the_account_leaves_orders_alone(desk: Desk) -> None:
    await desk("chloe", "change_account_address", address=NEW_HOME)
    order = await desk("chloe", "track_order", order_id="V-10040")
    account = await desk("chloe", "get_account")
    assert isinstance(order, OrderRow)
    assert isinstance(account, Account)
    assert account.address == NEW_HOME
    assert order.delivery_address != NEW_HOME


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("change_order_address", {"address": NEW_HOME}),
        ("change_delivery_option", {"delivery": "express"}),
        ("change_order_quantity", {"quantity": 2}),
    ],
)
async def test_what_is_shipped_cannot_be_changed(desk: Desk, name: str, arguments: dict[str, object]) -> None:
    refused = await desk("chloe", name, order_id="V-10041", **arguments)
    assert isinstance(refused, ToolError)
    assert refused.code == "too_late"


async def test_an_invoice_is_corrected_and_mailed_to_the_account(desk: Desk, outbox: Outbox) -> None:
    await desk("dev", "correct_invoice", invoice_id="V-INV-2051")
    await desk("dev", "resend_invoice", invoice_id="V-INV-2051")
    bill = await desk("dev", "get_invoice", invoice_id="V-INV-2051")
    assert isinstance(bill, InvoiceDetails)
    assert (bill.address, bill.status) == ("27 Harbour Street, Bristol BS1 5UH", "corrected")
    assert await outbox("dev") == [("invoice", "dev@volta.example")]


async def test_a_locked_account_opens_once_and_a_reset_is_mailed(desk: Desk, outbox: Outbox) -> None:
    await desk("dev", "unlock_account")
    again = await desk("dev", "unlock_account")
    await desk("dev", "reset_password")
    assert isinstance(again, ToolError)
    assert again.code == "not_locked"
    assert await outbox("dev") == [("password_reset", "dev@volta.example")]


async def test_closing_an_account_needs_a_person_who_sees_open_orders(desk: Desk) -> None:
    facts = [(await desk.need(customer, "close_account")).facts["open_orders"] for customer in ("dev", "chloe")]
    assert facts == ["none", "V-10040, V-10041"]
    await desk("dev", "close_account")
    again = await desk("dev", "close_account")
    assert isinstance(again, ToolError)
    assert again.code == "already_closed"
    assert await desk.need("dev", "close_account") is None


@pytest.mark.parametrize(
    ("customer", "order_id", "code"),
    [
        ("chloe", "V-10041", "not_delivered"),
        ("ben", "V-10034", "not_delivered"),
        ("dev", "V-10051", "return_too_late"),
        ("farid", "V-10060", "already_returned"),
    ],
)
async def test_what_cannot_be_returned(desk: Desk, customer: str, order_id: str, code: str) -> None:
    refused = await desk(customer, "request_return", order_id=order_id)
    assert isinstance(refused, ToolError)
    assert refused.code == code


async def test_a_return_is_registered_once(desk: Desk) -> None:
    first = await desk("chloe", "request_return", order_id="V-10042", reason="faulty")
    again = await desk("chloe", "request_return", order_id="V-10042", reason="faulty")
    assert isinstance(first, ReturnRequested)
    assert first.refund_cents == 32_900
    assert isinstance(again, ToolError)
    assert first.return_id in again.message


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("how long can I send things back", "returns"),
        ("how does resetting my pasword work", "password"),
        ("express", "express"),
        ("do you deliver to switzerland", "abroad"),
        ("headphones do not switch on", "no-power"),
    ],
)
async def test_help_is_found(desk: Desk, query: str, slug: str) -> None:
    found = await desk("ella", "search_help", query=query)
    assert isinstance(found, HelpArticles)
    assert f"{slug}.md" in [article.source for article in found.articles]
    assert found.answered_by == "help pages"


async def test_help_on_nothing_is_empty(desk: Desk) -> None:
    found = await desk("ella", "search_help", query="weather in hamburg")
    assert isinstance(found, HelpArticles)
    assert found.articles == []


async def test_every_effect_is_told_in_the_words_of_the_evals(
    desk: Desk, shop: Shop, scope: Callable[[str], Scope]
) -> None:
    await desk("chloe", "change_order_quantity", order_id="V-10040", quantity=2)
    await desk("chloe", "change_delivery_option", order_id="V-10040", delivery="express")
    await desk("chloe", "change_account_address", address=NEW_HOME)
    await desk("chloe", "set_newsletter", subscribed=False)
    await desk("chloe", "open_ticket", subject="Courier", details="He threw it.", kind="complaint")
    await desk("chloe", "place_order", product="pebble")
    told = {(effect.kind, str(effect.fields)) for effect in await effects_of(shop, scope("chloe"))}
    assert told == {
        ("change_order", "{'order': 'V-10040', 'field': 'quantity', 'value': 2}"),
        ("change_order", "{'order': 'V-10040', 'field': 'delivery', 'value': 'express'}"),
        ("change_address", f"{{'account': 'own', 'address': '{NEW_HOME}'}}"),
        ("newsletter", "{'on': False}"),
        ("ticket", "{'kind': 'complaint'}"),
        ("order_placed", "{'amount_cents': 5900, 'product': 'Pebble M2', 'quantity': 1, 'delivery': 'standard'}"),
    }
    assert await effects_of(shop, scope("anna")) == []


async def test_an_effect_without_a_key_is_a_mistake_of_ours(
    desk: Desk, shop: Shop, scope: Callable[[str], Scope]
) -> None:
    context = ToolContext(scope=scope("dev"), conversation="c", key=None, now=datetime.now(UTC), deps=shop)
    with pytest.raises(UsageError, match="key"):
        await unlock_account.run(context)

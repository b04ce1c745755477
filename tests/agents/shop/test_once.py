"""An effect happens once: by its key, and by the shop's own limits whatever the keys say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop import account, changes, payments, refunds
from agents.shop.effects import effects_of
from agents.shop.lookups import find_order
from agents.shop.results.base import Result
from agents.shop.results.billing import PaymentList, Refunded, RefundList
from agents.shop.results.orders import Cancelled
from agents.shop.store import Attempt, Shop
from handoffs.errors import NeedsPerson, Unavailable, UsageError
from handoffs.tool import Scope, ToolError

By = Callable[..., Attempt]
ScopeOf = Callable[[str], Scope]
Two = tuple[Shop, Shop]


async def refund(shop: Shop, attempt: Attempt, amount_cents: int = 5_900) -> Refunded | ToolError:
    return await refunds.refund(shop, attempt, "V-10021", amount_cents, "duplicate_charge")


async def test_the_same_key_answers_what_it_answered_and_does_nothing(shop: Shop, by: By, scope: ScopeOf) -> None:
    first = await refund(shop, by("anna", "k"))
    again = await refund(shop, by("anna", "k"))
    assert isinstance(first, Refunded)
    assert again == first
    assert [effect.fields for effect in await effects_of(shop, scope("anna"))] == [
        {"order": "V-10021", "amount_cents": 5_900}
    ]


@pytest.mark.parametrize("customer", ["anna", "ben"])
async def test_the_same_key_for_something_else_is_in_doubt(shop: Shop, by: By, customer: str) -> None:
    await refund(shop, by("anna", "k"))
    with pytest.raises(NeedsPerson, match="in doubt"):
        await account.reset_password(shop, by(customer, "k"))


async def test_a_refused_effect_leaves_no_key_behind(shop: Shop, by: By) -> None:
    refused = await refund(shop, by("anna", "k"), amount_cents=11_800)
    assert isinstance(refused, ToolError)
    assert refused.code == "wrong_amount"
    assert "exactly 59.00" in refused.message
    assert isinstance(await refund(shop, by("anna", "k")), Refunded)


async def test_another_key_cannot_refund_the_same_duplicate(shop: Shop, by: By, scope: ScopeOf) -> None:
    assert isinstance(await refund(shop, by("anna")), Refunded)
    again = await refund(shop, by("anna"))
    assert isinstance(again, ToolError)
    assert again.code == "already_refunded"
    left = await payments.list_payments(shop, scope("anna"), "V-10021")
    assert isinstance(left, PaymentList)
    assert left.duplicates == []


async def test_of_many_refunds_at_once_from_two_processes_one_wins(two_shops: Two, by: By, scope: ScopeOf) -> None:
    tries = [refund(two_shops[number % 2], by("anna")) for number in range(100)]
    answers = await asyncio.gather(*tries)
    assert sum(isinstance(answer, Refunded) for answer in answers) == 1
    assert {answer.code for answer in answers if isinstance(answer, ToolError)} == {"already_refunded"}
    made = await refunds.track_refunds(two_shops[0], scope("anna"), "V-10021")
    assert isinstance(made, RefundList)
    assert [row.amount_cents for row in made.refunds] == [5_900]


async def test_of_many_tries_with_one_key_all_get_the_same_answer(two_shops: Two, by: By, scope: ScopeOf) -> None:
    tries = [refund(two_shops[number % 2], by("anna", "k")) for number in range(100)]
    answers = await asyncio.gather(*tries)
    assert all(isinstance(answer, Refunded) for answer in answers)
    assert len({answer.model_dump_json() for answer in answers}) == 1
    assert len(await effects_of(two_shops[1], scope("anna"))) == 1


async def test_cancel_and_change_at_once_never_both_move_money_wrongly(two_shops: Two, by: By, scope: ScopeOf) -> None:
    one, other = two_shops
    answers = await asyncio.gather(
        changes.cancel_order(one, by("chloe"), "V-10040"),
        changes.change_quantity(other, by("chloe"), "V-10040", None, 3),
        changes.cancel_order(other, by("chloe"), "V-10040"),
        changes.change_delivery(one, by("chloe"), "V-10040", "express"),
    )
    assert sum(isinstance(answer, Cancelled) for answer in answers) == 1
    paid = await payments.list_payments(one, scope("chloe"), "V-10040")
    back = await refunds.track_refunds(one, scope("chloe"), "V-10040")
    assert isinstance(paid, PaymentList)
    assert isinstance(back, RefundList)
    assert sum(row.amount_cents for row in paid.payments) == sum(row.amount_cents for row in back.refunds)


async def test_the_tables_themselves_never_refund_more_than_was_paid(two_shops: Two, by: By, scope: ScopeOf) -> None:
    async def too_much(session: AsyncSession) -> Result:
        order = await find_order(session, scope("anna"), "V-10021", lock=True)
        order.refunded_cents = order.captured_cents + 1
        return Result()

    answer = await two_shops[0].once(by("anna", "k"), "refund_payment", {}, Result, too_much)
    assert isinstance(answer, ToolError)
    assert answer.code == "impossible"
    assert await effects_of(two_shops[1], scope("anna")) == []


async def test_a_call_that_is_cut_short_happened_or_not_and_its_key_knows(shop: Shop, by: By, scope: ScopeOf) -> None:
    for wait_ms in range(12):
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_ms / 1_000):
                await refund(shop, by("anna", "k"))
    assert isinstance(await refund(shop, by("anna", "k")), Refunded)
    made = await refunds.track_refunds(shop, scope("anna"), None)
    assert isinstance(made, RefundList)
    assert len(made.refunds) == 1


async def test_a_reset_brings_the_first_day_back_and_moves_with_today(shop: Shop, by: By, scope: ScopeOf) -> None:
    await refund(shop, by("anna"))
    later = date(2027, 2, 1)
    await shop.reset(later)
    assert await shop.reset_on() == later
    assert await effects_of(shop, scope("anna")) == []
    fresh = await payments.list_payments(shop, scope("anna"), "V-10021")
    assert isinstance(fresh, PaymentList)
    assert [row.captured_on for row in fresh.payments] == [later - timedelta(days=9)] * 2


async def test_a_new_shop_is_empty_until_it_is_reset(tmp_path: object) -> None:
    shop = await Shop.open(f"sqlite+aiosqlite:///{tmp_path}/new.db")
    assert await shop.reset_on() is None
    await shop.close()


async def test_a_database_that_is_away_is_unavailable(tmp_path: object) -> None:
    with pytest.raises(Unavailable, match="try again later"):
        await Shop.open(f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/shop.db")
    with pytest.raises(Unavailable, match="try again later"):
        await Shop.open("postgresql+asyncpg://nobody@127.0.0.1:1/shop")


@pytest.mark.parametrize("url", ["", "shop.db", "mysql://localhost/shop", "sqlite:///shop.db"])
async def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="URL"):
        await Shop.open(url)

"""Forgetting a customer from the command line: whoever asks is an operator, and everything is opened for it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from agents.shop.store import Shop
from baton.books import authorised
from baton.chat.redis_threads import RedisThreads
from baton.desk.auditing import role_of
from baton.desk.orders import Forget
from baton.desk.ports import ForgetsCustomers
from baton.embedded_redis import borrowed_redis
from baton.forgetting import Forgetting
from baton.records import open_audit
from baton.settings import Settings
from handoffs.tool import Scope
from memory.longterm.library import Library
from memory.session.redis_client import connect
from memory.session.redis_erasing import RedisErasing


def forgetting_with(forgetting: Forgetting) -> ForgetsCustomers:
    """Forgets with what an application holds open already."""

    async def forget(order: Forget, now: datetime) -> str:
        by = authorised(order.by, order.tenant)
        scope = Scope(tenant=order.tenant, customer=order.customer)
        forgotten = await forgetting.forget(scope, names=order.names, by=by, role=role_of(by), now=now)
        return forgotten.sentence()

    return forget


def forgetting_alone(settings: Settings, library: Library) -> ForgetsCustomers:
    """Forgets with stores that are opened for it and closed after it: nothing runs on them."""

    async def forget(order: Forget, now: datetime) -> str:
        async with _opened(settings, library) as forgetting:
            return await forgetting_with(forgetting)(order, now)

    return forget


@asynccontextmanager
async def _opened(settings: Settings, library: Library) -> AsyncGenerator[Forgetting]:
    async with AsyncExitStack() as stack:
        url = settings.redis_url or await stack.enter_async_context(borrowed_redis(settings.data_folder))
        redis = await stack.enter_async_context(connect(url))
        shop = await Shop.open(settings.shop_url)
        stack.push_async_callback(shop.close)
        audit = await open_audit(settings)
        stack.push_async_callback(audit.close)
        yield Forgetting(
            erasing=RedisErasing(redis),
            sidebar=RedisThreads(redis),
            library=library,
            shop=shop,
            audit=audit,
            data_folder=settings.data_folder,
        )

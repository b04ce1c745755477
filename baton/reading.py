"""What a short command needs: session memory and the archive behind it, without shop, agents or models, so that it
answers at once."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from agents.shop.people import TENANTS
from baton.data_folder import prepared
from baton.embedded_redis import borrowed_redis
from baton.redis_whole_log import WholeSessionLog
from baton.settings import Settings
from baton.stores import SessionJournal
from handoffs.errors import UsageError
from memory.session.redis_client import connect
from memory.session.redis_journal import RedisJournal
from tracing.archive.listing import PAGE_MOST, Wanted
from tracing.archive.store import Archive
from tracing.fault import Fault
from tracing.join import Trace, join
from tracing.record import TraceRecord, UnreadableRecord

NEWEST = "last"
SEARCHED_MOST = 10_000
NAMED_MOST = 5


@asynccontextmanager
async def redis_address(settings: Settings) -> AsyncGenerator[str]:
    """Where session memory is: the Redis of the settings, that of the running application, or one started for this.

    *Raises*: UsageError when the data folder holds nothing yet, StartRefused when no Redis can be started.
    """
    if settings.redis_url is not None:
        yield settings.redis_url
        return
    if not (settings.data_folder / "redis").is_dir():
        raise UsageError(
            f"There is nothing in the data folder {str(settings.data_folder)!r} yet: "
            "start Baton with `baton run`, or name the right folder with BATON_DATA_FOLDER."
        )
    async with borrowed_redis(settings.data_folder) as url:
        yield url


class Stores(NamedTuple):
    """Session memory: its reads, and the one way to write to a conversation."""

    log: WholeSessionLog
    journal: SessionJournal


@asynccontextmanager
async def stores(settings: Settings) -> AsyncGenerator[Stores]:
    """Session memory, opened, and the archive, to be opened when it is asked.

    *Raises*: as ``redis_address``; StoreUnavailable or Unavailable from each call.
    """
    archive = Archive.at(settings.records_url)
    try:
        async with redis_address(settings) as url, connect(url) as redis:
            prepared(settings.data_folder)
            yield Stores(WholeSessionLog(redis, archive), SessionJournal(RedisJournal(redis)))
    finally:
        await archive.close()


@asynccontextmanager
async def session_log(settings: Settings) -> AsyncGenerator[WholeSessionLog]:
    """Session memory's reads. *Raises*: as ``stores``."""
    async with stores(settings) as opened:
        yield opened.log


def tenants(settings: Settings) -> tuple[str, ...]:
    """The shops that this installation knows by name."""
    return tuple(dict.fromkeys([*TENANTS, *settings.tenant_limits]))


async def conversations_of(log: WholeSessionLog, tenant: str, *, since: datetime | None = None) -> AsyncGenerator[str]:
    """Every conversation of a tenant once: those in session memory, last active first, then those that only the archive
    knows. ``since`` leaves archived ones out that ended before it."""
    live = dict.fromkeys(each.conversation for each in await log.conversations(tenant, limit=SEARCHED_MOST))
    for name in live:
        yield name
    asked: Wanted | None = Wanted(tenant=tenant, since=since, limit=PAGE_MOST)
    while asked is not None:
        page = await log.archive.conversations(asked)
        for one in page.conversations:
            if one.conversation not in live:
                yield one.conversation
        asked = replace(asked, after=page.after) if page.after is not None else None


async def find_conversation(log: WholeSessionLog, settings: Settings, wanted: str) -> tuple[str, str]:
    """Tenant and id of a conversation named in full, by the beginning of its id, or as ``last``.

    *Raises*: UsageError when none fits, or several do.
    """
    tenant, slash, conversation = wanted.partition("/")
    if slash:
        return tenant, conversation
    active = [
        (each.at_ms, tenant, each.conversation)
        for tenant in tenants(settings)
        for each in await log.conversations(tenant, limit=SEARCHED_MOST)
    ]
    if wanted == NEWEST and active:
        return max(active)[1:]
    found = sorted({(tenant, name) for _, tenant, name in active if name.startswith(wanted)})
    if not found and wanted != NEWEST:
        found = await _archived(log.archive, settings, wanted)
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(f"No conversation is called {wanted!r}: `baton conversations` lists them.")
    several = ", ".join(f"{tenant}/{name}" for tenant, name in found[:5])
    raise UsageError(f"{len(found)} conversations begin with {wanted!r} ({several}): write more of the name.")


async def read_trace(log: WholeSessionLog, settings: Settings, wanted: str) -> Trace:
    """The joined trace of a conversation. *Raises*: UsageError when it does not exist."""
    tenant, conversation = await find_conversation(log, settings, wanted)
    records: list[TraceRecord] = []
    faults: list[Fault] = []
    for stored in await log.read(tenant, conversation):
        try:
            records.append(TraceRecord.of(tenant, conversation, stored))
        except UnreadableRecord as error:
            faults.append(Fault(kind="unreadable", sentence=str(error), seqs=(stored.seq,)))
    if not records:
        raise UsageError(f"Nothing is recorded of {tenant}/{conversation}: `baton conversations` lists what there is.")
    return join(records, faults)


async def _archived(archive: Archive, settings: Settings, beginning: str) -> list[tuple[str, str]]:
    pages = [
        await archive.conversations(Wanted(tenant=tenant, name=beginning, limit=NAMED_MOST))
        for tenant in tenants(settings)
    ]
    return sorted((one.tenant, one.conversation) for page in pages for one in page.conversations)

"""The desk where no application runs: long-term memory is opened for one command and closed after it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from baton.customers import customers_alone
from baton.desk.auditing import noting_alone
from baton.desk.forgetting import forgetting_alone
from baton.desk.local import LocalDesk
from baton.longterm import LongTerm, open_library
from baton.settings import Settings
from handoffs.errors import UsageError
from memory.longterm.embed import WeightsMissing


@asynccontextmanager
async def desk_alone(settings: Settings) -> AsyncGenerator[LocalDesk]:
    """The desk over memory that is ours alone.

    *Raises* on entry: FolderHeld, StoreUnavailable, StoreMismatch; UsageError without the embedding model's weights.
    """
    longterm = open_library(settings, customers=customers_alone(settings))
    try:
        await _open_now(longterm)
        forget = forgetting_alone(settings, longterm.library)
        yield LocalDesk(longterm, forget=forget, note=noting_alone(settings), now=_now)
    finally:
        await longterm.aclose()


async def _open_now(longterm: LongTerm) -> None:
    """Not at the first order: who holds the folder is asked instead."""
    try:
        await longterm.store.health()
    except WeightsMissing as error:
        raise UsageError(f"{error}.") from error


def _now() -> datetime:
    return datetime.now(UTC)

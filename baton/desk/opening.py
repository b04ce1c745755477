"""Reaching the desk: through the application that runs on the data folder, else by opening its memory ourselves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from baton.control_client import running_desk
from baton.desk.forgetting import forgetting_alone
from baton.desk.local import LocalDesk
from baton.desk.ports import MemoryDesk
from baton.longterm import LongTerm, open_library
from baton.settings import Settings
from memory.longterm.folder_lock import FolderHeld

WAIT_S = 30.0  # an application that starts holds the folder before it answers
POLL_S = 0.1


@asynccontextmanager
async def open_desk(settings: Settings, *, wait_s: float = WAIT_S) -> AsyncGenerator[MemoryDesk]:
    """Long-term memory's desk for one command.

    *Raises*: FolderHeld when a process holds the memory and answers nobody; StoreUnavailable, StoreMismatch.
    """
    reached = await _reached(settings, wait_s)
    if not isinstance(reached, LongTerm):
        yield reached
        return
    try:
        yield LocalDesk(reached, forget=forgetting_alone(settings, reached.library), now=_now)
    finally:
        await reached.aclose()


async def _reached(settings: Settings, wait_s: float) -> MemoryDesk | LongTerm:
    """The application's desk, or memory that is ours now; the folder may change hands between the two questions."""
    while True:
        if (desk := await running_desk(settings.data_folder)) is not None:
            return desk
        longterm = open_library(settings)
        try:
            await longterm.store.health()
        except FolderHeld:
            await longterm.aclose()
            if wait_s <= 0:
                raise
        except BaseException:
            await longterm.aclose()
            raise
        else:
            return longterm
        await asyncio.sleep(POLL_S)
        wait_s -= POLL_S


def _now() -> datetime:
    return datetime.now(UTC)

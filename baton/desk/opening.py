"""Reaching the desk: through the application that runs on the data folder, else by opening its memory ourselves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from baton.control_client import running_desk
from baton.desk.ports import MemoryDesk
from baton.settings import Settings
from memory.longterm.folder_lock import FolderHeld

WAIT_S = 30.0  # an application that starts holds the folder before it answers
POLL_S = 0.1


@asynccontextmanager
async def open_desk(settings: Settings, *, wait_s: float = WAIT_S) -> AsyncGenerator[MemoryDesk]:
    """Long-term memory's desk for one command.

    *Raises*: FolderHeld when a process holds the memory and answers nobody; StoreUnavailable, StoreMismatch.
    """
    async with AsyncExitStack() as stack:
        yield await _reached(settings, wait_s, stack)


async def _reached(settings: Settings, wait_s: float, stack: AsyncExitStack) -> MemoryDesk:
    """The application's desk, or our own; the folder may change hands between the two questions."""
    while True:
        if (desk := await running_desk(settings.data_folder)) is not None:
            return desk
        from baton.desk.alone import desk_alone  # noqa: PLC0415  a second of imports that a running one spares us

        try:
            return await stack.enter_async_context(desk_alone(settings))
        except FolderHeld:
            if wait_s <= 0:
                raise
        await asyncio.sleep(POLL_S)
        wait_s -= POLL_S

"""What long-term memory needs beside the turns: the help centre on its shelf, and what is over swept away."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from handoffs.ports import Clock
from memory.errors import StoreError
from memory.longterm.embed import WeightsMissing
from memory.longterm.item import TenantScope
from memory.longterm.library import Library

SWEEP_EVERY_S = 3600.0
AGAIN_S = 15.0
log = logging.getLogger(__name__)


async def stocked(stock: Callable[[datetime], Awaitable[object]], clock: Clock) -> None:
    """Return when the shelf was filled; while a store is away it is tried again."""
    while True:
        try:
            await stock(clock.now())
        except (StoreError, WeightsMissing) as error:
            log.warning("the help centre is not in long-term memory yet: %s", error)
            await clock.sleep(AGAIN_S)
        except Exception:  # whatever it was, learning and sweeping go on beside
            log.exception("the help centre could not be put into long-term memory")
            await clock.sleep(AGAIN_S)
        else:
            return


async def keep_swept(library: Library, tenants: Sequence[str], clock: Clock) -> None:
    """Erase what is over, every hour, until cancelled."""
    while True:
        for tenant in tenants:
            try:
                await library.sweep(TenantScope(tenant=tenant), now=clock.now())
            except (StoreError, WeightsMissing) as error:
                log.warning("the sweeper leaves %s for later: %s", tenant, error)
            except Exception:
                log.exception("the sweeper stumbled over %s", tenant)
        await clock.sleep(SWEEP_EVERY_S)

"""The archive in a running Baton: what is said lands there behind the turns, and what has rested leaves Redis."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Final

from handoffs.errors import BatonError
from handoffs.ports import Clock
from handoffs.runtime import pass_by
from memory.errors import StoreError
from tracing.archive.landing import Landing
from tracing.archive.move import Mover
from tracing.archive.ports import LiveLog, Trimming
from tracing.archive.pricing import PriceTable
from tracing.archive.store import Archive

LOOK_EVERY_S: Final = 3.0
LOOK_AT_ALL_EVERY_S: Final = 3600.0
AGAIN_S: Final = 15.0
KEPT_S: Final = 24 * 3600  # how long an ended execution stays in Redis after it has landed
log = logging.getLogger(__name__)


class Archiving:
    """Moves for ever; any number of processes may do so at once."""

    def __init__(
        self,
        archive: Archive,
        live: LiveLog,
        trimming: Trimming,
        *,
        tenants: Sequence[str],
        clock: Clock,
        prices: PriceTable,
        reach: Callable[[str], None] = pass_by,
    ) -> None:
        landing = Landing(archive.engine, prices=prices, reach=reach)
        self._mover = Mover(live, landing, trimming, tenants=tenants, reach=reach)
        self._archive, self._clock = archive, clock
        self._all_due_s = clock.monotonic()

    async def serve(self) -> None:
        """Move until cancelled; what fails because a store is away is tried again."""
        while True:
            try:
                await self.look()
                rest_s = LOOK_EVERY_S
            except (BatonError, StoreError) as error:
                log.warning("archiving waits: %s", error)
                rest_s = AGAIN_S
            except Exception:  # the chat goes on, and so must this
                log.exception("archiving failed")
                rest_s = AGAIN_S
            await self._clock.sleep(rest_s)

    async def look(self) -> int:
        """Move what is new, and every hour whatever is left; answers how many records landed.

        *Raises*: Unavailable, UsageError, StoreError.
        """
        await self._archive.open()
        if self._clock.monotonic() < self._all_due_s:
            return await self._mover.move_lately()
        moved = await self._mover.move_all()
        await self._mover.trim(round((self._clock.now().timestamp() - KEPT_S) * 1000))
        self._all_due_s = self._clock.monotonic() + LOOK_AT_ALL_EVERY_S
        return moved

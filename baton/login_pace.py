"""Slows guessing of passwords down, at the chat's door and the console's alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from baton.auth import lock_id
from baton.chat.ports import Stores

LOGINS_PER_ADDRESS: Final = 5  # people behind one address, in logins per minute of one person
WINDOW_S: Final = 60
TOO_MANY_LOGINS: Final = "There were too many logins from your address. Please wait a minute and try again."
TOO_MANY_WRONG: Final = "There were too many wrong passwords for this name. Please wait a minute and try again."


class LoginPace:
    """Counts logins per address, and wrong passwords per name; both doors count together."""

    def __init__(self, stores: Stores, logins_per_minute: int) -> None:
        self._stores, self._logins_per_minute = stores, logins_per_minute

    async def refusal(self, address: str, login: str) -> str:
        """Why this login must wait, as a sentence; '' where it need not. *Raises*: StoreUnavailable."""
        most = self._logins_per_minute * LOGINS_PER_ADDRESS
        if not await self._stores.limits.allow("logins-from", address, limit=most, window_s=WINDOW_S):
            return TOO_MANY_LOGINS
        return TOO_MANY_WRONG if await self._stores.deny.revoked(lock_id(login)) else ""

    async def count_wrong(self, login: str) -> None:
        """One wrong password more for this name; the last that a minute allows locks it for a minute."""
        name, most = lock_id(login), self._logins_per_minute
        if not await self._stores.limits.allow("wrong-logins", name, limit=most - 1, window_s=WINDOW_S):
            await self._stores.deny.revoke(name, datetime.now(UTC) + timedelta(seconds=WINDOW_S))

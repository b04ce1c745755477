"""The one way in which commands reach long-term memory: an order in, answers out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import datetime
from typing import Protocol

from baton.desk.answers import AnyAnswer
from baton.desk.orders import AnyOrder, Forget

ForgetsCustomers = Callable[[Forget, datetime], Awaitable[str]]
"""Forgets a customer everywhere; answers what there was, in numbers."""


class MemoryDesk(Protocol):
    """Long-term memory as commands see it, in this process or in the running application."""

    def ask(self, order: AnyOrder) -> AsyncGenerator[AnyAnswer]:
        """Do it and tell, piece by piece. *Raises*: UsageError, Unavailable, StoreError."""
        ...

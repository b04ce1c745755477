"""Work on the database that is not cut off half-way: a driver that is cancelled may leave a transaction open behind it,
and SQLite's one writer with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from types import CoroutineType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def uncut(work: Callable[P, Coroutine[None, None, T]]) -> Callable[P, CoroutineType[None, None, T]]:
    """The same, but whoever is cancelled while it runs is cancelled when it has ended."""

    @wraps(work)
    async def whole(*args: P.args, **kwargs: P.kwargs) -> T:
        task = asyncio.ensure_future(work(*args, **kwargs))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait([task])
            if not task.cancelled():
                task.exception()  # nobody is left to be told
            raise

    return whole

"""The application's life: Redis, installation and web server come up in this order, and go down in the reverse."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import FrameType

import uvicorn

from agents.team import TEAM
from baton.brain import brain_of
from baton.console_wiring import console_backing
from baton.control import control_socket
from baton.desk.auditing import noting
from baton.desk.forgetting import forgetting_with
from baton.desk.local import LocalDesk
from baton.embedded_redis import EmbeddedRedis
from baton.memory_wiring import remembering_of
from baton.redis_check import redis_version
from baton.settings import Settings
from baton.web import build_app
from baton.welcome import welcome
from baton.wiring import model_notice, open_installation

DRAIN_S = 15


async def serve(settings: Settings, port: socket.socket) -> None:
    """Answer on the open port until SIGINT or SIGTERM.

    *Raises*: StartRefused, Unavailable, UsageError when something it needs cannot be had.
    """
    async with _redis(settings) as url:
        brain = brain_of(settings, TEAM, url)
        installation = await open_installation(
            settings,
            url,
            brain,
            today=_now().date(),
            remembering=remembering_of(settings, brain.embedder),
        )
        longterm = installation.longterm
        assert longterm is not None
        desk = LocalDesk(
            longterm, forget=forgetting_with(installation.forgetting), note=noting(installation.audit), now=_now
        )
        config = uvicorn.Config(
            build_app(installation, console_backing(installation, longterm)),
            http="httptools",
            ws="websockets-sansio",
            timeout_graceful_shutdown=DRAIN_S,
            log_config=None,
            access_log=False,
            server_header=False,
        )
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, _again)
        async with control_socket(desk, settings.data_folder):
            await _Announcing(config, settings).serve(sockets=[port])


class _Announcing(uvicorn.Server):
    """A server that says where it is once it answers."""

    def __init__(self, config: uvicorn.Config, settings: Settings) -> None:
        super().__init__(config)
        self._settings = settings

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        welcome(self._settings, model_notice(self._settings))

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:  # a wrapper may pass on a signal that we got already; twice would cut turns short
            super().handle_exit(sig, frame)


@asynccontextmanager
async def _redis(settings: Settings) -> AsyncGenerator[str]:
    """The address of Redis: the one of the settings, or the embedded one, kept alive, and stopped at the end."""
    if settings.redis_url is not None:
        await redis_version(settings.redis_url)
        yield settings.redis_url
        return
    embedded = EmbeddedRedis(settings.data_folder)
    await embedded.start()
    keeping = asyncio.create_task(embedded.keep_alive(), name="embedded redis")
    try:
        yield embedded.url
    finally:
        await embedded.stop()
        await keeping


def _now() -> datetime:
    return datetime.now(UTC)


def _again(_number: int, _frame: FrameType | None) -> None:
    """The server stops on a signal and then raises it anew, which must not cut the farewell of Redis short."""

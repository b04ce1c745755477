"""A bare ``chainlit run app.py``: the chat brings up by itself what ``baton run`` brings up around it.

Chainlit asks for the secret before its loop runs and calls the start-up hook inside it, hence the two halves.
"""

from __future__ import annotations

import os
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import chainlit as cl

from agents.team import TEAM
from baton.auth import auth_secret
from baton.brain import brain_of
from baton.chat.current import open_chat, open_sockets, running
from baton.embedded_redis import EmbeddedRedis
from baton.memory_wiring import remembering_of
from baton.settings import load_settings
from baton.wiring import open_installation


def stand_alone() -> None:
    """Hook the installation into Chainlit's own start and stop. *Raises*: SettingsError."""
    settings = load_settings()
    os.environ["CHAINLIT_AUTH_SECRET"] = auth_secret(settings.data_folder)
    closing = AsyncExitStack()

    async def start() -> None:
        url = settings.redis_url
        if url is None:
            redis = EmbeddedRedis(settings.data_folder)
            await redis.start()
            closing.push_async_callback(redis.stop)
            url = redis.url
        brain = brain_of(settings, TEAM, url)
        installation = await open_installation(
            settings,
            url,
            brain,
            today=datetime.now(UTC).date(),
            remembering=remembering_of(settings, brain.embedder),
        )
        open_chat(installation)
        await installation.start()

    async def stop() -> None:
        await open_sockets().close()
        await running().stop()
        await closing.aclose()

    async def begun() -> None:
        """Chainlit refuses an application without this hook; our sockets never call it."""

    cl.on_chat_start(begun)
    cl.on_app_startup(start)
    cl.on_app_shutdown(stop)

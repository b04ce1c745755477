"""Who thinks: the chain of models (primary, secondary, offline), and the entry route, which asks none of them."""

from __future__ import annotations

from agents.entry import EntryRoute
from agents.models.breaker import InProcessBreaker
from agents.models.fallback import Fallback
from agents.models.offline.model import OfflineModel
from agents.models.offline.reader import Reader
from agents.models.openai_chat import OpenAIChat
from baton.endpoint import endpoint_of
from baton.settings import Settings
from baton.wiring import Brain
from handoffs.agent import Team
from handoffs.clock import SystemClock
from memory.longterm.embed import Embedder


def brain_of(settings: Settings, team: Team) -> Brain:
    """The brain that the settings describe."""
    embedder = Embedder()
    reader = Reader(embedder, team, cache_dir=settings.data_folder / "cache")
    offline, endpoints = OfflineModel(reader, team), _endpoints(settings)
    clock = SystemClock()
    chain = Fallback([*endpoints, offline], InProcessBreaker(clock.monotonic), clock.monotonic)

    async def close() -> None:
        for endpoint in endpoints:
            await endpoint.close()
        embedder.close()

    return Brain(
        model=chain if endpoints else offline,
        entry=EntryRoute(reader, team),
        load=reader.ready,
        close=close,
    )


def _endpoints(settings: Settings) -> tuple[OpenAIChat, ...]:
    primary = endpoint_of(settings)
    if primary is None:
        return ()
    if settings.fallback_model is None:
        return (primary,)
    secret = settings.fallback_api_key or settings.openai_api_key
    key = secret.get_secret_value() if secret is not None else None
    url = settings.fallback_base_url or settings.openai_base_url
    return (primary, OpenAIChat(url, key, settings.fallback_model, timeout_s=settings.model_timeout_s))

"""Who thinks: the chain of models (primary, secondary, offline), and the entry route, which asks none of them."""

from __future__ import annotations

from agents.entry import EntryRoute
from agents.learning.from_model import ModelLearner
from agents.learning.patterns import PatternLearner
from agents.learning.turn import Learner
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
from memory.coordination.redis_breaker import RedisBreaker
from memory.longterm.embed import Embedder
from memory.session.redis_client import connect


def brain_of(settings: Settings, team: Team, redis_url: str | None = None) -> Brain:
    """The brain that the settings describe; its circuits are shared through Redis, where there is one."""
    embedder = Embedder()
    reader = Reader(embedder, team, cache_dir=settings.data_folder / "cache")
    offline, endpoints = OfflineModel(reader, team), _endpoints(settings)
    clock = SystemClock()
    redis = connect(redis_url) if redis_url is not None and endpoints else None
    breaker = RedisBreaker(redis) if redis is not None else InProcessBreaker(clock.monotonic)
    chain = Fallback([*endpoints, offline], breaker, clock.monotonic)
    learner: Learner = PatternLearner(team)
    if endpoints:
        learner = ModelLearner(Fallback(endpoints, breaker, clock.monotonic), PatternLearner(team))

    async def close() -> None:
        for endpoint in endpoints:
            await endpoint.close()
        embedder.close()
        if redis is not None:
            await redis.aclose()

    return Brain(
        model=chain if endpoints else offline,
        entry=EntryRoute(reader, team),
        load=reader.ready,
        close=close,
        embedder=embedder,
        learner=learner,
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

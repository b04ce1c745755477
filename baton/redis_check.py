"""Is there a Redis at an address, and can Baton live with it?"""

from __future__ import annotations

from typing import cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from baton.data_folder import StartRefused
from baton.redis_program import OLDEST

ANSWERS_WITHIN_S = 5.0


async def redis_version(url: str) -> str:
    """The version of the Redis at this address.

    *Raises*: StartRefused when none answers there, or it is too old.
    """
    try:
        async with Redis.from_url(
            url,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=ANSWERS_WITHIN_S,
            socket_connect_timeout=ANSWERS_WITHIN_S,
        ) as client:
            info = cast("dict[str, object]", await client.info("server"))
    except (RedisError, OSError) as error:
        raise StartRefused(
            f"No Redis answers at BATON_REDIS_URL ({error or type(error).__name__}): start it, mend the address, "
            "or unset the variable to use the embedded one."
        ) from error
    version = str(info["redis_version"])
    if tuple(map(int, version.split(".")[:2])) < OLDEST:
        raise StartRefused(f"The Redis at BATON_REDIS_URL is version {version}: Baton needs 6.2 or newer.")
    return version

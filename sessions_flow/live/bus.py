"""Between processes: one Redis channel, raw PUBLISH of what a commit produced, batched. A doorbell, not a mailbox.

Without REDIS_URL there is one process and no bus. A dead Redis costs nobody anything but liveness:
publishing gives up at once for a second, readers are healed from the database.
"""

import asyncio
import logging
import secrets
import threading
import time
from urllib.parse import urlsplit

import orjson
import redis
import redis.asyncio
from django.conf import settings

from sessions_flow.live.registry import Frame, registry

logger = logging.getLogger(__name__)
ORIGIN = secrets.token_hex(8)
PAUSE_SECONDS = 1.0  # after a failure nobody tries for so long


def channel() -> str:
    """PUBLISH crosses Redis databases, so the number is part of the name."""
    return f"desk:live:{urlsplit(settings.REDIS_URL).path.strip('/') or '0'}"


class Publisher:
    """Thread-safe; never raises."""

    def __init__(self) -> None:
        self._client: redis.Redis | None = None
        self._silent_until = 0.0
        self._guard = threading.Lock()

    @property
    def is_down(self) -> bool:
        return time.monotonic() < self._silent_until

    def publish(self, frames: list[Frame]) -> None:
        if not settings.REDIS_URL or self.is_down:
            return
        try:
            self._redis().publish(channel(), orjson.dumps([ORIGIN, frames]))
        except redis.RedisError as error:
            self._silent_until = time.monotonic() + PAUSE_SECONDS
            logger.warning("the bus is down: %s", error)

    def _redis(self) -> redis.Redis:
        with self._guard:
            if self._client is None:
                self._client = redis.Redis.from_url(
                    settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5, max_connections=32
                )
            return self._client


publisher = Publisher()


async def listen() -> None:
    """Feeds the registry with what other processes published, for ever; reconnects by itself."""
    while True:
        try:
            client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_timeout=None, health_check_interval=15)
            async with client, client.pubsub(ignore_subscribe_messages=True) as pubsub:
                await pubsub.subscribe(channel())
                async for message in pubsub.listen():
                    origin, frames = orjson.loads(message["data"])
                    if origin != ORIGIN:
                        registry.dispatch(frames)
        except (redis.RedisError, OSError) as error:
            logger.warning("the bus is down, trying again: %s", error)
        await asyncio.sleep(PAUSE_SECONDS)

"""Between processes: one Redis channel, raw PUBLISH of what a commit produced, batched. A doorbell, not a mailbox.

Without REDIS_URL there is one process and no bus. A dead Redis costs nobody anything but liveness:
publishing gives up at once for a second, readers are healed from the database.
"""

import asyncio
import atexit
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
LONGEST_QUEUE = 10_000  # frames
FLUSH_SECONDS = 2.0  # a process that ends waits at most so long


def channel() -> str:
    """PUBLISH crosses Redis databases, so the number is part of the name."""
    return f"desk:live:{urlsplit(settings.REDIS_URL).path.strip('/') or '0'}"


class Publisher:
    """Hands frames to a thread of its own, which sends whatever gathered meanwhile as one PUBLISH. Never raises."""

    def __init__(self) -> None:
        self._frames: list[Frame] = []
        self._wakes = threading.Condition()
        self._is_sending = False
        self._thread: threading.Thread | None = None

    def publish(self, frames: list[Frame]) -> None:
        if not settings.REDIS_URL:
            return
        with self._wakes:
            if len(self._frames) > LONGEST_QUEUE:  # Redis hangs: the healers of the other processes read the database
                self._frames.clear()
            self._frames.extend(frames)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="bus", daemon=True)
                self._thread.start()
                atexit.register(self.flush)
            self._wakes.notify_all()

    def flush(self) -> None:
        """What gathered is sent before a command ends, while Redis answers."""
        with self._wakes:
            self._wakes.wait_for(lambda: not self._frames and not self._is_sending, FLUSH_SECONDS)

    def _run(self) -> None:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1.0, socket_connect_timeout=1.0)
        while True:
            with self._wakes:
                self._is_sending = False
                self._wakes.notify_all()
                self._wakes.wait_for(lambda: bool(self._frames))
                frames, self._frames, self._is_sending = self._frames, [], True
            try:
                client.publish(channel(), orjson.dumps([ORIGIN, frames]))
            except redis.RedisError as error:
                logger.warning("the bus is down: %s", error)
                time.sleep(PAUSE_SECONDS)


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
        except Exception as error:  # also a frame of another version: nobody else would listen again
            logger.warning("the bus is down, trying again: %s", error)
        await asyncio.sleep(PAUSE_SECONDS)

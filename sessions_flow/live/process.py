"""What one web process keeps running beside its sockets: the bus listener, the healer, heartbeats, and the drain.

Started by the first connection, so that it works under any ASGI server; `manage.py serve` adds the drain.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from django.conf import settings

from sessions_flow.live import bus
from sessions_flow.live.database import in_database
from sessions_flow.live.registry import registry
from sessions_flow.models import Conversation

if TYPE_CHECKING:
    from sessions_flow.live.follower import Follower

logger = logging.getLogger(__name__)
HEAL_SECONDS = 3.0
RECONNECT_MILLISECONDS = (200, 2000)
connections: "set[Follower]" = set()
beats: list[
    tuple[float, Callable[[list[int], list[int]], None]]
] = []  # (seconds, function(conversation ids, member ids))
_tasks: set[asyncio.Task[Any]] = set()


def spawn(work: Coroutine[Any, Any, Any]) -> None:
    """A task that is kept alive until it ends."""
    task = asyncio.get_running_loop().create_task(work)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


def on_beat(
    seconds: float,
) -> Callable[[Callable[[list[int], list[int]], None]], Callable[[list[int], list[int]], None]]:
    """Registers a database function, called every `seconds` with the visitors' conversations and members connected."""

    def register(function: Callable[[list[int], list[int]], None]) -> Callable[[list[int], list[int]], None]:
        beats.append((seconds, function))
        return function

    return register


def start() -> None:
    """Idempotent. Runs on the event loop."""
    loop = asyncio.get_running_loop()
    if registry.loop is loop:
        return
    registry.loop = loop
    spawn(_heal())
    for seconds, function in beats:
        spawn(_beat(seconds, function))
    if settings.REDIS_URL:
        spawn(bus.listen())


async def _heal() -> None:
    """A lost last ring is noticed here: compares every cursor with the database (promise 4)."""
    while True:
        await asyncio.sleep(HEAL_SECONDS)
        try:
            newest = await in_database(_newest, list(registry.followers))
        except Exception as error:
            logger.warning("the healer could not read: %s", error)
            continue
        for connection in list(connections):
            for conversation_id, cursor in list(connection.cursors.items()):
                if newest.get(conversation_id, 0) > cursor.seq:
                    connection.fill(conversation_id)


def _newest(conversation_ids: list[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for start_at in range(0, len(conversation_ids), 5000):
        some = conversation_ids[start_at : start_at + 5000]
        found.update(Conversation.objects.filter(pk__in=some).values_list("pk", "seq"))
    return found


async def _beat(seconds: float, function: Callable[[list[int], list[int]], None]) -> None:
    while True:
        try:
            visitors = [key for connection in connections if connection.is_visitor for key in connection.cursors]
            await in_database(function, visitors, list(registry.members))
        except Exception as error:
            logger.warning("a heartbeat failed: %s", error)
        await asyncio.sleep(seconds)


def send_away() -> int:
    """Tells every client to come back a little later, each at another moment, and closes. Returns how many."""
    gone = list(connections)
    for connection in gone:
        connection.send_away(random.randint(*RECONNECT_MILLISECONDS))  # noqa: S311
    return len(gone)

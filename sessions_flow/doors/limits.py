"""How often somebody may: counters in the cache, usually of a minute each. They fail open: a dead cache limits
nobody (design.md, Two sizes)."""

import logging
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache

from accounts.addresses import network_of

logger = logging.getLogger(__name__)
WINDOW = 60  # seconds


def seconds_to_wait(scope: str, who: str, most: int, window: int = WINDOW) -> int:
    """Counts one attempt of `who`. 0: go on; otherwise the seconds until the next window. `most` 0: no limit."""
    if not most or not who:
        return 0
    now = time.time()
    key = f"limit:{scope}:{who}:{int(now) // window}"
    try:
        cache.add(key, 0, window * 2)
        count = cache.incr(key)
    except Exception as error:
        logger.warning("limits are off, the cache is out of reach: %s", error)
        return 0
    return 0 if count <= most else max(1, window - int(now) % window)


def address_of(scope: dict[str, Any]) -> str:
    """The client's address in an ASGI scope; the server has put a trusted proxy's word there."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def wait_for_new_visitor(address: str) -> int:
    """Seconds until this address may bring another anonymous visitor: every door asks (promise 9)."""
    return seconds_to_wait("new-visitors", network_of(address), settings.NEW_VISITORS_PER_MINUTE)

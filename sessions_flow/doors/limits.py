"""How often somebody may: counters in the cache, usually of a minute each. They fail open: a dead cache limits
nobody (design.md, Two sizes)."""

import ipaddress
import logging
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache

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


def network_of(address: str) -> str:
    """Who shares a limit: an IPv4 address, an IPv6 /64. Empty for loopback, which is no visitor: it is a reverse proxy
    that nobody named in TRUSTED_PROXIES, or whoever tries the desk out."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return network_of(str(found.ipv4_mapped))
        return "" if found.is_loopback else str(ipaddress.ip_network((found, 64), strict=False))
    return "" if found.is_loopback else str(found)


def address_of(scope: dict[str, Any]) -> str:
    """The client's address in an ASGI scope; the server has put a trusted proxy's word there."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def wait_for_new_visitor(address: str) -> int:
    """Seconds until this address may bring another anonymous visitor: every door asks (promise 9)."""
    return seconds_to_wait("new-visitors", network_of(address), settings.NEW_VISITORS_PER_MINUTE)

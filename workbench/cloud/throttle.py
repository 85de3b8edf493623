"""How often one SecretId may call. Without a cache nobody is held up (throttles fail open)."""

import contextlib
import time

from django.core.cache import cache

from workbench.cloud.errors import REQUEST_LIMIT, CloudError

MOST_A_SECOND = 50


def check_rate(secret_id: str) -> None:
    """Raises CloudError above MOST_A_SECOND calls within one second."""
    key = f"cloud:{secret_id}:{int(time.time())}"
    calls = 0
    with contextlib.suppress(Exception):  # no cache
        cache.add(key, 0, 10)
        calls = cache.incr(key)
    if calls > MOST_A_SECOND:
        raise CloudError(REQUEST_LIMIT, f"More than {MOST_A_SECOND} requests in one second. Please slow down.")

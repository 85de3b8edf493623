"""Work that no visitor waits for: indexes, and curves beside them, in two threads of this process.

What dies with the process is taken up by deadlines, or asked for again.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from sessions_flow.live.database import guarded

logger = logging.getLogger(__name__)
pool = ThreadPoolExecutor(2, thread_name_prefix="bot")

long_pool = ThreadPoolExecutor(1, thread_name_prefix="import")  # minutes: a release must not wait for it
_long: "Future[None] | None" = None


def submit_long(function: Callable[..., Any], *args: Any) -> "Future[None]":
    global _long
    _long = long_pool.submit(_run, function, args)
    return _long


def is_free_for_long() -> bool:
    """Who claims such work while another is under way lets its lease run out in a queue."""
    return _long is None or _long.done()


def submit(function: Callable[..., Any], *args: Any) -> "Future[None]":
    return pool.submit(_run, function, args)


def _run(function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    try:
        guarded(function, *args)
    except Exception:
        logger.exception("%s failed", function.__qualname__)

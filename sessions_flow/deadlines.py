"""The registry of deadlines: functions that act on rows whose due time has come.

A deadline function takes `now`, handles at most a batch, and returns how many rows it acted on. It claims with
SKIP LOCKED or re-checks under the lock, so that running twice at once is harmless. The sweep (Celery beat, every
0.25 s) calls them all; one that fails does not stop the others.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import connection

logger = logging.getLogger(__name__)
Deadline = Callable[[datetime], int]
BATCH = 200
registered: dict[str, Deadline] = {}


def deadline(name: str) -> Callable[[Deadline], Deadline]:
    """`@deadline("session.idle")`; a name registered twice fails at start."""

    def register(function: Deadline) -> Deadline:
        if name in registered or not callable(function):
            raise TypeError(f"deadline {name!r} is registered twice or not callable")
        registered[name] = function
        return function

    return register


def sweep(now: datetime) -> dict[str, int]:
    """Runs every deadline once. Returns how many rows each acted on."""
    done: dict[str, int] = {}
    for name, function in registered.items():
        try:
            done[name] = function(now)
        except Exception:
            logger.exception("deadline %s failed", name)
            connection.close()
    return done

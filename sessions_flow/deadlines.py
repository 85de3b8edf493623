"""The registry of deadlines: functions that act on rows whose due time has come.

A deadline function takes `now`, handles at most a batch, and returns how many rows it acted on. It claims with
SKIP LOCKED or re-checks under the lock, so that running twice at once is harmless. Celery beat ticks every 0.25 s; what
may be later than that says how often it wants to be called, so that an idle desk is idle. One that fails does not stop
the others.
"""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import connection

logger = logging.getLogger(__name__)
Deadline = Callable[[datetime], int]
BATCH = 200
registered: dict[str, Deadline] = {}
_every: dict[str, float] = {}  # seconds between two calls
_called_at: dict[str, float] = {}  # in this process, by its monotonic clock


def deadline(name: str, every_seconds: float = 0) -> Callable[[Deadline], Deadline]:
    """`@deadline("session.idle")` at every tick; a name registered twice fails at start."""

    def register(function: Deadline) -> Deadline:
        if name in registered or not callable(function):
            raise TypeError(f"deadline {name!r} is registered twice or not callable")
        registered[name], _every[name] = function, every_seconds
        return function

    return register


def tick(now: datetime) -> dict[str, int]:
    """Runs those whose turn it is. Returns how many rows each acted on."""
    clock = time.monotonic()
    turn = [name for name in registered if clock - _called_at.get(name, float("-inf")) >= _every[name]]
    _called_at.update(dict.fromkeys(turn, clock))
    return sweep(now, turn)


def sweep(now: datetime, names: Iterable[str] | None = None) -> dict[str, int]:
    """Runs every deadline (or those named) once. Returns how many rows each acted on."""
    done: dict[str, int] = {}
    for name in registered if names is None else names:
        try:
            done[name] = registered[name](now)
        except Exception:
            logger.exception("deadline %s failed", name)
            connection.close()
    return done

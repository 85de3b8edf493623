"""The registry of deadlines: functions that act on rows whose due time has come.

A deadline function takes `now`, handles at most a batch, and returns how many rows it acted on. It claims with
SKIP LOCKED or re-checks under the lock, so that running twice at once is harmless. Celery beat ticks every 0.25 s; what
may be later than that says how often it wants to be called, so that an idle desk is idle. What takes long (counting,
indexing, clearing out) `may_wait`: it has a tick of its own, so that nothing punctual stands behind it. One that fails
does not stop the others.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import connection

logger = logging.getLogger(__name__)
Deadline = Callable[[datetime], int]
BATCH = 200
registered: dict[str, Deadline] = {}
_every: dict[str, float] = {}  # seconds between two calls
_may_wait: set[str] = set()
_waiting = threading.Lock()  # one tick of what may wait at a time in a process
_called_at: dict[str, float] = {}  # in this process, by its monotonic clock


def deadline(name: str, every_seconds: float = 0, *, may_wait: bool = False) -> Callable[[Deadline], Deadline]:
    """`@deadline("session.idle")` at every tick; a name registered twice fails at start."""

    def register(function: Deadline) -> Deadline:
        if name in registered or not callable(function):
            raise TypeError(f"deadline {name!r} is registered twice or not callable")
        registered[name], _every[name] = function, every_seconds
        if may_wait:
            _may_wait.add(name)
        return function

    return register


def tick(now: datetime) -> dict[str, int]:
    """Runs the punctual ones whose turn it is. Returns how many rows each acted on."""
    return _take_turns(now, [name for name in registered if name not in _may_wait])


def tick_what_may_wait(now: datetime) -> dict[str, int]:
    """The same for the others; nothing while this process is still at it."""
    if not _waiting.acquire(blocking=False):
        return {}
    try:
        return _take_turns(now, [name for name in registered if name in _may_wait])
    finally:
        _waiting.release()


def _take_turns(now: datetime, names: Iterable[str]) -> dict[str, int]:
    clock = time.monotonic()
    turn = [name for name in names if clock - _called_at.get(name, float("-inf")) >= _every[name]]
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

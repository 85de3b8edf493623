"""The release in force, with its index, held by every process and exchanged when a newer one is published."""

import threading
import time

from chatbot import background
from chatbot.knowledge import Knowledge, prepared
from chatbot.models import Release
from chatbot.snapshots import Snapshot

FRESH_SECONDS = 1.0
EMPTY: Snapshot = {"entries": [], "welcome": [], "settings": {}}

_guard = threading.Lock()
_held: Knowledge | None = None
_looked_at = 0.0
_loading: int | None = None


def knowledge() -> Knowledge:
    """What visitors talk to, at most a second old; it knows nothing before the first release. While a newer release
    is being loaded the one before answers, so only the first question of a process ever waits."""
    held = _held
    if held is not None and time.monotonic() - _looked_at < FRESH_SECONDS:
        return held
    newest = Release.objects.in_force().values_list("pk", flat=True).first() or 0
    if held is None:
        return _first(newest)
    _look(held, newest)
    return held


def adopt(known: Knowledge) -> None:
    """This process has just prepared a release: no need to load it."""
    with _guard:
        if _held is None or known.release_id > _held.release_id:
            _hold(known)


def forget() -> None:
    """The next question reads the database (tests empty it)."""
    global _held, _loading
    with _guard:
        _held = _loading = None


def _first(newest: int) -> Knowledge:
    with _guard:
        return _held or _hold(_read(newest))


def _look(held: Knowledge, newest: int) -> None:
    """Starts loading what is newer, once."""
    global _looked_at, _loading
    with _guard:
        _looked_at = time.monotonic()
        if held.release_id == newest or _loading == newest:
            return
        _loading = newest
    background.submit(_exchange, newest)


def _exchange(newest: int) -> None:
    global _loading
    try:
        found = _read(newest)
        with _guard:
            if _loading == newest:
                _hold(found)
    finally:
        with _guard:
            _loading = None if _loading == newest else _loading


def _hold(found: Knowledge) -> Knowledge:
    global _held, _looked_at
    _held, _looked_at = found, time.monotonic()
    return found


def _read(release_id: int) -> Knowledge:
    snapshot = Release.objects.filter(pk=release_id).values_list("snapshot", flat=True).first()
    return prepared(release_id, snapshot or EMPTY)

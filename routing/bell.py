"""The assigner's bell: rung after every commit that frees an agent or adds a waiting session."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import transaction

from sessions_flow.live.database import guarded

F = TypeVar("F", bound=Callable[..., Any])
logger = logging.getLogger(__name__)
pool = ThreadPoolExecutor(1, thread_name_prefix="assigner")
_is_rung = threading.Event()
_answers: list[Callable[[], object]] = []


def answers(function: F) -> F:
    """Registers who comes when it rings. One function."""
    if _answers:
        raise TypeError("somebody answers this bell already")
    _answers.append(function)
    return function


def ring_after_commit() -> None:
    """The assigner runs soon; rings while it has not started yet are one ring."""
    transaction.on_commit(ring, robust=True)


def ring() -> None:
    if not _is_rung.is_set():
        _is_rung.set()
        pool.submit(_run)


def _run() -> None:
    _is_rung.clear()
    try:
        for function in _answers:
            guarded(function)
    except Exception:
        logger.exception("the assigner failed, the sweep tries again")

"""A visitor's place in the queue, as the app that queues tells it (routing registers at start)."""

from collections.abc import Callable
from typing import Any

Place = dict[str, Any]
_source: list[Callable[[int], Place | None]] = []


def register(function: Callable[[int], Place | None]) -> Callable[[int], Place | None]:
    """`function(conversation id)` gives `{"position", "ahead"}`, or None for who does not wait. One app registers."""
    if _source:
        raise TypeError("the queue's places are registered twice")
    _source.append(function)
    return function


def place_of(conversation_id: int) -> Place | None:
    return _source[0](conversation_id) if _source else None

"""Waiting for what no socket or page tells."""

import time
from collections.abc import Callable
from typing import Any


def until(wanted: Callable[[], Any], seconds: float = 30, told: Callable[[], Any] = lambda: "") -> Any:
    """What `wanted` returns, as soon as it is something; `told` says what there was instead."""
    end = time.monotonic() + seconds
    while not (found := wanted()):
        assert time.monotonic() < end, told()
        time.sleep(0.1)
    return found

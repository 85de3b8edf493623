"""The counting's own thread: the sweep of deadlines must not wait for it."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from sessions_flow.live.database import guarded
from workbench.boards.rolling import claim, roll_and_rest

logger = logging.getLogger(__name__)
pool = ThreadPoolExecutor(1, thread_name_prefix="boards")


def roll_if_due(now: datetime) -> int:
    if not claim(now):
        return 0
    pool.submit(_run, now)
    return 1


def _run(now: datetime) -> None:
    try:
        guarded(roll_and_rest, now)
    except Exception:
        logger.exception("the rollups could not be counted, the next sweep tries again")

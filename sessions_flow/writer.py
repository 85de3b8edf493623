"""The process's writer: one thread, natural group commit (performance.md).

Whatever queued while the last COMMIT ran is the next batch. The rules are in `post_messages`; this knows nothing
but queues. If a batch raises it is rolled back and posted one by one, so that one bad message fails alone.
"""

import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext_lazy as _

from sessions_flow.actions.post import Post, Refused, Result, Stored, post_messages
from sessions_flow.live.registry import registry
from sessions_flow.protocol import errors

logger = logging.getLogger(__name__)
LARGEST_BATCH = 256
LONGEST_QUEUE = 20_000
TRY_AGAIN = _("The message could not be stored. Please send it again.")
OVERLOADED = _("The desk is overloaded. Please send it again in a moment.")
Reply = Callable[[Result], None] | Future[Result]


class Writer:
    """`post` from any thread; `reply` is called on the event loop, and only when the echo cannot be the answer:
    refused, or stored before (the echo is the acknowledgement of everything new)."""

    def __init__(self) -> None:
        self._queue: deque[tuple[Post, Reply]] = deque()
        self._wakes = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_busy = False

    def post(self, post: Post, reply: Reply) -> bool:
        """False when the queue is full: the sender is told, nothing is stored (promise 9)."""
        with self._wakes:
            if len(self._queue) >= LONGEST_QUEUE:
                return False
            self._queue.append((post, reply))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()
            self._wakes.notify()
        return True

    def store(self, post: Post) -> Result:
        """The same for a thread that waits for the result, whatever it is."""
        result: Future[Result] = Future()
        return result.result() if self.post(post, result) else Refused(post, errors.TOO_FAST, OVERLOADED)

    def wait_until_empty(self, seconds: float) -> bool:
        """Blocks until everything queued is committed. False when that took longer."""
        with self._wakes:
            return self._wakes.wait_for(lambda: not self._queue and not self._is_busy, seconds)

    def _run(self) -> None:
        while True:
            with self._wakes:
                self._is_busy = False
                self._wakes.notify_all()
                self._wakes.wait_for(lambda: bool(self._queue))
                self._is_busy = True
                batch = [self._queue.popleft() for _ in range(min(LARGEST_BATCH, len(self._queue)))]
            _answer(batch, _store([post for post, _ in batch]))


def _store(posts: list[Post]) -> list[Result]:
    for _attempt in range(2):  # a connection may have broken while idle; stored once makes trying again safe
        try:
            return post_messages(posts)
        except (OperationalError, InterfaceError) as error:
            logger.error("the database is out of reach: %s", error)
            connection.close()
        except Exception:
            logger.exception("a batch of %s failed", len(posts))
            connection.close()
            return [_store_alone(post) for post in posts]
    return [Refused(post, errors.INTERNAL, TRY_AGAIN) for post in posts]


def _store_alone(post: Post) -> Result:
    try:
        return post_messages([post])[0]
    except Exception:
        logger.exception("a message could not be stored")
        connection.close()
        return Refused(post, errors.INTERNAL, TRY_AGAIN)


def _answer(batch: list[tuple[Post, Reply]], results: list[Result]) -> None:
    calls: list[tuple[Callable[[Result], None], Result]] = []
    for (_post, reply), result in zip(batch, results, strict=True):
        if isinstance(reply, Future):
            reply.set_result(result)
        elif not (isinstance(result, Stored) and result.is_new):
            calls.append((reply, result))
    if calls and registry.loop is not None:
        with contextlib.suppress(RuntimeError):  # the loop is closing
            registry.loop.call_soon_threadsafe(_reply_all, calls)


def _reply_all(calls: list[tuple[Callable[[Result], None], Result]]) -> None:
    for reply, result in calls:
        try:
            reply(result)
        except Exception:
            logger.exception("a sender could not be answered")


writer = Writer()

"""Answers that stream are written in a pool of their own: a slow model keeps neither flows nor the sweep waiting."""

import logging
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice

from sessions_flow import actions
from sessions_flow.flow.outcomes import Instead, Stream
from sessions_flow.live.database import guarded

logger = logging.getLogger(__name__)
pool = ThreadPoolExecutor(16, thread_name_prefix="stream")


def pour(stream: actions.Stream, answer: Stream) -> None:
    """Returns at once. A process that dies leaves what it wrote; the sweep finishes it."""
    pool.submit(guarded, _write, stream, answer)


def _write(stream: actions.Stream, answer: Stream) -> None:
    pieces = iter(answer.produce())
    try:
        first = list(islice(pieces, 1))
    except Instead as other:
        actions.replace_stream(stream, other.elem)
        return
    except Exception:
        logger.exception("the answer in conversation %s did not begin", stream.conversation_id)
        first, pieces = [], iter(())
    try:
        actions.write_stream(stream, chain(first, pieces))
    except Exception:
        logger.exception("an answer in conversation %s broke off", stream.conversation_id)
        raise  # `guarded` throws a failed connection away

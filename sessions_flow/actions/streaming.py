"""Answers that grow while they are written (src 31): posted at once, the same message modified, then finished.

`begin_stream` runs under the caller's lock; `write_stream` takes none while it waits for the next chunk. A writer
that dies leaves an OpenStream behind, and the sweep finishes it.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sessions_flow import hooks
from sessions_flow.actions.changing import modify
from sessions_flow.actions.post import Post, Sender, Stored, post_messages
from sessions_flow.actions.sessions import Locked, locked
from sessions_flow.models import Message, OpenStream, SearchText
from sessions_flow.protocol import elements, payloads
from sessions_flow.protocol.markdown import safe_markdown

EVENT_SECONDS = 0.25  # between two modifications: readers see it grow, the stream of entries is not flooded
ABANDONED_SECONDS = 60  # without a word from the writer
LONGEST = 10_000  # characters of one answer
NOTHING_YET = "…"  # published clients would draw an empty bubble


@dataclass(frozen=True, slots=True)
class Stream:
    """The growing message."""

    conversation_id: int
    seq: int


def begin_stream(held: Locked, sender: Sender) -> Stream:
    """Posts a src 31 that says nothing yet into the locked conversation."""
    elem = elements.custom(payloads.streamed([NOTHING_YET], False))
    (posted,) = post_messages([Post(held.conversation.pk, sender, elem)], held.now)
    if not isinstance(posted, Stored):
        raise ValueError("only the house streams, and it is never refused")
    OpenStream.objects.create(conversation=held.conversation, seq=posted.seq, due_at=_due(held.now))
    return Stream(held.conversation.pk, posted.seq)


def write_stream(
    stream: Stream, source: Iterable[str], clock: Callable[[], float] = time.monotonic, more: str = NOTHING_YET
) -> str:
    """Appends what `source` yields (markdown, not yet safe), at most one event in EVENT_SECONDS, and finishes the
    message whatever happens. Returns the whole text; what `source` raises passes through. Above LONGEST characters
    `more` ends it. Stops when somebody else has finished it."""
    written = Written()
    told_at = clock() - EVENT_SECONDS  # the first chunk is shown at once
    try:
        for chunk in source:
            written.add(chunk)
            if len(written.raw) > LONGEST:
                written.raw = written.raw[:LONGEST] + more
                break
            if clock() - told_at >= EVENT_SECONDS and written.is_grown:
                if not _tell(stream, written.pieces(), False):
                    break
                told_at = clock()
    finally:
        _tell(stream, written.pieces(), True)
    return written.raw


class Written:
    """Collects chunks. What is shown is made safe as a whole: a link may be split over chunks."""

    def __init__(self) -> None:
        self.raw = ""
        self.shown = ""
        self._pieces: list[str] = []

    def add(self, chunk: str) -> None:
        self.raw += chunk

    @property
    def is_grown(self) -> bool:
        return safe_markdown(self.raw) != self.shown

    def pieces(self) -> list[str]:
        """The pieces shown before and one more; all in one when making it safe changed what was shown."""
        safe = safe_markdown(self.raw)
        if not safe.startswith(self.shown):
            self._pieces, self.shown = [], ""
        if safe != self.shown:
            self._pieces.append(safe[len(self.shown) :])
            self.shown = safe
        return self._pieces or [NOTHING_YET]


def replace_stream(stream: Stream, elem: dict[str, Any]) -> None:
    """The message becomes another one: its writer found nothing to say in pieces. Nothing when it is finished."""
    with locked(stream.conversation_id) as held:
        if OpenStream.objects.filter(conversation=held.conversation, seq=stream.seq).delete()[0]:
            message = Message.objects.get(conversation=held.conversation, seq=stream.seq)
            message.src, message.text = elements.src_of(elem), elements.text_of(elem)
            message.save(update_fields=["src", "text"])
            if message.text and message.session_id:  # the index is past it
                SearchText.objects.index([(message.pk, message.session_id, message.text)])
            modify(held, message, elem)
            hooks.answer_finished(message)


def finish_abandoned(now: datetime, batch: int) -> int:
    """Finishes what nobody writes any more, with what there is. Returns how many."""
    due = OpenStream.objects.filter(due_at__lte=now).order_by("due_at")
    found = list(due.values_list("conversation_id", "seq")[:batch])
    return sum(_finish_as_it_is(Stream(*row), now) for row in found)


def _finish_as_it_is(stream: Stream, now: datetime) -> bool:
    with locked(stream.conversation_id, now) as held:
        row = OpenStream.objects.filter(conversation=held.conversation, seq=stream.seq, due_at__lte=now)
        if not row.delete()[0]:
            return False  # the writer was faster
        message = Message.objects.get(conversation=held.conversation, seq=stream.seq)
        payload = elements.payload_of(message.elem) or payloads.streamed([], True)
        _modify_and_thin(held, message, payloads.streamed(payload["chunks"], True))
    return True


def _tell(stream: Stream, pieces: list[str], is_finished: bool) -> bool:
    """Modifies the message. False when it is finished already."""
    with locked(stream.conversation_id) as held:
        row = OpenStream.objects.filter(conversation=held.conversation, seq=stream.seq)
        if not (row.delete()[0] if is_finished else row.update(due_at=_due(held.now))):
            return False
        message = Message.objects.get(conversation=held.conversation, seq=stream.seq)
        _modify_and_thin(held, message, payloads.streamed(pieces, is_finished))
    return True


def _modify_and_thin(held: Locked, message: Message, payload: payloads.Payload) -> None:
    """The newest modification says everything: earlier ones of the same message need not be kept in full."""
    told = {"type": "message.modified", "target": message.seq}
    later = Message.objects.filter(conversation=held.conversation, seq__gt=message.seq)
    later.filter(**{f"event__{key}": value for key, value in told.items()}).update(
        event={"type": "message.superseded", "target": message.seq}
    )
    modify(held, message, elements.custom(payload))
    if payload["isFinished"]:
        hooks.answer_finished(message)


def _due(now: datetime) -> datetime:
    return now + timedelta(seconds=ABANDONED_SECONDS)

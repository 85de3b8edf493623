"""Answers that grow (src 31): one message, few events, finished whatever happens."""

from datetime import timedelta

import pytest

from sessions_flow.actions import BOT, Sender, begin_stream, locked, write_stream
from sessions_flow.actions.streaming import ABANDONED_SECONDS, LONGEST
from sessions_flow.models import OpenStream
from sessions_flow.protocol import elements
from sessions_flow.tasks import finish_streams
from tests.cast import Vera

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture
def vera(settled):
    vera = Vera()
    vera.post("tell me a story")
    settled()
    return vera


def begin(vera):
    with locked(vera.conversation.pk) as held:
        return begin_stream(held, Sender(BOT, name="Robot"))


def payload(vera, stream):
    return elements.payload_of(vera.conversation.messages.get(seq=stream.seq).elem)


def events(vera, stream):
    later = vera.conversation.messages.filter(seq__gt=stream.seq, event__target=stream.seq).order_by("seq")
    return [row.event for row in later]


class Clock:
    """Moves only when it is told to."""

    now = 100.0

    def __call__(self):
        return self.now


def test_it_works(vera):
    """Posted with nothing to say yet, then modified, then finished: the types are those that clients read."""
    stream = begin(vera)
    assert payload(vera, stream) == {"customerServicePlugin": 0, "src": "31", "chunks": ["…"], "isFinished": 0}
    clock, seen = Clock(), []

    def words():
        for word in ("Once ", "upon ", "a time"):
            yield word
            seen.append(payload(vera, stream))
            clock.now += 1

    assert write_stream(stream, words(), clock) == "Once upon a time"
    assert [(row["chunks"], row["isFinished"]) for row in seen] == [
        (["Once "], 0),
        (["Once ", "upon "], 0),
        (["Once ", "upon ", "a time"], 0),
    ]
    assert payload(vera, stream) == seen[-1] | {"isFinished": 1}
    assert not OpenStream.objects.exists()


def test_many_chunks_are_few_events_and_only_the_last_is_kept_in_full(vera):
    stream, clock = begin(vera), Clock()

    def tokens():
        for number in range(1000):
            clock.now += 0.01
            yield f"{number} "

    write_stream(stream, tokens(), clock)
    told = events(vera, stream)
    assert 30 <= len(told) <= 42  # ten seconds, four a second
    assert {event["type"] for event in told[:-1]} == {"message.superseded"}
    assert told[-1]["elem"] == vera.conversation.messages.get(seq=stream.seq).elem


def test_a_failing_source_still_finishes(vera):
    stream = begin(vera)

    def breaks():
        yield "half of"
        raise ConnectionError("the model is gone")

    with pytest.raises(ConnectionError):
        write_stream(stream, breaks())
    assert (payload(vera, stream)["chunks"], payload(vera, stream)["isFinished"]) == (["half of"], 1)


def test_an_abandoned_stream_is_finished_by_the_sweep(vera):
    stream = begin(vera)
    due = OpenStream.objects.get().due_at
    assert finish_streams(due - timedelta(seconds=1)) == 0
    assert finish_streams(due) == 1 and finish_streams(due) == 0
    assert payload(vera, stream)["isFinished"] == 1
    write_stream(stream, ["too late"])
    assert payload(vera, stream)["chunks"] == ["…"]


def test_a_writer_that_goes_on_is_not_abandoned(vera):
    stream, clock = begin(vera), Clock()
    first = OpenStream.objects.get().due_at

    def slow():
        yield "a"
        assert OpenStream.objects.get().due_at > first
        assert finish_streams(first + timedelta(milliseconds=1)) == 0
        clock.now += ABANDONED_SECONDS
        yield "b"

    write_stream(stream, slow(), clock)
    assert payload(vera, stream)["chunks"] == ["a", "b"]


def test_endless_answers_end(vera):
    stream = begin(vera)

    def endless():
        while True:
            yield "x" * 99

    assert len(write_stream(stream, endless())) == LONGEST + 1
    assert payload(vera, stream)["isFinished"] == 1


@pytest.mark.feature("A77")
def test_a_link_split_over_chunks_is_safe_at_every_moment(vera):
    stream, clock, seen = begin(vera), Clock(), []

    def characters():
        for character in "<b>[x](javascript:alert(1))":
            yield character
            clock.now += 1
            seen.append("".join(payload(vera, stream)["chunks"]))

    write_stream(stream, characters(), clock)
    assert "&lt;b>[x](#" in seen[-1]
    assert not any("<" in shown or "](j" in shown for shown in seen)

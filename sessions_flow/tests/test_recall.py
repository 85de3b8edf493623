"""Recall within two minutes (A27): by whom, until when, and what is left of the message."""

from datetime import timedelta

import pytest

from sessions_flow.actions import Post, Sender, mark_read, post_messages, recall
from sessions_flow.models import Message, Upload
from sessions_flow.protocol import elements
from sessions_flow.protocol.errors import NOT_FOUND, NOT_YOURS, TOO_LATE, ProtocolError
from tests.cast import Vera, make_member, say, sit_down

pytestmark = [pytest.mark.usefixtures("desk"), pytest.mark.feature("A27")]


@pytest.fixture
def alice():
    member = make_member("alice")
    sit_down(member)
    return member


@pytest.fixture
def vera(alice):
    vera = Vera()
    vera.serve(alice)
    return vera


def seq_of(vera, said):
    return vera.conversation.messages.get(text=said).seq


def refusal(*arguments, **named):
    with pytest.raises(ProtocolError) as refused:
        recall(*arguments, **named)
    assert refused.value.reason
    return refused.value.code


@pytest.mark.feature("F46", "W40")
def test_it_works(vera, alice):
    """Both may: the entry says so without the words, an event tells, and search finds nothing."""
    vera.post("my password is 1234")
    say(alice, vera, "wrong window")
    for who, said in ((Sender.visitor(vera.visitor), "my password is 1234"), (Sender.agent(alice), "wrong window")):
        seq = seq_of(vera, said)
        recall(vera.conversation.pk, seq, who)
        row = Message.objects.get(conversation=vera.conversation, seq=seq)
        entry = row.as_wire()
        assert (entry["elem"], entry["recalled"], row.text) == (None, True, "")
        assert vera.conversation.messages.latest("seq").event == {"type": "message.recalled", "target": seq}
        everything = [row.as_wire() for row in vera.conversation.messages.in_order()]
        assert said not in str(everything)


def test_once_is_enough(vera):
    vera.post("oops")
    seq, who = seq_of(vera, "oops"), Sender.visitor(vera.visitor)
    recall(vera.conversation.pk, seq, who)
    recall(vera.conversation.pk, seq, who)
    assert vera.conversation.messages.filter(event__type="message.recalled").count() == 1


def test_two_minutes_and_no_longer(vera):
    vera.post("oops")
    row = vera.conversation.messages.get(text="oops")
    who = Sender.visitor(vera.visitor)
    late = row.created_at + timedelta(seconds=120, milliseconds=1)
    assert refusal(vera.conversation.pk, row.seq, who, now=late) == TOO_LATE
    recall(vera.conversation.pk, row.seq, who, now=row.created_at + timedelta(seconds=120))


def test_nobody_recalls_what_others_said(vera, alice):
    vera.post("mine")
    say(alice, vera, "alice's")
    bob, visitor = make_member("bob"), Sender.visitor(vera.visitor)
    house = vera.conversation.messages.said().filter(kind="system").first()
    assert refusal(vera.conversation.pk, seq_of(vera, "mine"), Sender.agent(alice)) == NOT_YOURS
    assert refusal(vera.conversation.pk, seq_of(vera, "alice's"), visitor) == NOT_YOURS
    assert refusal(vera.conversation.pk, seq_of(vera, "alice's"), Sender.agent(bob)) == NOT_YOURS
    assert refusal(vera.conversation.pk, house.seq, visitor) == NOT_YOURS
    assert refusal(vera.conversation.pk, 9999, visitor) == NOT_FOUND
    assert not Message.objects.filter(recalled_at__isnull=False).exists()


def test_a_message_of_another_conversation_does_not_exist(vera):
    other = Vera()
    for _ in range(20):
        other.post("not yours")
    seq = other.conversation.messages.filter(text="not yours").last().seq
    assert refusal(vera.conversation.pk, seq, Sender.visitor(vera.visitor)) == NOT_FOUND


def test_the_agents_list_forgets_it_too(vera, alice):
    vera.conversation.refresh_from_db()
    mark_read(vera.conversation.pk, "agent", vera.conversation.seq)
    vera.post("first")
    vera.post("second")
    vera.conversation.refresh_from_db()
    assert (vera.conversation.unread, vera.conversation.preview) == (2, "second")
    recall(vera.conversation.pk, seq_of(vera, "second"), Sender.visitor(vera.visitor))
    vera.conversation.refresh_from_db()
    assert (vera.conversation.unread, vera.conversation.preview) == (1, "first")


def test_its_file_is_gone_too(vera, alice):
    from sessions_flow.access import shown_upload, upload_for_member, upload_for_visitor

    upload = Upload.objects.create(conversation=vera.conversation, name="secret.txt", size=1, content_type="x")
    who = Sender.visitor(vera.visitor)
    (posted,) = post_messages([Post(vera.conversation.pk, who, upload.as_element(), "f1")])
    readers = (
        lambda: upload_for_visitor(vera.visitor, upload.public_id),
        lambda: upload_for_member(alice, upload.public_id),
        lambda: shown_upload(vera.conversation.pk, upload.public_id),
    )
    assert all(read() == upload for read in readers)
    recall(vera.conversation.pk, posted.seq, who)
    assert not any(read() for read in readers)
    assert elements.file_id_of(vera.conversation.messages.get(seq=posted.seq).elem) == upload.public_id

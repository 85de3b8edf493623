"""What a browser says it is, and the life of a left message, without a socket."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.attributes import AttributeRefused, is_name, merged
from accounts.devices import device_of
from accounts.models import Role
from sessions_flow.actions import identify, leave, queue_left_message
from sessions_flow.actions.left_messages import claim, close
from sessions_flow.models import Conversation, LeftMessage, State
from tests.cast import Vera, make_channel, make_member

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("agent", "found"),
    [
        (f"{IPHONE}Mobile/15E148 MicroMessenger/8.0.49(0x1800312d)", ("phone", "iOS 17", "WeChat 8")),
        (f"{IPHONE}Version/17.5 Mobile/15E148 Safari/604.1", ("phone", "iOS 17", "Safari 17")),
        (f"{ANDROID}Chrome/124.0.0.0 Mobile Safari/537.36", ("phone", "Android 14", "Chrome 124")),
        (f"{ANDROID}Chrome/124.0.0.0 Safari/537.36", ("tablet", "Android 14", "Chrome 124")),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 "
            "Safari/537.36 Edg/124.0.0.0",
            ("computer", "Windows", "Edge 124"),
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0",
            ("computer", "Linux", "Firefox 125"),
        ),
        ("curl/8", ("", "", "")),
        ("", ("", "", "")),
    ],
)
def test_devices(agent, found):
    assert device_of(agent) == found


def test_attributes_are_merged_and_null_removes():
    assert merged({"a": 1, "b": "x"}, {"a": None, "c": True, "姓名": " 薇拉 "}) == {"b": "x", "c": True, "姓名": "薇拉"}
    for name in ("user_id", "UserID", "userSig", "Group", "${x}", " x", "x ", "_x", "a/b", 5, None):
        assert not is_name(name), name
    with pytest.raises(AttributeRefused):
        merged({}, {"bad": "\ud800"})


@pytest.mark.feature("A117")
def test_a_left_message_is_claimed_by_one_and_closed_by_him(desk):
    alice, bob, sofia = make_member("alice"), make_member("bob"), make_member("sofia", Role.ADMIN)
    left = leave(Vera().conversation.pk, "left-1", "hello", "vera@example.com")
    assert claim(left, alice)
    assert not claim(left, bob)
    assert not queue_left_message(left)
    left.refresh_from_db()
    assert not close(left, bob)
    assert close(left, alice)
    assert not close(left, sofia)
    left.refresh_from_db()
    assert (left.state, left.member) == (LeftMessage.State.CLOSED, alice)


@pytest.mark.feature("A117")
def test_a_left_message_opens_a_session_when_the_hours_open(desk, settled):
    """Long after the visitor's session ended by itself; leaving the queue without an agent makes it wait again."""
    vera = Vera()
    left = leave(vera.conversation.pk, "left-1", "hello", "vera@example.com")
    settled()
    session = vera.session
    session.move(State.ENDED)
    session.ended_at = timezone.now()
    session.save()
    later = timezone.now() + timedelta(hours=12)
    assert queue_left_message(left, now=later)
    assert vera.session.state == State.WAITING
    left.refresh_from_db()
    assert (left.state, left.session) == (LeftMessage.State.QUEUED, vera.session)
    assert list(LeftMessage.objects.not_queued()) == []


@pytest.mark.feature("A116")
def test_identifying_twice_and_with_a_race_keeps_one_conversation(desk):
    channel = make_channel()
    vera = Vera()
    vera.post("hello")
    signed = identify(channel, vera.visitor, "u-1")
    assert identify(channel, vera.visitor, "u-1") == signed
    assert identify(channel, signed, "u-1") == signed
    assert identify(channel, None, "u-1") == signed
    assert Conversation.objects.get(channel=channel, visitor=signed).pk == vera.conversation.pk
    other = identify(channel, signed, "u-2")
    assert other != signed
    assert not Conversation.objects.filter(visitor=other).exists()

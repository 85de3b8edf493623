"""What agents are told by web push: when, how often, how much, and by whom it may be read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import set_password
from accounts.logins import end_login, open_login
from routing.models import Desk, Reception
from sessions_flow.deadlines import sweep
from sessions_flow.models import LeftMessage
from tests.cast import Vera, make_group, make_member, sit_down
from tests.phones import push_service
from workbench.models import Notice, NoticeDelivery, NoticeRules, PushSubscription
from workbench.notices import looking, outbox
from workbench.notices.subscriptions import subscribe

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture
def service(settings):
    settings.OUTGOING_ALLOWED = ["127.0.0.1"]
    with push_service() as service:
        yield service


@pytest.fixture
def alice(service):
    member = make_member("alice")
    member.phone_at_hand = wake(member, service)
    return member


def wake(member, service):
    """At work, with a phone that can be woken."""
    login = open_login(member, {})
    sit_down(member)
    Desk.objects.filter(member=member).update(place=login)
    phone = service.phone()
    phone.login = login
    subscribe(member, login, phone.subscription, "en")
    assert Desk.objects.get(member=member).has_push
    return phone


def rules(**values):
    row = NoticeRules.get_solo()
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def manual(seconds=60):
    row = Reception.get_solo()
    row.mode, row.accept_seconds = "manual", seconds
    row.save()


def send(at=None):
    """What the sweep does, and then Celery. Returns how many attempts there were."""
    now = at or timezone.now()
    outbox.note(looking.news_for_phones(now), now)
    return outbox.deliver(outbox.claim(now))


def serve(alice):
    vera = Vera()
    vera.serve(alice)
    send()
    alice.phone_at_hand.wait()  # the new session itself
    return vera


@pytest.mark.feature("W58", "W34")
def test_it_works(alice, settled):
    manual()
    vera = Vera()
    from sessions_flow.actions import locked, start_waiting

    vera.post("hello")
    with locked(vera.conversation.pk) as held:
        start_waiting(held, held.session, None)
    settled()
    assert send() == 1
    headers, notice = alice.phone_at_hand.wait()
    assert notice["session"] == notice["tag"] == str(vera.session.session_id)
    assert vera.visitor.display_name in notice["title"]
    assert 0 < int(headers["ttl"]) <= 60
    assert headers["content-encoding"] == "aes128gcm" and headers["topic"]
    assert (send(), NoticeDelivery.objects.get().is_delivered) == (0, True), "told once"


@pytest.mark.feature("W58")
def test_an_unread_message_is_told_after_a_moment_and_a_read_one_never(alice):
    vera = serve(alice)
    vera.post("where is my parcel?")
    now = timezone.now()
    assert send(now) == 0, "he may be reading it"
    assert send(now + timedelta(seconds=3)) == 1
    assert alice.phone_at_hand.wait()[1]["body"] == "where is my parcel?"
    from sessions_flow.actions import AGENT, mark_read

    vera.post("hello?")
    mark_read(vera.conversation.pk, AGENT, 10_000)
    assert send(now + timedelta(seconds=60)) == 0


@pytest.mark.feature("W58")
def test_many_messages_of_one_session_are_few_notices(alice):
    vera = serve(alice)
    began = timezone.now()
    vera.post("one")
    assert send(began + timedelta(seconds=3)) == 1
    for number in range(5):
        vera.post(f"more {number}")
    assert send(began + timedelta(seconds=5)) == 0, "not again within 15 s"
    assert send(timezone.now() + timedelta(seconds=20)) == 1
    alice.phone_at_hand.wait()
    assert alice.phone_at_hand.wait()[1]["body"] == "more 4"
    assert Notice.objects.filter(event="message").count() == 1


@pytest.mark.feature("W58")
def test_notices_hide_what_was_written_where_the_settings_say_so(alice):
    rules(shows_text=False)
    vera = serve(alice)
    vera.post("my secret")
    send(timezone.now() + timedelta(seconds=3))
    notice = alice.phone_at_hand.wait()[1]
    assert "secret" not in str(notice) and vera.visitor.display_name in notice["title"]
    assert all(b"secret" not in body and b"alice" not in body for _headers, body in alice.phone_at_hand.raw)


@pytest.mark.feature("W58")
@pytest.mark.parametrize("switch", ["tells_sessions", "tells_messages"])
def test_events_can_be_switched_off(alice, switch):
    rules(**{switch: False})
    vera = Vera()
    vera.serve(alice)
    first = send()
    vera.post("hello?")
    later = send(timezone.now() + timedelta(seconds=20))
    assert (first, later) == ((0, 1) if switch == "tells_sessions" else (1, 0))


@pytest.mark.feature("W58", "A117")
def test_left_messages_and_long_queues_are_told_to_those_who_serve_them(alice, service):
    charlie = make_member("charlie")
    other = wake(charlie, service)
    group = make_group("Returns", charlie)
    vera = Vera()
    vera.post("hello")
    LeftMessage.objects.create(
        conversation=vera.conversation, group=group, client_id="l1", seq=1, text="call me", created_at=timezone.now()
    )
    assert send() == 1
    assert other.wait()[1]["body"] == "call me"
    Desk.objects.filter(member=alice).update(status="notReady")
    rules(queue_longer_than=1)
    Desk.objects.update(status="notReady")
    for _ in range(2):
        wait_in_line()
    assert send() == 2
    assert "2 people are waiting" in other.wait()[1]["title"]
    assert send() == 0


def wait_in_line():
    from sessions_flow.actions import locked, start_waiting

    vera = Vera()
    vera.post("hello")
    with locked(vera.conversation.pk) as held:
        start_waiting(held, held.session, None)


@pytest.mark.feature("W58", "W59")
@pytest.mark.parametrize("how", ["logged out", "new password", "another place", "gone"])
def test_desk_has_push_only_while_the_login_at_work_can_be_woken(alice, how):
    if how == "logged out":
        end_login(alice.phone_at_hand.login)
    elif how == "new password":
        set_password(alice, "another-password-1")
    elif how == "another place":
        Desk.objects.update(place=open_login(alice, {}))
        from workbench.notices.subscriptions import settle

        settle()
    else:
        alice.phone_at_hand.status = 404
        vera = Vera()
        vera.serve(alice)
        assert send() == 1
        assert "404" in NoticeDelivery.objects.get().remark
    sweep(timezone.now(), ["push.ended"])
    assert not Desk.objects.get(member=alice).has_push
    assert PushSubscription.objects.exists() == (how == "another place")


@pytest.mark.feature("W58")
def test_an_endpoint_in_the_private_network_is_never_asked(alice, settings):
    settings.OUTGOING_ALLOWED = []
    vera = Vera()
    vera.serve(alice)
    assert send() == 1
    assert alice.phone_at_hand.raw == []
    assert "private" in NoticeDelivery.objects.get().remark


@pytest.mark.feature("W58")
def test_a_push_service_that_is_down_is_asked_again_and_then_left_alone(alice):
    alice.phone_at_hand.status = 503
    vera = Vera()
    vera.serve(alice)
    assert send() == 1
    now = timezone.now()
    assert send(now) == 0
    assert send(now + timedelta(seconds=3)) == 1
    alice.phone_at_hand.status = 201
    assert send(now + timedelta(seconds=30)) == 1
    assert alice.phone_at_hand.wait()[1]["session"] == str(vera.session.session_id)
    assert send(now + timedelta(seconds=90)) == 0
    assert list(NoticeDelivery.objects.order_by("pk").values_list("is_delivered", flat=True)) == [False, False, True]


def test_two_sweeps_at_once_note_once_and_claim_apart(alice):
    vera = Vera()
    vera.serve(alice)
    now = timezone.now()
    assert (outbox.note(looking.news_for_phones(now), now), outbox.note(looking.news_for_phones(now), now)) == (1, 0)
    assert (len(outbox.claim(now)), outbox.claim(now)) == (1, [])
    assert len(outbox.claim(now + timedelta(seconds=31))) == 1, "whoever claimed it died"

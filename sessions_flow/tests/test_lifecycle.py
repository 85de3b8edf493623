"""The life of a session: flow, hand-over, end, rating, timers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from routing.actions import end_by_agent
from sessions_flow.actions import enter, invite_rating, locked, rate, request_rating, return_to_flow, start_waiting
from sessions_flow.actions.ending import end_session
from sessions_flow.models import Closing, EndedBy, Message, Rating, RatingRules, State
from sessions_flow.protocol import elements
from sessions_flow.protocol.errors import DUPLICATE, NO_STAFF, NOT_YOURS, SESSION_OVER, ProtocolError
from sessions_flow.tasks import close_idle, expire_ratings
from tests.cast import Vera, make_member, say, sit_down

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture
def alice():
    member = make_member("alice")
    sit_down(member)
    return member


def choose(vera, level="105"):
    rating = Rating.objects.get(session=vera.session)
    rate(vera.conversation.pk, {"id": level, "content": "", "sessionId": str(rating.public_id)})


@pytest.mark.feature("F2", "F12", "F14", "F15", "F34")
def test_entering_opens_one_session_and_tells_rules_and_seat():
    """F14, F15, A58: src 7 twice is one session; 23 and 26 are answered and not stored."""
    vera = Vera()
    first, second = enter(vera.conversation.pk), enter(vera.conversation.pk)
    assert [elements.src_of(elem) for elem in first] == ["23", "26"] == [elements.src_of(elem) for elem in second]
    assert vera.conversation.sessions.count() == 1
    assert not vera.conversation.messages.filter(src__in=["23", "26"]).exists()


@pytest.mark.feature("M48", "M55", "F4", "F27", "A4", "A56", "A59", "W37")
def test_closing_text_flag_and_card_come_in_this_order(alice):
    """A59; and src 26 outSeat with the end (A4)."""
    vera = Vera()
    session = vera.serve(alice)
    end_by_agent(session, alice)
    *_, goodbye, flag, card, seat = vera.conversation.messages.order_by("seq")
    assert "ended" in goodbye.text and (flag.src, card.src, seat.src) == ("19", "9", "26")
    assert seat.event["session"]["state"] == "ended"
    assert vera.session.ended_by == EndedBy.SEAT


@pytest.mark.feature("A65")
def test_no_card_when_only_the_bot_served():
    """A65."""
    vera = Vera()
    vera.post("hello")
    with locked(vera.conversation.pk) as held:
        end_session(held, held.session, EndedBy.TIMER)
    assert "9" not in vera.lines() and "20" in vera.lines()


@pytest.mark.feature("F21", "A23")
def test_rating_fills_the_stored_card(alice):
    """F21: the original message is changed, and an event says so."""
    vera = Vera()
    end_by_agent(vera.serve(alice), alice)
    choose(vera, "104")
    rating = Rating.objects.get(session=vera.session)
    card = Message.objects.get(conversation=vera.conversation, seq=rating.card_seq)
    assert elements.payload_of(card.elem)["menuContent"]["selected"] == {"id": "104", "content": "Satisfied"}
    assert (rating.level, rating.agent) == (4, alice)
    assert vera.conversation.messages.latest("seq").event["target"] == rating.card_seq


@pytest.mark.feature("F19")
@pytest.mark.parametrize("level", ["", "106", "1", "x"])
def test_an_empty_or_unknown_level_is_refused(alice, level):
    """F19."""
    vera = Vera()
    end_by_agent(vera.serve(alice), alice)
    with pytest.raises(ProtocolError):
        choose(vera, level)
    assert Rating.objects.get().rated_at is None


@pytest.mark.feature("A60", "A61", "W46")
def test_one_rating_per_session(alice):
    """A60, A61: rated twice is refused; an unanswered card is sent again, an answered one is not."""
    vera = Vera()
    session = vera.serve(alice)
    invite_rating(session, alice)
    invite_rating(session, alice)
    assert Rating.objects.count() == 1 and vera.lines().count("9") == 2
    choose(vera)
    with pytest.raises(ProtocolError) as again:
        choose(vera, "101")
    assert again.value.code == DUPLICATE
    with pytest.raises(ProtocolError):
        invite_rating(session, alice)
    end_by_agent(session, alice)
    assert vera.lines().count("9") == 2


@pytest.mark.feature("A61")
def test_a_stranger_cannot_rate(alice):
    vera, other = Vera(), Vera()
    end_by_agent(vera.serve(alice), alice)
    rating = Rating.objects.get()
    with pytest.raises(ProtocolError):
        rate(other.conversation.pk, {"id": "101", "content": "", "sessionId": str(rating.public_id)})
    assert Rating.objects.get().rated_at is None


@pytest.mark.feature("M59", "A61")
def test_ratings_expire(alice):
    """M59."""
    vera = Vera()
    end_by_agent(vera.serve(alice), alice)
    late = Rating.objects.get().expires_at + timedelta(seconds=1)
    assert expire_ratings(late - timedelta(seconds=2)) == 0
    with pytest.raises(ProtocolError) as over:
        rate(vera.conversation.pk, {"id": "101", "content": "", "sessionId": ""}, now=late)
    assert over.value.code == SESSION_OVER
    assert expire_ratings(late) == 1


@pytest.mark.feature("M54", "F35", "A66")
def test_the_rules_bind(alice):
    """M54, F35, A66."""
    vera = Vera()
    vera.post("hello")
    with pytest.raises(ProtocolError) as nobody:
        request_rating(vera.conversation.pk)
    assert nobody.value.code == NO_STAFF
    rules = RatingRules.get_solo()
    rules.agent_invites = rules.visitor_asks = rules.is_automatic = False
    rules.save()
    assert rules.flag == 0
    session = vera.serve(alice)
    for forbidden in (lambda: invite_rating(session, alice), lambda: request_rating(vera.conversation.pk)):
        with pytest.raises(ProtocolError) as error:
            forbidden()
        assert error.value.code == NOT_YOURS
    end_by_agent(session, alice)
    assert "9" not in vera.lines()


@pytest.mark.feature("M46", "M47", "F28", "W38", "A55", "A56")
def test_the_timer_closes_after_an_unanswered_agent(alice):
    """M46, W38, A55: counted from the agent's last message; the visitor's answer clears it."""
    vera = Vera()
    session = vera.serve(alice)
    assert vera.session.idle_due_at is None
    say(alice, vera, "anything else?", "a1")
    due = vera.session.idle_due_at
    assert due and close_idle(due - timedelta(milliseconds=1)) == 0
    vera.post("yes")
    assert close_idle(due) == 0 and vera.session.idle_due_at is None
    say(alice, vera, "and now?", "a2")
    say(alice, vera, "still there?", "a3")
    vera.conversation.refresh_from_db()
    early, right = vera.session.idle_due_at, vera.conversation.agent_at + timedelta(seconds=600)
    assert early < right
    assert close_idle(early) == 0 and vera.session.idle_due_at == right
    assert close_idle(right) == 1
    session.refresh_from_db()
    assert (session.state, session.ended_by) == (State.ENDED, EndedBy.TIMER)
    assert "20" in vera.lines()


@pytest.mark.feature("A19")
def test_zero_seconds_switch_the_timer_off(alice):
    """A19."""
    closing = Closing.get_solo()
    closing.reply_seconds = 0
    closing.save()
    vera = Vera()
    vera.serve(alice)
    say(alice, vera, "take your time")
    assert vera.session.idle_due_at is None


@pytest.mark.feature("A54")
def test_a_quiet_session_with_the_bot_ends_too(settled):
    """A54."""
    vera = Vera()
    vera.post("hello")
    settled()
    first = vera.session.idle_due_at
    vera.post("hello again")
    settled()
    assert close_idle(first) == 0
    assert vera.session.idle_due_at > first
    assert close_idle(vera.session.idle_due_at) == 1


@pytest.mark.feature("A57", "F5")
def test_writing_after_the_end_opens_a_new_session(alice):
    """A57."""
    vera = Vera()
    first = vera.serve(alice)
    end_by_agent(first, alice)
    vera.post("one more thing")
    assert vera.session.pk != first.pk and vera.session.state == State.FLOW


@pytest.mark.feature("A54", "A67")
def test_a_request_taken_back_still_ends_some_day(alice):
    """A67, A54: from the queue back to the bot, with the bot's own idle end."""
    vera = Vera()
    vera.post("hello")
    with locked(vera.conversation.pk) as held:
        start_waiting(held, held.session, None)
        return_to_flow(held, held.session)
    assert (vera.session.state, vera.session.idle_due_at is None) == (State.FLOW, False)


@pytest.mark.feature("A60")
def test_a_card_that_expired_can_be_sent_anew(alice):
    """A60: the automatic card at the end is valid, whatever became of an earlier one."""
    vera = Vera()
    session = vera.serve(alice)
    invite_rating(session, alice)
    Rating.objects.update(expired_at=timezone.now())
    end_by_agent(session, alice)
    choose(vera)
    assert Rating.objects.get().level == 5

"""The sweep that keeps the rollups: what changed late is counted again, and being killed does no harm."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from routing.actions import accept, refuse, set_status
from routing.assigner import assign_waiting
from routing.models import Assignment, Reception
from sessions_flow.actions import end_session, locked, start_waiting
from sessions_flow.actions.rating import rate, send_card
from sessions_flow.models import EndedBy, Message, Rating, Session
from sessions_flow.models.settings import forget_settings
from tests.cast import Vera, make_member, say, sit_down
from workbench.boards import rolling
from workbench.boards.clock import day_of
from workbench.boards.reading import Wanted, totals_of
from workbench.boards.rolling import claim, count_day, roll
from workbench.models import Rolling, Rollup
from workbench.tests.recount import read, recount

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture
def roll_now(settled):
    """When the assigner and the flow have nothing left to do."""

    def roll_settled() -> None:
        settled()
        roll(timezone.now())

    return roll_settled


def check() -> None:
    """All there is, as the raw rows have it."""
    today = timezone.localdate()
    found = totals_of(Wanted(today - timedelta(days=3), today))
    sums, _spans = recount(read(), lambda *_facts: True)
    assert {name: found[name] for name in sums} == dict(sums)


def backwards(session: Session, by: timedelta) -> None:
    """As if it had happened so long before."""
    Session.objects.filter(pk=session.pk).update(opened_at=session.opened_at - by)
    for leg in Assignment.objects.filter(session=session):
        Assignment.objects.filter(pk=leg.pk).update(offered_at=leg.offered_at - by)


@pytest.mark.feature("D1", "A53")
def test_it_works(roll_now):
    """Step by step through a session; each sweep brings the board up to date."""
    alice, vera = make_member("alice"), Vera()
    sit_down(alice)
    roll_now()
    vera.serve(alice)
    roll_now()
    check()
    vera.post("where is my parcel?")
    say(alice, vera, "on its way")
    vera.post("and now?")
    say(alice, vera, "still on its way", "a2")
    roll_now()
    check()
    today = timezone.localdate()
    found = totals_of(Wanted(today, today, agent=alice.pk))
    assert (found["accepted"], found["first_replies"], found["replies"], found["said"]) == (1, 1, 1, 2)
    with locked(vera.conversation.pk) as held:
        end_session(held, held.session, EndedBy.SEAT)
    roll_now()
    check()
    assert totals_of(Wanted(today, today))["services"] == 1


def test_what_changes_hours_later_is_counted_in_its_own_hour(roll_now):
    alice, vera = make_member("alice"), Vera()
    sit_down(alice)
    session = vera.serve(alice)
    backwards(session, timedelta(hours=5))
    count_day(day_of(session.opened_at - timedelta(hours=5)), timezone.now())
    roll_now()
    say(alice, vera, "here I am")
    with locked(vera.conversation.pk) as held:
        send_card(held, held.session)
        end_session(held, held.session, EndedBy.SEAT)
    roll_now()
    check()
    Message.objects.update(created_at=timezone.now() - timedelta(hours=1))
    roll_now()
    mark = Rolling.get_solo().message_pk
    assert mark == Message.objects.latest("pk").pk
    card = Rating.objects.get(session=session)
    rate(vera.conversation.pk, {"sessionId": str(card.public_id), "id": "105"})
    roll_now()
    check()
    assert totals_of(Wanted(day_of(Session.objects.get().opened_at), timezone.localdate())).ratings == 1
    hour = Rollup.objects.filter(span="hour", stars5__gt=0).first()
    assert hour.at <= Session.objects.get().opened_at < hour.at + timedelta(hours=1)


def test_an_offer_that_nobody_took_is_counted_without_an_entry(roll_now):
    reception = Reception.get_solo()
    reception.mode = Reception.Mode.MANUAL
    reception.save()
    forget_settings()
    alice, bob, vera = make_member("alice"), make_member("bob"), Vera()
    sit_down(alice), sit_down(bob)
    vera.post("hello")
    with locked(vera.conversation.pk) as held:
        start_waiting(held, held.session, None)
    assign_waiting()
    leg = Assignment.objects.get()
    roll_now()
    Message.objects.update(created_at=timezone.now() - timedelta(hours=1))
    roll_now()
    refuse(vera.session, leg.member)
    roll_now()
    check()
    assign_waiting()
    roll_now()
    accept(vera.session, Assignment.objects.offered().get().member)
    roll_now()
    check()
    today = timezone.localdate()
    assert (totals_of(Wanted(today, today))["refused"], totals_of(Wanted(today, today))["accepted"]) == (1, 1)


def test_minutes_at_work_go_on_without_any_session(roll_now):
    alice = make_member("alice")
    sit_down(alice, status="offline")
    set_status(alice, "free")
    roll_now()
    now, today = timezone.now() + timedelta(minutes=90), timezone.localdate()
    roll(now)
    found = totals_of(Wanted(today, today + timedelta(days=1), agent=alice.pk))
    assert found["free_ms"] / 60_000 == pytest.approx(90, abs=1)


def test_a_sweep_that_is_killed_leaves_the_old_numbers(roll_now, monkeypatch):
    alice, vera = make_member("alice"), Vera()
    sit_down(alice)
    roll_now()
    vera.serve(alice)
    roll_now()
    before = sorted(Rollup.objects.values_list("span", "at", "channel", "group", "agent", "sessions"))
    Vera().post("hello")

    def dies(*_args):
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(rolling, "add_up", dies)  # in the middle of the write
        with pytest.raises(SystemExit):
            roll(timezone.now())
    assert sorted(Rollup.objects.values_list("span", "at", "channel", "group", "agent", "sessions")) == before
    assert claim(timezone.now() + timedelta(minutes=3))  # the lease of the dead one is over
    roll_now()
    check()


def test_who_counted_from_older_rows_counts_again(settled, monkeypatch):
    """Another process writes between our reading and our writing."""
    vera = Vera()
    vera.post("hello")
    settled()
    now, count, runs = timezone.now(), rolling.count, []

    def overtaken(*args):
        found = count(*args)
        runs.append(1)
        if len(runs) == 1:
            Vera().post("hello")
            settled()
            count_day(day_of(now), timezone.now())
        return found

    monkeypatch.setattr(rolling, "count", overtaken)
    count_day(day_of(now), timezone.now())
    assert len(runs) == 3
    check()


def test_one_process_at_a_time():
    now = timezone.now()
    assert claim(now)
    assert not claim(now + timedelta(seconds=1))


def test_another_zone_has_other_days(roll_now, settings):
    Vera().post("hello")
    roll_now()
    settings.TIME_ZONE = "Pacific/Kiritimati"
    roll_now()
    assert Rolling.get_solo().zone == "Pacific/Kiritimati"
    check()
    assert Rollup.objects.filter(span="day", day=timezone.localdate()).exists()


def test_the_command_counts_days_anew(settled, capsys):
    Vera().post("hello")
    Rollup.objects.all().delete()
    settled()
    call_command("rebuild_rollups")
    check()
    Rollup.objects.update(sessions=99)
    today = str(timezone.localdate())
    call_command("rebuild_rollups", "--from", today, "--to", today)
    check()
    assert "1 days" in capsys.readouterr().out


def test_what_was_counted_outlives_the_rows(roll_now):
    """Retention erases sessions of an hour that nothing touches any more."""
    vera = Vera()
    vera.post("hello")
    roll_now()
    session = vera.session
    backwards(session, timedelta(hours=30))
    day = day_of(session.opened_at - timedelta(hours=30))
    count_day(day, timezone.now())
    Message.objects.all().delete()
    session.delete()
    roll_now()
    assert totals_of(Wanted(day, day))["sessions"] == 1

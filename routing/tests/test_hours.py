"""Work hours: M49 to M52, A25, A44 to A46, A117."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from chatbot.models import Strategy
from routing.actions import set_status
from routing.assigner import assign_waiting
from routing.deadlines import close_the_queue, queue_left_messages
from routing.models import Assignment, GroupHours, SpecialDay, WorkHours
from routing.opening import calendar_of, is_open
from routing.worktime import BadRange, Calendar, checked
from sessions_flow.actions import leave
from sessions_flow.flow.outcomes import Context, Node
from sessions_flow.flow.registry import conditions
from sessions_flow.models import LeftMessage, State
from tests.cast import Vera, sit_down

NINE_TO_SIX = [[["09:00", "18:00"]]] * 6 + [[["09:00", "12:00"], ["13:30", "23:00"]]]
SHANGHAI = Calendar("Asia/Shanghai", NINE_TO_SIX)


def at(text):
    """A moment of Shanghai."""
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.feature("M49", "M50", "A46")
def test_it_works():
    """Several ranges a day; the start counts, the end does not; in the configured zone."""
    monday, sunday = "2026-11-23", "2026-11-29"
    opens = {
        f"{monday} 08:59": False,
        f"{monday} 09:00": True,
        f"{monday} 17:59": True,
        f"{monday} 18:00": False,
        f"{sunday} 12:30": False,
        f"{sunday} 13:30": True,
        f"{sunday} 22:59": True,
    }
    assert {moment: SHANGHAI.is_open(at(moment)) for moment in opens} == opens
    assert SHANGHAI.is_open(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))


@pytest.mark.feature("A46")
def test_special_days_win_over_the_week():
    calendar = Calendar(
        "Asia/Shanghai", NINE_TO_SIX, {date(2026, 11, 24): [], date(2026, 11, 25): [["20:00", "24:00"]]}
    )
    assert not calendar.is_open(at("2026-11-24 10:00"))
    assert not calendar.is_open(at("2026-11-25 10:00"))
    assert calendar.is_open(at("2026-11-25 23:59"))
    assert calendar.next_opening(at("2026-11-24 10:00")) == at("2026-11-25 20:00")


def test_next_opening():
    assert SHANGHAI.next_opening(at("2026-11-23 10:00")) == at("2026-11-23 10:00")
    assert SHANGHAI.next_opening(at("2026-11-23 18:00")) == at("2026-11-24 09:00")
    assert SHANGHAI.next_opening(at("2026-11-29 12:15")) == at("2026-11-29 13:30")
    assert Calendar("UTC", [[]] * 7).next_opening(at("2026-11-29 12:15")) is None


@pytest.mark.feature("A46")
@pytest.mark.parametrize(
    "wrong",
    [
        [["18:00", "09:00"]],
        [["09:00", "09:00"]],
        [["09:00", "12:00"], ["11:59", "13:00"]],
        [["9", "10:00"]],
        [["09:00", "24:01"]],
        [["09:60", "10:00"]],
        [["aa:bb", "10:00"]],
    ],
)
def test_what_is_no_range(wrong):
    """Overlaps and an end before the start are refused: a night shift is two ranges."""
    with pytest.raises(BadRange):
        checked(wrong)


def test_ranges_come_in_order_and_may_touch():
    assert checked([["22:00", "24:00"], ["9:00", "12:00"], ["12:00", "13:00"]]) == [
        ["09:00", "12:00"], ["12:00", "13:00"], ["22:00", "24:00"],
    ]  # fmt: skip


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), st.sampled_from(["Asia/Shanghai", "America/New_York"])
)
def test_it_is_open_when_it_opens_next(moment, zone):
    """Also on the days when clocks change."""
    calendar = Calendar(zone, NINE_TO_SIX)
    now = moment.replace(tzinfo=UTC)
    opening = calendar.next_opening(now)
    assert opening is not None and opening >= now and calendar.is_open(opening)
    assert opening - now < timedelta(hours=25)


@pytest.fixture
def hours(desk, settings_of):
    """Open all day on working days only from 09:00 to 18:00, Shanghai."""
    settings_of(WorkHours, is_on=True, zone="Asia/Shanghai", week=NINE_TO_SIX)


@pytest.fixture
def night():
    with time_machine.travel(at("2026-11-23 22:00"), tick=True):
        yield


@pytest.fixture
def day():
    with time_machine.travel(at("2026-11-23 10:00"), tick=True):
        yield


OFF = "Our agents are not at work right now. Please come back during work hours."


def replies(vera, text=OFF):
    return vera.conversation.messages.filter(text=text).count()


def ask(vera, settled):
    vera.post("hello")
    settled()
    vera.post("human")
    settled()
    return vera


@pytest.mark.feature("M51", "M52", "A45")
def test_outside_work_hours_the_hand_over_is_refused_and_the_bot_goes_on(team, hours, night, settled, settings_of):
    """With 非工作时间自动回复, not 转人工失败."""
    team.sit_down("alice")
    vera = ask(Vera(), settled)
    assert vera.session.state == State.FLOW
    assert replies(vera) == 1
    assert not vera.conversation.messages.filter(text__startswith="No agent").exists()
    settings_of(WorkHours, off_hours="8 点再来")
    vera.post("human")
    settled()
    assert replies(vera, "8 点再来") == 1


@pytest.mark.feature("M49")
def test_switched_off_there_is_no_check(team, hours, night, settled, settings_of):
    settings_of(WorkHours, is_on=False)
    team.sit_down("alice")
    assert ask(Vera(), settled).session.agent == team.alice


@pytest.mark.feature("A45", "A75")
def test_with_the_bot_disabled_the_reply_comes_once_a_visit(team, hours, night, settled, settings_of):
    settings_of(Strategy, is_enabled=False)
    team.sit_down("alice")
    vera = Vera()
    for said in ("hello", "is anybody there", "hm"):
        vera.post(said)
        settled()
    assert replies(vera) == 1
    vera.post("human")
    settled()
    assert replies(vera) == 2, "asked for in words, it is said again"


@pytest.mark.feature("A44")
def test_the_end_of_hours_ends_the_queue_but_no_running_session(team, hours, day, settled):
    sit_down(team.alice, limit=1)
    served, queued = ask(Vera(), settled), ask(Vera(), settled)
    assert (served.session.state, queued.session.state) == (State.SERVING, State.WAITING)
    assert close_the_queue(at("2026-11-23 17:59")) == 0
    assert close_the_queue(at("2026-11-23 18:00")) == 1
    assert (served.session.state, queued.session.state) == (State.SERVING, State.FLOW)
    assert replies(queued) == 1
    assert Assignment.objects.get(session=queued.session).outcome == "failed"


def test_groups_may_have_hours_and_holidays_of_their_own(team, hours):
    GroupHours.objects.create(group=team.support, week=[[["00:00", "24:00"]]] * 7)
    SpecialDay.objects.create(day=date(2026, 11, 23), ranges=[], group=team.sales)
    noon, midnight = at("2026-11-23 12:00"), at("2026-11-23 00:30")
    assert is_open(team.support.pk, midnight) and not is_open(None, midnight)
    assert is_open(None, noon) and not is_open(team.sales.pk, noon)
    SpecialDay.objects.create(day=date(2026, 11, 23), ranges=[["20:00", "21:00"]])
    assert not is_open(None, noon) and not is_open(team.sales.pk, at("2026-11-23 20:30"))
    assert calendar_of(team.support.pk, date(2026, 11, 23)).of_day(date(2026, 11, 23)) == [["20:00", "21:00"]]


@pytest.mark.feature("M49")
def test_flows_may_ask_whether_it_is_open(hours):
    def ask_at(now):
        context = Context(0, 0, "en", {}, Node("condition"), None, now)
        return conditions["work_hours"](context, {"test": "work_hours"})

    assert ask_at(at("2026-11-23 10:00")) and not ask_at(at("2026-11-23 20:00"))


@pytest.mark.feature("A117")
def test_left_messages_enter_the_queue_when_hours_open(team, hours, night, settled):
    """And somebody is at work."""
    vera = ask(Vera(), settled)
    left = leave(vera.conversation.pk, "m1", "please call me", "vera@example.com")
    tomorrow = at("2026-11-24 09:00")
    assert queue_left_messages(at("2026-11-24 08:59")) == 0
    assert queue_left_messages(tomorrow) == 0, "nobody is at work"
    sit_down(team.alice, status="notReady")
    assert queue_left_messages(tomorrow) == 1
    left.refresh_from_db()
    assert (left.state, vera.session.state) == (LeftMessage.State.QUEUED, State.WAITING)
    set_status(team.alice, "free")
    assign_waiting(timezone.now())
    settled()
    assert vera.session.agent == team.alice


def test_times_of_day_are_compared_in_minutes():
    assert Calendar("UTC", [[["00:00", "24:00"]]] * 7).is_open(datetime.combine(date(2026, 11, 23), time.max, UTC))

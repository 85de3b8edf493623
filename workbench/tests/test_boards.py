"""The rollups against the raw rows, counted by another hand."""

import random
import secrets
import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings
from django.utils import timezone

from accounts.models import Role, Visitor
from routing.models import Assignment
from sessions_flow.models import Conversation, Session
from tests.cast import make_member
from tests.generated import Past
from workbench.boards.clock import day_of, hours_of, midnight
from workbench.boards.reading import Wanted, by_key, heat, totals_of
from workbench.boards.rolling import rebuild, roll
from workbench.boards.spread import EDGES, percentile, within
from workbench.models import Rolling, Rollup
from workbench.tests.recount import chosen, presence, read, recount, wheres

NAMES = {"wait": "wait_ms", "first": "first_reply_ms", "reply": "reply_ms", "service": "service_ms"}
STATUSES = {"free_ms": "free", "not_ready_ms": "notReady", "rest_ms": "rest", "arrange_ms": "arrange"}


def make_past(sessions: int, days: int = 5, now: datetime | None = None) -> Past:
    seed = secrets.randbelow(10**9)
    print(f"seed {seed}")
    past = Past(random.Random(seed), now or timezone.now(), days)
    past.populate()
    past.fill(sessions)
    return past


def roll_whole(now: datetime) -> None:
    while not Rolling.get_solo().is_complete:
        roll(now)


def check_totals(raw, wanted: Wanted) -> int:
    """How many sums were compared."""
    begin, end = midnight(wanted.first), midnight(wanted.last + timedelta(days=1))
    sums, spans = recount(raw, chosen(begin, end, wanted.channel, wanted.group, wanted.agent))
    found = totals_of(wanted)
    for spread, column in NAMES.items():
        assert found[column] == pytest.approx(1000 * sum(spans[spread]), abs=1 + len(spans[spread])), (wanted, column)
        for edge in EDGES:
            assert within(found.spreads[spread], edge) == sum(span <= edge for span in spans[spread]), (wanted, spread)
    stored = {name: found[name] for name in found.sums if not name.endswith("_ms")}
    assert stored == {name: sums[name] for name in stored}, wanted
    assert set(sums) <= set(stored)
    return sum(map(bool, stored.values()))


@pytest.mark.feature("D1", "A53")
def test_it_works(db):
    """Every sum, for ranges and filters, equals what plain Python finds in the raw rows."""
    past = make_past(2000)
    roll_whole(past.now)
    raw, today = read(), day_of(past.now)
    compared = 0
    for first, last in ((today, today), (today - timedelta(days=3), today - timedelta(days=1)), (date.min, today)):
        first = max(first, today - timedelta(days=9))
        for channel, group, agent in wheres(raw):
            compared += check_totals(raw, Wanted(first, last, channel, group, agent))
    assert compared > 300


@pytest.mark.reliability
@pytest.mark.feature("D1", "A53")
def test_a_hundred_thousand_sessions_agree(db, client, unhashed_files):
    """The same at size; prints how long the counting and the page took."""
    seed = secrets.randbelow(10**9)
    print(f"seed {seed}")
    past = Past(random.Random(seed), timezone.now(), 30)
    past.populate(agents=50, groups=5, channels=3)
    past.fill(100_000)
    began = time.perf_counter()
    rebuild(None, None, past.now)
    print(f"counted in {time.perf_counter() - began:.0f} s")
    raw, today = read(), day_of(past.now)
    for first in (today - timedelta(days=29), today - timedelta(days=6), today):
        for channel, group, agent in wheres(raw):
            check_totals(raw, Wanted(first, today, channel, group, agent))
    client.force_login(make_member("sofia", Role.ADMIN))
    for days in ("today", "7", "30"):
        began = time.perf_counter()
        assert client.get("/admin/workbench/rollup/", {"range": days}).status_code == 200
        print(f"page, {days}: {1000 * (time.perf_counter() - began):.0f} ms")


@pytest.mark.feature("A101")
def test_a_record_across_midnight_belongs_to_the_day_it_began(db):
    """Given at 23:50, served until 03:00: three hours of the first day, nothing of the second."""
    past = make_past(0)
    night = midnight(day_of(past.now) - timedelta(days=1))
    given, accepted, end = night - timedelta(minutes=10), night - timedelta(minutes=5), night + timedelta(hours=3)
    visitor = Visitor.objects.create()
    conversation = Conversation.objects.create(channel=past.channels[0], visitor=visitor)
    session = Session.objects.create(
        conversation=conversation, opened_at=given, waiting_since=given, served_at=accepted, ended_at=end,
        state="ended", agent=past.members[0],
    )  # fmt: skip
    Assignment.objects.create(
        session=session, member=past.members[0], offered_at=given, accepted_at=accepted, ended_at=end, outcome="served"
    )
    rebuild(None, None, past.now)
    first = day_of(given)
    assert totals_of(Wanted(first, first, agent=past.members[0].pk))["service_ms"] == (3 * 60 + 5) * 60_000
    second = first + timedelta(days=1)
    assert totals_of(Wanted(second, second, agent=past.members[0].pk))["services"] == 0


def test_tables_and_the_heat_map_add_up_from_the_same_rows(db):
    past = make_past(1500)
    roll_whole(past.now)
    raw, today = read(), day_of(past.now)
    first = today - timedelta(days=9)
    begin, end = midnight(first), midnight(today + timedelta(days=1))
    channel = past.channels[0].pk
    for where in ({}, {"channel": channel}):
        for name, position in (("channel", 0), ("group", 1), ("agent", 2)):
            for key, found in by_key(Wanted(first, today, **where), name).items():
                keys = [where.get("channel"), None, None]
                keys[position] = key
                sums, _spans = recount(raw, chosen(begin, end, *keys))
                assert {column: found[column] for column in sums} == dict(sums), (where, name, key)
    cells = heat(Wanted(first, today))
    for (weekday, hour), cell in cells.items():
        local = [timezone.localtime(session[4]) for session in raw.sessions]
        assert cell["sessions"] == sum((at.isoweekday(), at.hour) == (weekday, hour) for at in local)
    assert sum(cell["sessions"] for cell in cells.values()) == len(raw.sessions)


def test_time_by_status(db):
    past = make_past(50)
    roll_whole(past.now)
    raw, today = read(), day_of(past.now)
    for member in past.members:
        for day in (today, today - timedelta(days=1)):
            found = totals_of(Wanted(day, day, agent=member.pk))
            expected = presence(raw, member.pk, midnight(day), min(midnight(day + timedelta(days=1)), past.now))
            for column, status in STATUSES.items():
                assert found[column] / 1000 == pytest.approx(expected[status], abs=0.1), (member, day, column)


def test_counting_again_changes_nothing(db):
    past = make_past(300)
    roll_whole(past.now)
    before = snapshot()
    assert before
    roll(past.now)
    assert snapshot() == before
    assert rebuild(None, None, past.now) >= past.days
    assert snapshot() == before


def snapshot() -> list[tuple]:
    names = [field.name for field in Rollup._meta.local_fields if field.name != "id"]
    return sorted(Rollup.objects.values_list(*names), key=repr)


def test_a_percentile_lies_in_the_bucket_of_the_true_one():
    dice = random.Random(7)
    for _round in range(200):
        spans = sorted(dice.expovariate(1 / 60) for _ in range(dice.randrange(1, 400)))
        spread = [0] * (len(EDGES) + 1)
        for span in spans:
            spread[sum(span > edge for edge in EDGES)] += 1
        share = dice.choice([0.5, 0.9, 0.95])
        true = spans[max(0, -(-int(len(spans) * share * 1000) // 1000) - 1)]
        low = max((edge for edge in EDGES if edge < true), default=0)
        high = min((edge for edge in EDGES if edge >= true), default=EDGES[-1])
        assert low <= percentile(spread, share) <= high or len(spans) * share % 1, (share, true)
    assert percentile([], 0.5) is None


@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/Santiago", date(2026, 9, 6), 23),  # midnight does not exist
        ("Australia/Lord_Howe", date(2026, 4, 5), 25),  # half an hour
        ("Asia/Kathmandu", date(2026, 1, 1), 24),
    ],
)
def test_a_day_has_the_hours_that_its_clock_had(zone, day, length):
    with timezone.override(ZoneInfo(zone)):
        hours = hours_of(day)
        assert len(hours) == length
        assert {day_of(hour) for hour in hours} == {day}
        assert day_of(hours[0] - timedelta(microseconds=1)) == day - timedelta(days=1)
        assert day_of(midnight(day + timedelta(days=1))) == day + timedelta(days=1)


@override_settings(TIME_ZONE="Europe/Berlin")
def test_sessions_of_the_night_the_clock_changes(db):
    """The hour that comes twice holds both; the day holds 25 hours."""
    now = datetime(2026, 10, 26, 12, tzinfo=ZoneInfo("UTC"))
    make_past(400, days=3, now=now)
    roll_whole(now)
    raw = read()
    for day in (date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 26)):
        assert check_totals(raw, Wanted(day, day)) > 10

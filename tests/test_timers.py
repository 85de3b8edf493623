"""Promise 7: timers fire once and never early, also when the sweeper is killed; lateness by the database's clock.

A trigger writes down the moment at which each session's end is committed.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import psycopg
import pytest

from tests.house import full_house, start_workers

WORKER = "worker"
GRACE, BACK = timedelta(seconds=2), timedelta(seconds=5)  # due just before a death; served so soon after (promise 5)
TEMPLATE = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import Visitor
from sessions_flow.actions import open_conversation
from sessions_flow.models import Channel, Session
channel, now = Channel.objects.first(), timezone.now()
first, template = (open_conversation(channel, Visitor.objects.create()) for _ in range(2))
Session.objects.create(conversation=template, opened_at=now)
Session.objects.create(conversation=first, opened_at=now - timedelta(days=1), idle_due_at=now)
print(template.visitor_id, template.pk)
"""
LOG = """
CREATE TABLE timer_log (at timestamptz DEFAULT clock_timestamp(), session bigint);
CREATE FUNCTION timer_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO timer_log (session) VALUES (NEW.id); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER timer_trigger AFTER UPDATE ON sessions_flow_session DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION timer_write();
CREATE TABLE timers (session bigint PRIMARY KEY, due timestamptz NOT NULL);
"""
VISITORS = """INSERT INTO accounts_visitor SELECT (jsonb_populate_record(v, jsonb_build_object(
    'id', 1000000 + n, 'openid', 'timer-' || n))).* FROM accounts_visitor v, generate_series(1, {count}) n
    WHERE v.id = {visitor}"""
CONVERSATIONS = """INSERT INTO sessions_flow_conversation SELECT (jsonb_populate_record(c, jsonb_build_object(
    'id', 1000000 + n, 'visitor_id', 1000000 + n, 'public_id', 'timer-' || n))).*
    FROM sessions_flow_conversation c, generate_series(1, {count}) n WHERE c.id = {conversation}"""
SESSIONS = """INSERT INTO sessions_flow_session SELECT (jsonb_populate_record(s, jsonb_build_object(
    'id', 1000000 + n, 'conversation_id', 1000000 + n, 'session_id', gen_random_uuid(),
    'idle_due_at', now() + interval '1 day', 'opened_at', now() + interval '1 day' - interval '1800 seconds'))).*
    FROM sessions_flow_session s, generate_series(1, {count}) n WHERE s.conversation_id = {conversation}"""
# Once all are there, since many rows take longer to insert than they are due ahead.
DUE = """WITH d AS (SELECT n, now() + ({ahead} + n * {spread} / {due}) * interval '1 second' AS due
        FROM generate_series(1, {due}) n)
    UPDATE sessions_flow_session SET idle_due_at = d.due, opened_at = d.due - interval '1800 seconds'
    FROM d WHERE id = 1000000 + d.n"""
SAID_ONCE = """SELECT session_id FROM sessions_flow_message WHERE elem::text ~ 'src.{1,5}"20' AND session_id > 1000000
    GROUP BY 1 HAVING count(*) = 1"""


@dataclass
class Timers:
    """`count` sessions with the bot, `due` of which close for lack of an answer within `spread` seconds."""

    house: object
    count: int
    due: int
    spread: float
    ahead: float = 5.0
    deaths: list[tuple[datetime, datetime]] = field(default_factory=list)  # killed, and at work again

    def __post_init__(self):
        self.database = psycopg.connect(self.house.env["DATABASE_URL"], autocommit=True)
        self.ask(LOG)
        visitor, conversation = self.house.python(TEMPLATE).split()
        numbers = vars(self) | {"visitor": visitor, "conversation": conversation}
        self.wait_for_ends(1)  # the sweeper is at work
        self.ask("TRUNCATE timer_log")
        for statement in (VISITORS, CONVERSATIONS, SESSIONS):
            self.ask(statement.format(**numbers))
        self.ask("ANALYZE")
        self.ask(DUE.format(**numbers))
        self.ask("INSERT INTO timers SELECT id, idle_due_at FROM sessions_flow_session WHERE id > 1000000")

    def ask(self, statement):
        cursor = self.database.execute(statement)
        return cursor.fetchall() if cursor.description else []

    def now(self):
        return self.ask("SELECT clock_timestamp()")[0][0]

    def wait_for_ends(self, number):
        ends = time.monotonic() + self.spread + self.ahead + 120
        while self.ask("SELECT count(*) FROM timer_log")[0][0] < number:
            assert time.monotonic() < ends, self.house.log(WORKER)
            time.sleep(0.05)

    def kill_the_sweeper(self):
        killed = self.now()
        self.house.kill(WORKER)
        self.house.kill("beat")
        before = self.ask("SELECT count(*) FROM timer_log")[0][0]
        time.sleep(1)
        start_workers(self.house)
        while self.ask("SELECT count(*) FROM timer_log")[0][0] == before:
            time.sleep(0.05)
        self.deaths.append((killed, self.now()))

    def judge(self):
        """(lateness in seconds of those due while it lived, of those due while it was dead after its return)."""
        fired = self.ask("SELECT session, count(*), min(at) FROM timer_log GROUP BY session")
        due = dict(self.ask(f"SELECT session, due FROM timers WHERE session <= 1000000 + {self.due}"))
        assert {session for session, *_rest in fired} == set(due), "those that were due, and no others"
        assert all(count == 1 for _session, count, _at in fired), "once"
        assert len(self.ask(SAID_ONCE)) == self.due, "and said once"
        late = {session: (at - due[session]).total_seconds() for session, _count, at in fired}
        assert min(late.values()) >= 0, "never early"
        alive, dead = [], []
        for session, _count, at in fired:
            back = next((back for killed, back in self.deaths if killed - GRACE <= due[session] <= back + BACK), None)
            if back:
                dead.append((at - back).total_seconds())
            else:
                alive.append(late[session])
        return sorted(alive), sorted(dead)


@pytest.fixture
def timers(tmp_path_factory):
    opened = []

    def start(**numbers):
        manager = full_house(tmp_path_factory.mktemp("timers") / "house", "timers")
        opened.append(manager)
        return Timers(manager.__enter__(), **numbers)

    yield start
    for manager in opened:
        manager.__exit__(None, None, None)


@pytest.mark.feature("F28", "M46")
def test_timers_fire_once_although_the_sweeper_is_killed(timers):
    """The short form; how late they may be is asserted by the long one, on a machine with nothing else to do."""
    some = timers(count=2_000, due=100, spread=6)
    some.wait_for_ends(30)
    some.kill_the_sweeper()
    some.wait_for_ends(some.due)
    alive, dead = some.judge()
    print(f"{len(alive)} due while it lived, at most {max(alive, default=0):.2f} s late; {len(dead)} around its death")


@pytest.mark.reliability
@pytest.mark.feature("F28", "M46")
def test_a_hundred_thousand_timers(timers):
    """5,000 due within a minute among 100,000, the sweeper killed twice."""
    some = timers(count=100_000, due=5_000, spread=60)
    for ended in (1_500, 3_500):
        some.wait_for_ends(ended)
        some.kill_the_sweeper()
    some.wait_for_ends(some.due)
    alive, dead = some.judge()
    median, p99, most = alive[len(alive) // 2], alive[int(len(alive) * 0.99)], alive[-1]
    print(f"{len(alive)} due while it lived: late by {median:.2f} s (median), {p99:.2f} s (p99), {most:.2f} s (most)")
    print(f"{len(dead)} due around its deaths, the last {max(dead):.2f} s after its return")
    assert p99 <= 1 and most <= 2
    assert max(dead) <= 5 + BACK.total_seconds()

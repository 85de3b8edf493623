"""The race of promise 6: hand-offs, assigners and agents at once; and the judge, who reads what the database recorded.

Triggers write every change of a leg, a place in line and a desk into one log at the moment of its commit, so that the
judgement rests on the database's own clock and order, not on what the code believes.
"""

import json
import random
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from routing.actions import accept, end_by_agent, refuse, set_status, transfer
from routing.asking import decide
from routing.assigner import assign_waiting
from routing.business import Answer
from routing.models import Assignment, Desk, Distribution, Reception, Waiting
from sessions_flow.actions import end_session, locked, start_waiting
from sessions_flow.deadlines import sweep
from sessions_flow.models import EndedBy, Session
from sessions_flow.protocol.errors import ProtocolError
from tests.cast import Vera, make_group, make_member, sit_down

ENOUGH = 8  # beyond every place: some leave at once
WATCHED = ("routing_assignment", "routing_waiting", "routing_desk")
LOG = """
CREATE TABLE race_log (id bigserial PRIMARY KEY, at timestamptz DEFAULT clock_timestamp(),
    began timestamptz DEFAULT now(), tx xid8 DEFAULT pg_current_xact_id(), tab text, op text, row jsonb);
CREATE FUNCTION race_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO race_log (tab, op, row) VALUES (TG_TABLE_NAME, TG_OP, to_jsonb(COALESCE(NEW, OLD)));
    RETURN NULL; END $$;
"""
TRIGGER = """CREATE CONSTRAINT TRIGGER race_trigger AFTER INSERT OR UPDATE OR DELETE ON {}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION race_write()"""


@contextmanager
def recorded():
    with connection.cursor() as cursor:
        cursor.execute(LOG)
        for table in WATCHED:
            cursor.execute(TRIGGER.format(table))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for table in WATCHED:
                cursor.execute(f"DROP TRIGGER race_trigger ON {table}")
            cursor.execute("DROP TABLE race_log; DROP FUNCTION race_write")


@dataclass
class Race:
    """`hand_offs` people, `workers` threads: a visitor's, an assigner's or an agent's each, and one that sweeps."""

    seed: int
    hand_offs: int
    workers: int
    agents: int
    seconds: float  # at most
    members: list = field(default_factory=list)
    groups: list = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    done: Counter = field(default_factory=Counter)
    places: int = 0  # sessions that all agents can serve at once

    def __post_init__(self):
        self.dice = random.Random(self.seed)
        self.todo = iter(range(self.hand_offs))
        self.lock = threading.Lock()
        self.over = threading.Event()

    def set_up(self):
        rules = Reception.get_solo()
        rules.accept_seconds, rules.offer_rounds = 1, 100
        rules.save()
        self.members = [make_member(f"agent{n}") for n in range(self.agents)]
        limits = [self.dice.randint(1, 4) for _ in self.members]
        for member, limit in zip(self.members, limits, strict=True):
            sit_down(member, limit=limit)
        self.places = sum(limits)
        self.groups = [make_group(f"group{n}", *self.members[n::3]) for n in range(3)]

    def run(self):
        """Until every visitor is served to the end, or has gone."""
        visitors = max(2, self.workers // 4)
        jobs = [self.visit] * visitors + [self.serve] * self.agents + [self.keep_time]
        jobs += [self.give] * (self.workers - len(jobs))
        ends = time.monotonic() + self.seconds
        connection.pool.resize(1, len(jobs) + 30)  # and what the bell, the flow and the bot need
        with recorded():
            with ThreadPoolExecutor(len(jobs)) as pool:
                for number, job in enumerate(jobs):
                    pool.submit(self._work, job, number, random.Random(self.seed + number))
                while time.monotonic() < ends and (self.lock.locked() or not self._is_over()):
                    time.sleep(0.1)
                self.over.set()
            connection.close()
            return Judge(read_log(), self)

    def _is_over(self):
        return self.done["came"] == self.hand_offs and not Session.objects.waiting_or_served().exists()

    def _work(self, job, number, dice):
        try:
            job(number, dice)
        except Exception as error:
            self.troubles.append(f"{job.__name__}: {error!r}")
            self.over.set()
        finally:
            connection.close()

    def count(self, what):
        with self.lock:
            self.done[what] += 1

    # --- who takes part

    def visit(self, number, dice):
        """Hand-offs of every strategy: to anybody, to a group, to agents whom the business server names."""
        while not self.over.is_set():
            with self.lock:
                if next(self.todo, None) is None:
                    return
            vera = Vera()
            vera.post("hello")
            how = dice.choice(["automatic", "group", "server"])
            self._hand_off(vera, how, dice)
            self.count(how)
            self.count("came")
            if dice.random() < 0.05:
                self._leave(vera)
            time.sleep(dice.random())

    def _hand_off(self, vera, how, dice):
        with locked(vera.conversation.pk) as held:
            start_waiting(held, held.session, dice.choice(self.groups) if how == "group" else None)
            row = Waiting.objects.get(session=held.session)
            if how == "server":
                Waiting.objects.filter(pk=row.pk).update(asking_until=timezone.now() + timedelta(seconds=4))
        if how == "server":
            named = [member.account for member in dice.sample(self.members, min(5, self.agents))]
            decide(row.pk, vera.conversation.pk, Answer(agents=named), timezone.now())

    def _leave(self, vera):
        with locked(vera.conversation.pk) as held:
            if held.session:
                end_session(held, held.session, EndedBy.CLIENT)
                self.count("left")

    def give(self, number, dice):
        while not self.over.is_set():
            assign_waiting()
            time.sleep(dice.random())

    def keep_time(self, number, dice):
        """The sweep; and an admin who changes the order and the reception mode while everybody works."""
        while not self.over.is_set():
            sweep(timezone.now())
            if dice.random() < 0.2:
                self._change_rules(dice)
            time.sleep(0.25)

    def _change_rules(self, dice):
        rules, reception = Distribution.get_solo(), Reception.get_solo()
        rules.order, rules.prefers_last_agent = dice.choice(Distribution.Order.values), dice.random() < 0.5
        rules.save()
        reception.mode = dice.choice(Reception.Mode.values)
        reception.save()

    def serve(self, number, dice):
        """An agent: accepts, refuses, ends, transfers, leaves, comes back. Begins when more wait than all can serve."""
        while not self.over.is_set() and self.done["came"] < min(self.hand_offs, self.places + ENOUGH):
            time.sleep(0.05)
        me = self.members[number - max(2, self.workers // 4)]
        while not self.over.is_set():
            for leg in Assignment.objects.open().filter(member=me).select_related("session"):
                try:
                    self._act(me, leg, dice)
                except ProtocolError:
                    self.count("too late")  # the other one was faster
            if dice.random() < 0.03:
                set_status(me, dice.choice(["rest", "notReady", "arrange", "offline"]))
                self.count("away")
                time.sleep(dice.random())
                set_status(me, "free")
            time.sleep(0.1 + dice.random() * 0.5)

    def _act(self, me, leg, dice):
        if leg.accepted_at is None:
            act = dice.choices([accept, refuse, None], [6, 2, 1])[0]
            if act:
                act(leg.session, me)
                self.count(act.__name__)
        elif (chance := dice.random()) < 0.15:
            end_by_agent(leg.session, me)
            self.count("ended")
        elif chance < 0.22:
            others = [member for member in self.members if member != me]
            to = {"to": dice.choice(others)} if dice.random() < 0.5 else {"group": dice.choice(self.groups)}
            transfer(leg.session, me, **to)
            self.count("transferred")


def read_log():
    with connection.cursor() as cursor:
        cursor.execute("SELECT at, began, tx::text, tab, op, row FROM race_log ORDER BY at, id")
        rows = cursor.fetchall()
    return [Change(*rest, json.loads(row) if isinstance(row, str) else row) for *rest, row in rows]


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    began: datetime  # of its transaction
    tx: str
    table: str
    op: str
    row: dict


@dataclass(slots=True)
class InLine:
    row: dict
    since: datetime  # committed


def _wants(row):
    return row["group_id"], row["candidates"], row["excluded"]


class Judge:
    """Goes through the log once, in the order of the commits."""

    def __init__(self, log, race):
        self.log, self.race = log, race
        self.limits = dict(Desk.objects.values_list("member", "limit"))
        self.groups = {m.pk: set(m.groups_served.values_list("pk", flat=True)) for m in race.members}
        self.open, self.running = defaultdict(set), defaultdict(set)  # legs by member, by session
        self.line: dict[int, InLine] = {}  # by session
        self.free_since: dict[int, datetime] = {}
        self.doubles, self.over_limit, self.inversions, self.stranded = [], [], [], []
        self.most_waited_beside, self.longest_line = timedelta(), 0
        self._given: list[Change] = []
        self._keys: dict[int, tuple] = {}  # by session: what it last waited as
        for number, change in enumerate(log):
            {"routing_assignment": self._leg, "routing_waiting": self._place, "routing_desk": self._desk}[change.table](
                change
            )
            if number + 1 == len(log) or log[number + 1].tx != change.tx:
                self._look_for_inversions()

    def _leg(self, change):
        leg, member, session = change.row["id"], change.row["member_id"], change.row["session_id"]
        for mine in (*self.open.values(), *self.running.values()):
            mine.discard(leg)
        if change.row["ended_at"] or not member:
            return
        self.open[member].add(leg)
        if change.row["accepted_at"]:
            self.running[session].add(leg)
        if len(self.open[member]) > self.limits[member]:
            self.over_limit.append((change.at, member, len(self.open[member])))
        if len(self.running[session]) > 1:
            self.doubles.append((change.at, session))
        if change.op == "INSERT" and change.row["origin"] == Assignment.Origin.ASSIGNED:
            self._given.append(change)

    def _place(self, change):
        session, row = change.row["session_id"], change.row
        before = self.line.pop(session, None)
        if before:
            self._look_beside(before, change.at)
        self._keys[session] = (row["group_id"], row["priority"], row["since"], row["candidates"])
        if change.op != "DELETE" and not row["is_offered"] and not row["asking_until"]:
            is_same = before and _wants(before.row) == _wants(row)
            self.line[session] = InLine(row, before.since if is_same else change.at)
            self.longest_line = max(self.longest_line, len(self.line))

    def _desk(self, change):
        member = change.row["member_id"]
        is_free = change.row["status"] == "free" and change.row["load"] < change.row["limit"]
        if not is_free and member in self.free_since:
            for place in self.line.values():
                self._look_beside(place, change.at, only=member)
            del self.free_since[member]
        elif is_free:
            self.free_since.setdefault(member, change.at)

    def _may_serve(self, row, member):
        if member in row["excluded"]:
            return False
        if row["candidates"] is not None:
            return member in row["candidates"]
        return row["group_id"] is None or row["group_id"] in self.groups[member]

    def _look_beside(self, place, until, only=None):
        """Nobody waits long beside a free agent who may serve him."""
        for member, since in self.free_since.items():
            if only in (None, member) and self._may_serve(place.row, member):
                beside = until - max(since, place.since)
                self.most_waited_beside = max(self.most_waited_beside, beside)
                if beside > timedelta(seconds=2):
                    self.stranded.append((until, place.row["session_id"], member, beside.total_seconds()))

    def _look_for_inversions(self):
        """Whoever was given to an agent left nobody of the same queue behind who came earlier, was visible to the
        transaction that gave it, and could have been given to that agent."""
        for given in self._given:
            key = self._keys.get(given.row["session_id"])
            for place in self.line.values():
                is_visible = place.since < given.began
                same = key and place.row["group_id"] == key[0] and place.row["candidates"] is None and key[3] is None
                earlier = key and (-place.row["priority"], place.row["since"]) < (-key[1], key[2])
                if is_visible and same and earlier and self._may_serve(place.row, given.row["member_id"]):
                    self.inversions.append((given.at, given.row["session_id"], place.row["session_id"]))
        self._given = []

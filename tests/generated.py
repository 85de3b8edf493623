"""A desk with a past: sessions, messages, records, questions, ratings and statuses made up in bulk, for the boards."""

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import Group, Member, Role, Visitor
from chatbot.models import Question
from routing.models import Assignment, Desk, Status, StatusChange
from sessions_flow.models import Channel, Conversation, EndedBy, Message, Rating, Session, State
from sessions_flow.protocol import elements

Outcome, Origin, Kind, Rule = Assignment.Outcome, Assignment.Origin, Message.Kind, Question.Rule
BATCH = 2000


@dataclass
class Past:
    """`dice` decides everything. `now` is when the past ends: what began shortly before it still runs."""

    dice: random.Random
    now: datetime
    days: int
    messages: float = 10  # of a session, on average
    members: list[Member] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    busy: set[int] = field(default_factory=set)  # conversations with a running session
    rows: dict[type[Any], list[Any]] = field(default_factory=dict)

    def populate(self, agents: int = 8, groups: int = 3, channels: int = 2) -> None:
        self.members = [
            Member.objects.create(
                account=f"m{number}@example.com", email=f"m{number}@example.com", nickname=f"客服{number}",
                staff_no=f"{number:04d}", role=Role.AGENT, password="!",
            )
            for number in range(agents)
        ]  # fmt: skip
        self.groups = [Group.objects.create(name=f"组{number}") for number in range(groups)]
        self.channels = [
            Channel.objects.create(name=f"渠道{number}", service_account=f"@account{number}")
            for number in range(channels)
        ]
        self._keep_hours()

    def fill(self, sessions: int) -> None:
        """In parts, so that a large past fits into memory."""
        for begin in range(0, sessions, BATCH):
            self._fill(min(BATCH, sessions - begin))

    def _fill(self, sessions: int) -> None:
        self.rows = {Session: [], Message: [], Assignment: [], Rating: [], Question: []}
        visitors = Visitor.objects.bulk_create(Visitor() for _ in range(max(1, sessions // 3)))
        conversations = Conversation.objects.bulk_create(
            Conversation(channel=self.dice.choice(self.channels), visitor=visitor) for visitor in visitors
        )
        for _ in range(sessions):
            self._session(self.dice.choice(conversations))
        for model, rows in self.rows.items():
            model.objects.bulk_create(rows, batch_size=1000)

    def _later(self, at: datetime, mean: float) -> datetime:
        return at + timedelta(seconds=round(self.dice.expovariate(1 / mean), 3))

    def _session(self, conversation: Conversation) -> None:
        dice = self.dice
        at = self.now - timedelta(seconds=dice.uniform(0, self.days * 86_400))
        session = Session(conversation=conversation, session_id=uuid.UUID(int=dice.getrandbits(128)), opened_at=at)
        self.rows[Session].append(session)
        at = self._talk_to_bot(session, at)
        kind = dice.random()
        if kind < 0.45:
            self._end(session, self._later(at, 60))
        elif kind < 0.48:
            self._serve(session, at, origin=Origin.STARTED)
        else:
            self._ask(session, self._later(at, 20))

    def _talk_to_bot(self, session: Session, at: datetime) -> datetime:
        for _ in range(self.dice.randrange(4)):
            at = self._say(session, Kind.VISITOR, self._later(at, 20))
            rule = self.dice.choice(Rule.values)
            self.rows[Question].append(
                Question(session=session, text="q", key="q", rule=rule, score=1, state="answered", asked_at=at)
            )
            at = self._say(session, Kind.BOT, at)
        return at

    def _ask(self, session: Session, at: datetime, again: bool = True) -> None:
        dice = self.dice
        session.waiting_since, session.group = at, dice.choice([None, *self.groups])
        kind, until = dice.random(), self._later(at, 60)
        if kind < 0.1:
            self._record(session, None, at, None, until, Outcome.ABANDONED)
            if again and dice.random() < 0.3:
                self._ask(session, self._later(until, 300), again=False)
                return
            self._end(session, until)
        elif kind < 0.15:
            self._record(session, None, at, None, until, Outcome.FAILED)
            self._end(session, self._later(until, 100))
        elif kind < 0.18:
            self._end(session, until)  # taken back by the visitor
        elif until > self.now:
            session.state = State.WAITING
            self._only_running(session)
        else:
            while dice.random() < 0.15:
                outcome = dice.choice([Outcome.MISSED, Outcome.REFUSED, Outcome.WITHDRAWN])
                self._record(session, dice.choice(self.members), until, None, self._later(until, 15), outcome)
                until = self._later(until, 20)
            self._serve(session, until, origin=dice.choice([Origin.ASSIGNED, Origin.CLAIMED]))

    def _serve(self, session: Session, at: datetime, origin: str) -> None:
        dice, member = self.dice, self.dice.choice(self.members)
        given, at = at, self._later(at, 5)
        session.served_at = session.served_at or at
        session.agent = member
        first = at
        for _ in range(dice.randrange(int(self.messages * 3) + 1)):
            kind = dice.choice([Kind.VISITOR, Kind.AGENT])
            at = self._say(session, kind, self._later(at, 40), member)
        end = self._later(at, 120)
        fate = dice.random()
        if fate < 0.1:
            self._record(session, member, given, first, end, Outcome.TRANSFERRED, origin)
            self._serve(session, end, Origin.TRANSFERRED)
        elif fate < 0.13:
            self._record(session, member, given, first, end, Outcome.LOST, origin)
            self._end(session, self._later(end, 60))
        else:
            ended = self._end(session, end)
            outcome = Outcome.RUNNING if ended is None else Outcome.SERVED
            self._record(session, member, given, first, ended, outcome, origin)
            self._rate(session, end)

    def _record(
        self, session: Session, member: Member | None, given: datetime, accepted: datetime | None,
        ended: datetime | None, outcome: str, origin: str = Origin.ASSIGNED,
    ) -> None:  # fmt: skip
        self.rows[Assignment].append(
            Assignment(
                session=session, member=member, group=session.group, offered_at=given, accepted_at=accepted,
                ended_at=ended, outcome=outcome, origin=origin,
            )
        )  # fmt: skip

    def _say(self, session: Session, kind: str, at: datetime, member: Member | None = None) -> datetime:
        conversation = session.conversation
        conversation.seq += 1
        sender = member.public_id if member and kind == Kind.AGENT else ""
        self.rows[Message].append(
            Message(
                conversation=conversation, session=session, seq=conversation.seq, kind=kind, sender_id=sender,
                elem=elements.text("您好"), text="您好", created_at=at,
            )
        )  # fmt: skip
        return at

    def _end(self, session: Session, at: datetime) -> datetime | None:
        """None when it is not over yet."""
        if at > self.now and session.conversation.pk not in self.busy:
            session.state = State.SERVING if session.served_at else State.FLOW
            self.busy.add(session.conversation.pk)
            return None
        session.state, session.ended_at = State.ENDED, at
        session.ended_by = self.dice.choice(EndedBy.values)
        return at

    def _only_running(self, session: Session) -> None:
        if session.conversation.pk in self.busy:
            session.state, session.ended_at, session.ended_by = State.ENDED, self.now, EndedBy.CLIENT
        self.busy.add(session.conversation.pk)

    def _rate(self, session: Session, at: datetime) -> None:
        if self.dice.random() > 0.6:
            return
        rating = Rating(
            session=session, card_seq=session.conversation.seq, agent=session.agent, group=session.group,
            invited_at=at, expires_at=at + timedelta(days=1),
        )  # fmt: skip
        if self.dice.random() < 0.5:
            rating.level, rating.rated_at = self.dice.randint(1, 5), self._later(at, 1800)
            rating.level_text = f"{rating.level} 星"
        self.rows[Rating].append(rating)

    def _keep_hours(self) -> None:
        """Every agent's days at work, with a few changes each."""
        begin = self.now - timedelta(days=self.days)
        changes, desks = [], []
        for member in self.members:
            at, status = begin, Status.OFFLINE.value
            while (at := self._later(at, 9000)) < self.now:
                status = self.dice.choice(Status.values)
                changes.append(StatusChange(member=member, status=status, cause="chosen", at=at))
            desks.append(Desk(member=member, status=status, since=at))
        StatusChange.objects.bulk_create(changes, batch_size=1000)
        Desk.objects.bulk_create(desks)


def analyze() -> None:
    """What the planner of a database that has lived would know."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

"""Counts the raw rows of some hours. Every rule here is worded for readers in `measures` and docs/boards.md."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from chatbot.models import Question
from routing.models import Assignment
from sessions_flow.models import EndedBy, Message, Rating, Session, State
from workbench.boards.attendance import attendance
from workbench.boards.spread import bucket_of
from workbench.models import ALL, NONE

Tally = Counter[Any]  # sums by the name of their column, and (name of a spread, bucket)
Outcome, Rule = Assignment.Outcome, Question.Rule
MESSAGES = {
    Message.Kind.VISITOR.value: "visitor_messages",
    Message.Kind.AGENT.value: "agent_messages",
    Message.Kind.BOT.value: "bot_messages",
}
RULES = {
    Rule.DIRECT.value: "hits", Rule.CHITCHAT.value: "hits", Rule.GENERATED.value: "hits",
    Rule.GUIDE.value: "guides", Rule.FALLBACK.value: "misses",
}  # fmt: skip
OUTCOMES = {
    Outcome.MISSED.value: "missed", Outcome.REFUSED.value: "refused", Outcome.LOST.value: "lost",
    Outcome.TRANSFERRED.value: "transferred",
}  # fmt: skip


class Key(NamedTuple):
    """A row of the hour; NONE where there is no group or agent, ALL where they are added up."""

    at: datetime
    channel: int
    group: int
    agent: int

    def sums(self) -> "set[Key]":
        """Itself, and the rows in which it is added up: whatever a page asks for without reading every agent."""
        return {
            self,
            self._replace(agent=ALL),
            self._replace(group=ALL, agent=ALL),
            self._replace(channel=ALL, agent=ALL),
            self._replace(channel=ALL, group=ALL),
            self._replace(channel=ALL, group=ALL, agent=ALL),
        }


Counts = dict[Key, Tally]


def count(hours: Sequence[datetime], end: datetime, now: datetime) -> Counts:
    """Of the hours that begin then, in order and without gaps, up to `end`."""
    found: Counts = defaultdict(Counter)
    _count_sessions(found, hours, end)
    _count_legs(found, hours, end)
    for (hour, member), tally in attendance(hours, end, now).items():
        found[Key(hour, NONE, NONE, member)].update(tally)
    return found


def add_up(counts: Iterable[tuple[Key, Tally]]) -> Counts:
    """With the rows that are sums of others."""
    found: Counts = defaultdict(Counter)
    for key, tally in counts:
        for each in key.sums():
            found[each].update(tally)
    return found


def milliseconds(span: timedelta) -> int:
    return max(0, span // timedelta(milliseconds=1))


def note_span(tally: Tally, column: str, spread: str, span: timedelta) -> None:
    length = milliseconds(span)
    tally[column] += length
    tally[spread, bucket_of(length)] += 1


def _count_sessions(found: Counts, hours: Sequence[datetime], end: datetime) -> None:
    sessions = Session.objects.filter(opened_at__gte=hours[0], opened_at__lt=end).order_by()
    asked = _legs_by_session(sessions.filter(waiting_since__isnull=False))
    tallies: dict[int, Tally] = {}
    fields = ("pk", "opened_at", "conversation__channel", "group", "agent", "state", "waiting_since", "served_at")
    for pk, opened_at, channel, group, agent, state, since, served_at, ended_by in sessions.values_list(
        *fields, "ended_by"
    ):
        at = hours[bisect_right(hours, opened_at) - 1]
        tally = tallies[pk] = found[Key(at, channel, group or NONE, agent or NONE)]
        tally["sessions"] += 1
        tally["timed_out"] += ended_by == EndedBy.TIMER
        if since is not None:
            _count_request(tally, since, state, asked[pk])
        elif served_at is None:
            tally["bot_only"] += 1
    _count_words(tallies, sessions)
    _count_ratings(found, hours, sessions)


def _legs_by_session(sessions: QuerySet[Session]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    legs = Assignment.objects.filter(session__in=sessions).order_by()
    for session, *facts in legs.values_list("session_id", "offered_at", "accepted_at", "outcome"):
        found[session].append(tuple(facts))
    return found


def _count_request(tally: Tally, since: datetime, state: str, legs: list[tuple[Any, ...]]) -> None:
    """What became of the session's last request for a human."""
    tally["asked"] += 1
    accepted = [at for _offered, at, _outcome in legs if at is not None and at >= since]
    if accepted:
        tally["served"] += 1
        note_span(tally, "wait_ms", "wait", min(accepted) - since)
    elif any(outcome == Outcome.FAILED and offered >= since for offered, _at, outcome in legs):
        tally["failed"] += 1
    elif state not in (State.WAITING, State.SERVING):
        tally["abandoned"] += 1


def _count_words(tallies: dict[int, Tally], sessions: QuerySet[Session]) -> None:
    """Messages and the bot's answers, to the rows of their sessions."""
    said = Message.objects.said().filter(session__in=sessions, kind__in=MESSAGES).order_by()
    for session, kind, number in said.values_list("session", "kind").annotate(Count("pk")):
        if session in tallies:  # opened since the first query
            tallies[session][MESSAGES[kind]] += number
    asked = Question.objects.filter(session__in=sessions).order_by()
    for session, rule, number in asked.values_list("session", "rule").annotate(Count("pk")):
        if session in tallies:
            tallies[session]["questions"] += number
            tallies[session][RULES[rule]] += number


def _count_ratings(found: Counts, hours: Sequence[datetime], sessions: QuerySet[Session]) -> None:
    """To the agent and group who were rated, the last who served (A64)."""
    ratings = Rating.objects.filter(session__in=sessions).order_by()
    fields = ("session__opened_at", "session__conversation__channel", "group", "agent", "level")
    for opened_at, channel, group, agent, level in ratings.values_list(*fields):
        tally = found[Key(hours[bisect_right(hours, opened_at) - 1], channel, group or NONE, agent or NONE)]
        tally["cards"] += 1
        if level:
            tally[f"stars{level}"] += 1


class Leg(NamedTuple):
    tally: Tally
    session: int
    public_id: str
    accepted_at: datetime
    ended_at: datetime | None


def _count_legs(found: Counts, hours: Sequence[datetime], end: datetime) -> None:
    legs = Assignment.objects.filter(offered_at__gte=hours[0], offered_at__lt=end, member__isnull=False).order_by()
    facts = ("session_id", "member__public_id", "accepted_at", "ended_at")
    keys = ("offered_at", "session__conversation__channel", "group", "member", "outcome", "origin")
    served: dict[int, list[Leg]] = defaultdict(list)
    for offered_at, channel, group, member, outcome, origin, *rest in legs.values_list(*keys, *facts):
        at = hours[bisect_right(hours, offered_at) - 1]
        leg = Leg(found[Key(at, channel, group or NONE, member)], *rest)
        _count_leg(leg, outcome, origin)
        if leg.accepted_at is not None:
            served[leg.session].append(leg)
    accepted = legs.filter(accepted_at__isnull=False)
    for session, words in _words_of(accepted):
        for leg in served.get(session, ()):
            _count_replies(leg, words)


def _count_leg(leg: Leg, outcome: str, origin: str) -> None:
    tally = leg.tally
    tally["given"] += 1
    if outcome in OUTCOMES:
        tally[OUTCOMES[outcome]] += 1
    if leg.accepted_at is None:
        return
    tally["accepted"] += 1
    tally["received"] += origin == Assignment.Origin.TRANSFERRED
    if leg.ended_at is not None:
        tally["services"] += 1
        note_span(tally, "service_ms", "service", leg.ended_at - leg.accepted_at)


Word = tuple[str, str, datetime]  # kind, sender, when


def _words_of(legs: QuerySet[Assignment]) -> Iterator[tuple[int, list[Word]]]:
    """Sessions with what visitors and agents said in them, in order."""
    people = Q(kind__in=[Message.Kind.VISITOR, Message.Kind.AGENT])
    said = Message.objects.said().filter(people, session__in=legs.values("session")).order_by("session", "seq")
    rows = said.values_list("session_id", "kind", "sender_id", "created_at").iterator(chunk_size=5000)
    for session, group in groupby(rows, key=itemgetter(0)):
        yield session, [row[1:] for row in group]


def _count_replies(leg: Leg, words: list[Word]) -> None:
    """The first reply runs from acceptance; every later one from the first message that waited for it."""
    has_replied, waits_since = False, None
    for kind, sender, at in words:
        if at < leg.accepted_at or (leg.ended_at is not None and at > leg.ended_at):
            continue
        if kind == Message.Kind.VISITOR:
            waits_since = waits_since or at
        elif sender == leg.public_id:
            leg.tally["said"] += 1
            if not has_replied:
                leg.tally["first_replies"] += 1
                note_span(leg.tally, "first_reply_ms", "first", at - leg.accepted_at)
            elif waits_since is not None:
                leg.tally["replies"] += 1
                note_span(leg.tally, "reply_ms", "reply", at - waits_since)
            has_replied, waits_since = True, None

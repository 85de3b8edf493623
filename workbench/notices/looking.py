"""Finds what is to be told. Everything is read from what is stored: a killed process forgets no notice."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.db.models import Count, F, Q

from accounts.models import Group
from routing.models import Assignment, Desk, Status, Waiting
from sessions_flow.models import LeftMessage
from sessions_flow.models.session import milliseconds
from sessions_flow.models.settings import current
from workbench.models import Event, Notice, NoticeRules
from workbench.notices import elsewhere

BATCH = 500
RECENT = timedelta(minutes=2)  # older news is no news
AGAIN = timedelta(minutes=10)  # a queue that stays long is told again
PUSH_MESSAGE = timedelta(seconds=2)  # who looks at it has read it by then
Route = Notice.Route
GIVEN = (Assignment.Origin.ASSIGNED, Assignment.Origin.TRANSFERRED)
Key = tuple[int | None, str, str, str]


@dataclass(frozen=True, slots=True)
class News:
    """`mark` grows with what happens to the subject. `member`: None for the team."""

    member: int | None
    route: str
    event: str
    subject: str
    mark: int
    ends_at: datetime | None = None

    @property
    def key(self) -> Key:
        """One notice of it at a time."""
        return self.member, self.route, self.event, self.subject


def news_for_phones(now: datetime) -> Iterator[News]:
    """Of members at work who can be woken."""
    awake = Desk.objects.exclude(status=Status.OFFLINE).filter(has_push=True)
    members = set(awake.values_list("member_id", flat=True))
    if not members:
        return
    yield from _of_sessions(members, Route.PUSH, now, timedelta(0), PUSH_MESSAGE)
    serving = cache(_members_of)
    for news in _of_the_team(Route.PUSH, now):
        for member in members & serving(news.subject):
            yield News(member, news.route, news.event, news.subject, news.mark, news.ends_at)


def news_for_elsewhere(now: datetime) -> Iterator[News]:
    """For robots and text messages: of members at work who want it, and have not reacted for a while; and of the
    team's."""
    if not elsewhere.is_set_up():
        return
    rules = current(NoticeRules)
    at_work = Desk.objects.exclude(status=Status.OFFLINE).exclude(member__notice_choice__is_told_elsewhere=False)
    members = set(at_work.values_list("member_id", flat=True))
    offered, unread = timedelta(seconds=rules.offer_seconds), timedelta(seconds=rules.message_seconds)
    yield from _of_sessions(members, Route.ROBOT, now, offered, unread)
    yield from _of_the_team(Route.ROBOT, now)


def _of_sessions(
    members: Iterable[int], route: str, now: datetime, offered: timedelta, unread: timedelta
) -> Iterator[News]:
    """What was offered and said to them so long ago, and not accepted or read since."""
    rules = current(NoticeRules)
    legs = Assignment.objects.filter(member__in=members)
    if rules.tells_sessions:
        for pk, member, session, due in _rows(legs.offered().filter(offered_at__lte=now - offered), "due_at"):
            yield News(member, route, Event.OFFER, session, pk, due)
        given = legs.running().filter(offered_at__gt=now - RECENT, accepted_at=F("offered_at"), origin__in=GIVEN)
        if route == Route.ROBOT:  # he has answered, or read what was said
            given = given.filter(session__conversation__unread__gt=0)
        for pk, member, session, _due in _rows(given.filter(offered_at__lte=now - offered), "due_at"):
            yield News(member, route, Event.SESSION, session, pk, now + RECENT)
    if rules.tells_messages:
        late = Q(session__conversation__unread__gt=0, session__conversation__visitor_at__lte=now - unread)
        since = Q(session__conversation__visitor_at__gt=F("accepted_at"))
        for _pk, member, session, said in _rows(
            legs.running().filter(late, since), "session__conversation__visitor_at"
        ):
            yield News(member, route, Event.MESSAGE, session, milliseconds(said) or 0)


def _rows(legs: "Iterable[Assignment]", instant: str) -> Iterator[tuple[int, int, str, datetime]]:
    for pk, member, session, at in legs.values_list("pk", "member", "session__session_id", instant)[:BATCH]:  # type: ignore[attr-defined]
        yield pk, member, str(session), at


def _of_the_team(route: str, now: datetime) -> Iterator[News]:
    rules = current(NoticeRules)
    if rules.tells_left_messages:
        left = LeftMessage.objects.not_queued().filter(created_at__gt=now - AGAIN)
        for pk, group in left.values_list("pk", "group").order_by("pk")[:BATCH]:
            yield News(None, route, Event.LEFT, str(group or ""), pk)
    if rules.queue_longer_than:
        lines = Waiting.objects.in_line().order_by().values("group").annotate(n=Count("pk"))
        for line in lines.filter(n__gt=rules.queue_longer_than):
            yield News(
                None, route, Event.QUEUE, str(line["group"] or ""), int(now.timestamp() // AGAIN.total_seconds())
            )


def _members_of(group: str) -> set[int]:
    """Who serves the group; everybody for the common one."""
    at_work = Desk.objects.exclude(status=Status.OFFLINE)
    if group and Group.objects.present().filter(pk=group).exists():
        at_work = at_work.of_group(int(group))
    return set(at_work.values_list("member_id", flat=True))

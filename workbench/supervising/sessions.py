"""The running sessions as a supervisor sees them: filtered, a page at a time, with a number of queries that does not
grow with the rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.db.models import Case, Count, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext as _

from accounts.models import Member
from accounts.models.people import GENERATED
from routing.models import Assignment, Reception
from sessions_flow.models import Joined, Message, Session, State
from sessions_flow.models.session import milliseconds
from sessions_flow.models.settings import current
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError
from workbench.snapshot import worded
from workbench.targets import target_of
from workbench.words import number

PAGE = 50
LONGEST_WORDS = 60
STATES = (State.WAITING, State.SERVING, State.FLOW)  # in the order of the list
RELATED = ("conversation__visitor", "conversation__channel", "agent", "group", "waiting")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is filtered by. `state` "" for all; `group` 0 is no filter, -1 the sessions without a group."""

    state: str = ""
    is_at_risk: bool = False
    group: int = 0
    channel: int = 0
    agent: str = ""
    words: str = ""
    page: int = 1

    @classmethod
    def asked(cls, frame: dict[str, Any]) -> Self:
        """Raises ProtocolError for a state that does not exist."""
        state = frame.get("state") or ""
        if state and state not in STATES:
            raise ProtocolError(errors.BAD_DATA, _("Unknown state."))
        group = -1 if frame.get("group") == -1 else number(frame.get("group"))
        words = str(frame.get("words") or "").replace("\0", "").strip()[:LONGEST_WORDS]
        return cls(
            str(state), frame.get("at_risk") is True, group, number(frame.get("channel")),
            str(frame.get("agent") or "")[:32], words, max(1, number(frame.get("page"))),
        )  # fmt: skip


def at_risk(now: datetime) -> Q:
    """The visitor waits longer for an answer than the targets allow; in the queue, longer than for a first reply."""
    rules = current(Reception)
    late = Assignment.objects.unanswered(now, rules.first_reply_seconds, rules.next_reply_seconds)
    found = Q(state=State.SERVING, pk__in=late.values("session"))
    if rules.first_reply_seconds:
        since = now - timedelta(seconds=rules.first_reply_seconds)
        found |= Q(state=State.WAITING, waiting_since__lte=since)
    return found


def counts_of(now: datetime) -> dict[str, int]:
    """Of all running sessions, whatever the filter: by state, and at risk."""
    running = Session.objects.running()
    by_state = dict(running.order_by().values_list("state").annotate(Count("pk")))
    found = {state.value: by_state.get(state.value, 0) for state in STATES}
    return {**found, "at_risk": running.filter(at_risk(now)).count()}


def page_of(wanted: Wanted, now: datetime) -> dict[str, Any]:
    """{"total", "page", "pages", "rows"}; a page behind the last one is the last one."""
    found = _filtered(wanted, now)
    total = found.count()
    pages = max(1, -(-total // PAGE))
    page = min(wanted.page, pages)
    ids = _in_order(found).values_list("pk", flat=True)[(page - 1) * PAGE : page * PAGE]
    rows = list(_with_all(Session.objects.filter(pk__in=list(ids))))  # only the page's rows are joined with the rest
    return {"total": total, "page": page, "pages": pages, "rows": _rows(rows)}


def row_of(session: Session) -> dict[str, Any]:
    """The row of one session, also of one that is over."""
    return _rows(list(_with_all(Session.objects.filter(pk=session.pk))))[0]


def _filtered(wanted: Wanted, now: datetime) -> QuerySet[Session]:
    found: QuerySet[Session] = Session.objects.running()
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.is_at_risk:
        found = found.filter(at_risk(now))
    if wanted.group:
        found = found.filter(group=None if wanted.group < 0 else wanted.group)
    if wanted.channel:
        found = found.filter(conversation__channel=wanted.channel)
    if wanted.agent:
        found = found.filter(agent__public_id=wanted.agent)
    return found.filter(_matches(wanted.words)) if wanted.words else found


def _matches(words: str) -> Q:
    """Name or openid of the visitor, the generated name too; the agent; the SessionId."""
    visitor, openid = "conversation__visitor", words.removeprefix(GENERATED)
    fields = {
        f"{visitor}__nickname": words, f"{visitor}__openid": openid, f"{visitor}__user_id": words,
        "agent__nickname": words, "agent__account": words, "session_id": words,
    }  # fmt: skip
    found = Q()
    for name, value in fields.items():
        found |= Q(**{f"{name}__icontains": value})
    return found


def _in_order(found: QuerySet[Session]) -> QuerySet[Session]:
    """Who waits first, the longest waiting at the top; then who is served, then who is with the bot."""
    rank = Case(
        *[When(state=state, then=Value(place)) for place, state in enumerate(STATES)], default=Value(len(STATES))
    )
    since = Case(
        When(state=State.WAITING, then=F("waiting_since")), When(state=State.SERVING, then=F("served_at")),
        default=F("opened_at"), output_field=DateTimeField(),
    )  # fmt: skip
    return found.annotate(rank=rank, since=since).order_by("rank", "since", "pk")


def _with_all(found: QuerySet[Session]) -> QuerySet[Session]:
    """In order, with everything that a row shows."""
    leg = Assignment.objects.running().filter(session=OuterRef("pk")).values("accepted_at")[:1]
    return _in_order(found).select_related(*RELATED).annotate(accepted_at=Subquery(leg))


def _rows(sessions: list[Session]) -> list[dict[str, Any]]:
    ids = [session.pk for session in sessions]
    said = Message.objects.said().filter(session__in=ids, kind=Message.Kind.VISITOR).order_by()
    rounds = dict(said.values_list("session").annotate(Count("pk")))
    joined: dict[int, list[dict[str, str]]] = {}
    for row in Joined.objects.present().filter(session__in=ids).select_related("member").order_by("pk"):
        joined.setdefault(row.session_id, []).append(_person(row.member))
    return [_row(session, rounds.get(session.pk, 0), joined.get(session.pk, [])) for session in sessions]


def _row(session: Session, rounds: int, joined: list[dict[str, str]]) -> dict[str, Any]:
    conversation, visitor = session.conversation, session.conversation.visitor
    since, seconds = _wait(session)
    waiting = getattr(session, "waiting", None)  # no row: nobody waits
    return {
        "session": str(session.session_id),
        "conversation": conversation.public_id,
        "state": session.state,
        "visitor": {
            "id": visitor.openid, "name": visitor.display_name, "avatar": visitor.avatar,
            "online": conversation.visitor_online,
        },
        "channel": conversation.channel.name,
        "group": session.group.name if session.group else "",
        "agent": _person(session.agent) if session.agent else None,
        "joined": joined,
        "opened_at": milliseconds(session.opened_at),
        "since": milliseconds(session.since),  # type: ignore[attr-defined]
        "waits_since": milliseconds(since),
        "target_seconds": seconds,
        "is_offered": bool(waiting and waiting.is_offered),
        "missed_rounds": waiting.rounds if waiting else 0,
        "rounds": rounds,
        "unread": conversation.unread if session.state == State.SERVING else 0,
        "preview": worded(conversation.preview),
        "last_at": milliseconds(conversation.last_at),
    }  # fmt: skip


def _person(member: Member) -> dict[str, str]:
    return {"id": member.public_id, "name": member.nickname}


def _wait(session: Session) -> tuple[datetime | None, int]:
    """Since when the visitor waits, and the target in seconds (0: none), as `at_risk` has it."""
    if session.state == State.WAITING:
        return session.waiting_since, current(Reception).first_reply_seconds
    if session.state == State.SERVING:
        target = target_of(session.conversation, session.accepted_at)  # type: ignore[attr-defined]
        return target.waits_since, target.seconds
    return None, 0

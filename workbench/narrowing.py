"""The filters of service records, by the names that pages and exports give them: W48, D4, A99, A101."""

from collections.abc import Callable, Mapping
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_date

from accounts.models import Member, Visitor
from routing.models import Assignment
from sessions_flow.models import SearchText, Session
from workbench.boards.clock import end_of, start_of

Records = QuerySet[Assignment]
RUNNING = "running"  # the stored value of a running leg is empty, which an address cannot ask for
NOT_RATED = "none"
LEVELS = ("1", "2", "3", "4", "5")
LONGEST_KEYWORD = 100
MOST_NAMED = 500


def narrowed(rows: Records, wanted: Mapping[str, str]) -> Records:
    """The rows that pass every filter which is given. Values that make no sense filter nothing."""
    for name, narrow in FILTERS.items():
        value = wanted.get(name, "").strip()
        rows = narrow(rows, value) if value else rows
    return rows


def matching(rows: Records, words: str) -> Records:
    """A99: nickname (the generated one too), openid, and what was said in the session."""
    return _any_of(rows, words, _of_visitors(words))


def known_by(rows: Records, words: str) -> Records:
    """For admins also the agent's name and work number, and the beginning of a SessionId."""
    agents = Member.objects.filter(Q(nickname__icontains=words) | Q(staff_no=words))
    found = _of_visitors(words)
    if members := list(agents.values_list("pk", flat=True)[:MOST_NAMED]):
        found.append(Q(member__in=members))
    if known := list(Session.objects.beginning_with(words).values_list("pk", flat=True)[:MOST_NAMED]):
        found.append(Q(session__in=known))
    return _any_of(rows, words, found)


def _of_visitors(words: str) -> list[Q]:
    """Of the visitors with such a name or openid; a few are named one by one, which plans better."""
    named = Visitor.objects.known_by(words)
    few = list(named.values_list("pk", flat=True)[: MOST_NAMED + 1])
    if len(few) > MOST_NAMED:
        return [Q(session__conversation__visitor__in=named.values("pk"))]
    return [Q(session__conversation__visitor__in=few)] if few else []


def _any_of(rows: Records, words: str, others: list[Q]) -> Records:
    """Those in whose session it was said, and those that any of `others` names. Alone, the first is a join that the
    database begins at whichever end is smaller; as one of several alternatives it would be read whole."""
    said = rows.filter(session__in=SearchText.objects.saying(words).values("session"))
    if not others:
        return said
    found = Q(pk__in=said.order_by().values("pk"))
    for other in others:
        found |= Q(pk__in=rows.filter(other).order_by().values("pk"))
    return rows.filter(found)


def day_of(said: str) -> date | None:
    """None for what is no day."""
    try:
        return parse_date(said)
    except ValueError:  # 31 February
        return None


def _from(rows: Records, value: str) -> Records:
    day = day_of(value)
    return rows.filter(offered_at__gte=start_of(day)) if day else rows


def _to(rows: Records, value: str) -> Records:
    day = day_of(value)
    return rows.filter(offered_at__lt=end_of(day)) if day else rows


def _number(field: str) -> Callable[[Records, str], Records]:
    def narrow(rows: Records, value: str) -> Records:
        return rows.filter(**{field: int(value)}) if value.isdecimal() and len(value) < 10 else rows

    return narrow


def _exactly(field: str) -> Callable[[Records, str], Records]:
    return lambda rows, value: rows.filter(**{field: value})


def _state(rows: Records, value: str) -> Records:
    return rows.filter(outcome="" if value == RUNNING else value)


def _stars(rows: Records, value: str) -> Records:
    if value == NOT_RATED:
        return rows.filter(session__rating__level=None)
    return rows.filter(session__rating__level=int(value)) if value in LEVELS else rows


FILTERS: dict[str, Callable[[Records, str], Records]] = {
    "from": _from,
    "to": _to,
    "group": _number("group"),
    "agent": _number("member"),
    "staff_no": _exactly("member__staff_no"),
    "channel": _number("session__conversation__channel"),
    "state": _state,
    "origin": _exactly("origin"),
    "stars": _stars,
    "ended_by": _exactly("session__ended_by"),
    "category": _exactly("wrap_up__category"),
    "tag": _exactly("session__conversation__visitor__tags__name"),
    "visitor": _exactly("session__conversation__visitor__openid"),
    "q": lambda rows, value: known_by(rows, value[:LONGEST_KEYWORD]),
}

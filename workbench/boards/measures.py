"""The numbers of the boards: what each is called, what it means, how it comes from the sums, and how it is written."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workbench.boards.totals import Totals, ratio

Value = float | None


class Kind(StrEnum):
    COUNT = "count"
    SHARE = "share"  # 0 to 1
    SPAN = "span"  # seconds
    STARS = "stars"


@dataclass(frozen=True, slots=True)
class Measure:
    """`good` is 1 where more is better, -1 where less is, 0 where neither."""

    name: str
    label: Any
    definition: Any
    value: Callable[[Totals], Value]
    kind: Kind = Kind.COUNT
    good: int = 0

    def text(self, value: Value) -> str:
        return written(self.kind, value)


def written(kind: Kind, value: Value) -> str:
    """As people read it; a dash for what does not exist."""
    if value is None:
        return "–"
    if kind == Kind.SHARE:
        return f"{rounded(100 * value, 1)}%"
    if kind == Kind.STARS:
        return rounded(value, 2)
    return _span(value) if kind == Kind.SPAN else rounded(value, 0)


def rounded(value: float, digits: int) -> str:
    """`number_format` would cut off, and take a page's time for a table."""
    return f"{value:,.{digits}f}"


def _span(seconds: float) -> str:
    if round(seconds, 1) < 60:
        return gettext("%(seconds)s s") % {"seconds": rounded(seconds, 1)}
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def count(column: str) -> Callable[[Totals], Value]:
    return lambda totals: totals[column]


def share(part: str, *whole: str) -> Callable[[Totals], Value]:
    return lambda totals: totals.share(part, *whole)


def mean(total_ms: str, number: str) -> Callable[[Totals], Value]:
    return lambda totals: totals.mean(total_ms, number)


def percentile(spread: str, part: float) -> Callable[[Totals], Value]:
    return lambda totals: totals.percentile(spread, part)


def _attended(totals: Totals) -> Value:
    return sum(totals[name] for name in ("free_ms", "not_ready_ms", "rest_ms", "arrange_ms")) / 1000


ESTIMATE = _(
    "Estimated from counts in steps of 5, 10, 15, 20, 30, 45 s, 1, 1.5, 2, 3, 5, 10, 15, 30 min, 1 h and 2 h: "
    "the true value lies in the same step."
)
OF_SESSIONS = _("Of the sessions that were opened in this time.")
OF_RECORDS = _("Of the service records that began in this time.")

VOLUME = (
    Measure(
        "sessions", _("Sessions"), _("Sessions that visitors or agents opened in this time."), count("sessions")
    ),
    Measure(
        "bot_share", _("Bot only"),
        _("Share of the sessions in which nobody has asked for a human so far, and no agent has served."),
        share("bot_only", "sessions"), Kind.SHARE, 1,
    ),
    Measure(
        "asked", _("Hand-overs"), _("Sessions in which the visitor asked for a human, however that ended."),
        count("asked"),
    ),
    Measure(
        "timed_out", _("Closed by time-out"), _("Sessions that ended because nobody wrote any more."),
        count("timed_out"), Kind.COUNT, -1,
    ),
    Measure(
        "visitor_messages", _("Visitors' messages"), _("Messages of visitors in these sessions."),
        count("visitor_messages"),
    ),
    Measure(
        "agent_messages", _("Agents' messages"), _("Messages of agents in these sessions."),
        count("agent_messages"),
    ),
)  # fmt: skip
BOT = (
    Measure(
        "questions", _("Questions to the bot"), _("Texts of visitors that the bot dealt with in these sessions."),
        count("questions"),
    ),
    Measure(
        "hit_rate", _("Hit rate"),
        _("Share of the questions that the bot answered directly, chit-chat included."),
        share("hits", "questions"), Kind.SHARE, 1,
    ),
    Measure(
        "guide_rate", _("Guided"),
        _("Share of the questions to which the bot offered similar ones to choose from."),
        share("guides", "questions"), Kind.SHARE,
    ),
    Measure(
        "miss_rate", _("Not understood"),
        _("Share of the questions to which the bot had only its fallback answer."),
        share("misses", "questions"), Kind.SHARE, -1,
    ),
)  # fmt: skip
IN_TIME = Measure(
    "service_level", _("Service level"),
    _("Share of the hand-overs in which an agent came within the target time chosen above."),
    lambda totals: ratio(totals.in_time, totals["asked"]), Kind.SHARE, 1,
)  # fmt: skip
WAIT = Measure(
    "wait", _("Mean wait"), _("From asking for a human until an agent came; only where one came."),
    mean("wait_ms", "served"), Kind.SPAN, -1,
)  # fmt: skip
QUEUE = (
    IN_TIME,
    WAIT,
    Measure("wait_90", _("Wait, 90th percentile"), ESTIMATE, percentile("wait", 0.9), Kind.SPAN, -1),
    Measure(
        "served", _("Served"), _("Hand-overs in which an agent came."), count("served"), Kind.COUNT, 1
    ),
    Measure(
        "abandoned", _("Left the queue"),
        _("Hand-overs in which the visitor left, ended or took back the request before an agent came."),
        count("abandoned"), Kind.COUNT, -1,
    ),
    Measure(
        "failed", _("Hand-over failed"), _("Hand-overs given up because nobody was at work or nobody accepted."),
        count("failed"), Kind.COUNT, -1,
    ),
)  # fmt: skip
GIVEN = Measure(
    "given", _("Given to agents"), _("Service records of agents that began in this time: sessions offered, "
    "assigned, claimed, transferred or taken over."), count("given"),
)  # fmt: skip
ACCEPT = Measure(
    "accept_rate", _("Accept rate"), _("Share of the accepted among those accepted, missed or refused."),
    share("accepted", "accepted", "missed", "refused"), Kind.SHARE, 1,
)  # fmt: skip
MISSED = Measure(
    "missed", _("Missed"), _("Offers that an agent did not accept in time and that went to the next one."),
    count("missed"), Kind.COUNT, -1,
)  # fmt: skip
REFUSED = Measure("refused", _("Refused"), _("Offers that an agent refused."), count("refused"), Kind.COUNT, -1)
TRANSFERRED = Measure(
    "transferred", _("Transferred"), _("Sessions that an agent passed on to a colleague or a group."),
    count("transferred"),
)  # fmt: skip
OFFERS = (
    GIVEN,
    ACCEPT,
    MISSED,
    REFUSED,
    TRANSFERRED,
    Measure(
        "lost", _("Agent lost"), _("Sessions given back because the agent went offline or lost the connection."),
        count("lost"), Kind.COUNT, -1,
    ),
)  # fmt: skip
FIRST = Measure(
    "first_reply", _("First reply"), _("Mean time from acceptance to the agent's first message."),
    mean("first_reply_ms", "first_replies"), Kind.SPAN, -1,
)  # fmt: skip
REPLY = Measure(
    "reply", _("Later replies"),
    _("Mean time from the first waiting message of the visitor to the agent's next one; first replies excluded."),
    mean("reply_ms", "replies"), Kind.SPAN, -1,
)  # fmt: skip
SERVICE = Measure(
    "service", _("Service time"), _("Mean time from acceptance to the end of the service record, of ended ones."),
    mean("service_ms", "services"), Kind.SPAN,
)  # fmt: skip
SERVICES = Measure(
    "services", _("Sessions served"), _("Service records that were accepted and are over."), count("services")
)
REPLIES = (
    FIRST,
    Measure("first_reply_90", _("First reply, 90th percentile"), ESTIMATE, percentile("first", 0.9), Kind.SPAN, -1),
    REPLY,
    Measure("reply_90", _("Later replies, 90th percentile"), ESTIMATE, percentile("reply", 0.9), Kind.SPAN, -1),
    SERVICE,
    Measure("service_50", _("Service time, median"), ESTIMATE, percentile("service", 0.5), Kind.SPAN),
)
STARS = Measure(
    "stars", _("Mean rating"), _("Mean of the stars, 1 to 5, that visitors gave to these sessions."),
    lambda totals: ratio(totals.stars, totals.ratings), Kind.STARS, 1,
)  # fmt: skip
RATINGS_GIVEN = Measure(
    "ratings", _("Ratings"), _("Ratings that visitors gave to these sessions, also later ones."),
    lambda totals: totals.ratings, Kind.COUNT, 1,
)  # fmt: skip
RATINGS = (
    STARS,
    RATINGS_GIVEN,
    Measure(
        "cards", _("Invitations"), _("Of these sessions, those that were asked for a rating."), count("cards")
    ),
    Measure(
        "response_rate", _("Response rate"), _("Share of the invited sessions that were rated."),
        lambda totals: ratio(totals.ratings, totals["cards"]), Kind.SHARE, 1,
    ),
    Measure(
        "satisfied", _("Satisfaction rate"), _("Share of the ratings with 4 or 5 stars."),
        lambda totals: ratio(totals["stars4"] + totals["stars5"], totals.ratings), Kind.SHARE, 1,
    ),
)  # fmt: skip
ATTENDED = Measure(
    "attended", _("At work"), _("Time in any status but offline, in all channels and groups."), _attended,
    Kind.SPAN,
)  # fmt: skip
FREE = Measure("free", _("Free"), _("Time in the status “free”."), lambda totals: totals["free_ms"] / 1000, Kind.SPAN)
RESTED = Measure("rest", _("Rest"), _("Time in the status “rest”."), lambda totals: totals["rest_ms"] / 1000, Kind.SPAN)
SAID = Measure("said", _("Messages"), _("Messages of the agent in the sessions that he served."), count("said"))

SECTIONS: tuple[tuple[str, Any, Any, tuple[Measure, ...]], ...] = (
    ("volume", _("Volume"), OF_SESSIONS, VOLUME),
    ("bot", _("Smart bot"), OF_SESSIONS, BOT),
    ("queue", _("Queue"), OF_SESSIONS, QUEUE),
    ("offers", _("Distribution"), OF_RECORDS, OFFERS),
    ("replies", _("Replies and service"), OF_RECORDS, REPLIES),
    ("ratings", _("Ratings"), OF_SESSIONS, RATINGS),
)
AGENT_COLUMNS = (
    GIVEN, ACCEPT, MISSED, REFUSED, SERVICES, SERVICE, FIRST, REPLY, SAID, TRANSFERRED, RATINGS_GIVEN, STARS, ATTENDED,
    FREE, RESTED,
)  # fmt: skip
GROUP_COLUMNS = (
    VOLUME[0], VOLUME[2], QUEUE[3], QUEUE[4], WAIT, IN_TIME, ACCEPT, SERVICES, SERVICE, FIRST, RATINGS_GIVEN, STARS,
)  # fmt: skip
CHANNEL_COLUMNS = (
    VOLUME[0], VOLUME[1], BOT[0], BOT[1], VOLUME[2], QUEUE[3], QUEUE[4], WAIT, IN_TIME, RATINGS_GIVEN, STARS,
)  # fmt: skip
OWN = (SERVICES, FIRST, REPLY, SERVICE, ACCEPT, MISSED, TRANSFERRED, STARS, ATTENDED)
LABELS = {
    "bot_only": _("Bot only"),
    **{each.name: each.label for some in (VOLUME, QUEUE, RATINGS, OWN) for each in some},
}
"""Of the sums whose course in time is shown."""

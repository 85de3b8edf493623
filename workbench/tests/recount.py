"""The boards' numbers once more, straight from the raw rows: every rule of docs/boards.md in plain Python, without a
query that counts. What the rollups say is compared with this."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chatbot.models import Question
from routing.models import Assignment, StatusChange
from sessions_flow.models import Message, Rating, Session

Where = Callable[[datetime, int | None, int | None, int | None], bool]  # begins, channel, group, agent


@dataclass
class Raw:
    """Everything, by session."""

    sessions: list[tuple] = field(default_factory=list)
    legs: dict[int, list[tuple]] = field(default_factory=lambda: defaultdict(list))
    messages: dict[int, list[tuple]] = field(default_factory=lambda: defaultdict(list))
    ratings: dict[int, tuple] = field(default_factory=dict)
    questions: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    changes: dict[int, list[tuple]] = field(default_factory=lambda: defaultdict(list))


def read() -> Raw:
    raw = Raw()
    raw.sessions = list(
        Session.objects.order_by("pk").values_list(
            "pk", "conversation__channel_id", "group_id", "agent_id", "opened_at", "waiting_since", "served_at",
            "ended_at", "ended_by", "state",
        )
    )  # fmt: skip
    for pk, *leg in Assignment.objects.order_by("pk").values_list(
        "session_id", "member_id", "group_id", "offered_at", "accepted_at", "ended_at", "outcome", "origin",
        "member__public_id",
    ):  # fmt: skip
        raw.legs[pk].append(tuple(leg))
    said = Message.objects.order_by("session_id", "seq").values_list(
        "session_id", "kind", "sender_id", "created_at", "event"
    )
    for pk, kind, sender, at, event in said.iterator(chunk_size=10_000):
        if event is None:
            raw.messages[pk].append((kind, sender, at))
    for pk, *rating in Rating.objects.values_list("session_id", "group_id", "agent_id", "level"):
        raw.ratings[pk] = tuple(rating)
    for pk, rule in Question.objects.values_list("session_id", "rule"):
        raw.questions[pk].append(rule)
    for member, status, at in StatusChange.objects.order_by("at", "pk").values_list("member_id", "status", "at"):
        raw.changes[member].append((status, at))
    return raw


def recount(raw: Raw, where: Where) -> tuple[Counter, dict[str, list[float]]]:
    """Sums by the names of the rollups' columns, and every single span in seconds."""
    sums, spans = Counter(), defaultdict(list)
    for session in raw.sessions:
        pk, channel, group, agent, opened = session[:5]
        if where(opened, channel, group, agent):
            _session(raw, session, sums, spans)
        if pk in raw.ratings and where(opened, channel, *raw.ratings[pk][:2]):
            sums["cards"] += 1
            if raw.ratings[pk][2]:
                sums[f"stars{raw.ratings[pk][2]}"] += 1
        for leg in raw.legs[pk]:
            if leg[0] and where(leg[2], channel, leg[1], leg[0]):
                _leg(raw.messages[pk], leg, sums, spans)
    return sums, spans


def _session(raw: Raw, session: tuple, sums: Counter, spans: dict[str, list[float]]) -> None:
    pk, _channel, _group, _agent, _opened, since, served_at, _ended, ended_by, state = session
    sums["sessions"] += 1
    if ended_by == "timer":
        sums["timed_out"] += 1
    if since is None and served_at is None:
        sums["bot_only"] += 1
    if since is not None:
        sums["asked"] += 1
        taken = sorted(leg[3] for leg in raw.legs[pk] if leg[3] and leg[3] >= since)
        if taken:
            sums["served"] += 1
            spans["wait"].append((taken[0] - since).total_seconds())
        elif [leg for leg in raw.legs[pk] if leg[5] == "failed" and leg[2] >= since]:
            sums["failed"] += 1
        elif state in ("flow", "ended"):
            sums["abandoned"] += 1
    for kind, _sender, _at in raw.messages[pk]:
        if kind in ("visitor", "agent", "bot"):
            sums[f"{kind}_messages"] += 1
    for rule in raw.questions[pk]:
        sums["questions"] += 1
        sums[{"guide": "guides", "fallback": "misses"}.get(rule, "hits")] += 1


def _leg(messages: list[tuple], leg: tuple, sums: Counter, spans: dict[str, list[float]]) -> None:
    _member, _group, _given, accepted, ended, outcome, origin, public_id = leg
    sums["given"] += 1
    for name in ("missed", "refused", "lost", "transferred"):
        sums[name] += outcome == name
    if accepted is None:
        return
    sums["accepted"] += 1
    sums["received"] += origin == "transferred"
    if ended is not None:
        sums["services"] += 1
        spans["service"].append((ended - accepted).total_seconds())
    inside = [row for row in messages if row[2] >= accepted and (ended is None or row[2] <= ended)]
    own = [number for number, row in enumerate(inside) if row[0] == "agent" and row[1] == public_id]
    sums["said"] += len(own)
    for place, number in enumerate(own):
        if place == 0:
            sums["first_replies"] += 1
            spans["first"].append((inside[number][2] - accepted).total_seconds())
            continue
        asked = [row for row in inside[own[place - 1] + 1 : number] if row[0] == "visitor"]
        if asked:
            sums["replies"] += 1
            spans["reply"].append((inside[number][2] - asked[0][2]).total_seconds())


def presence(raw: Raw, member: int, begin: datetime, end: datetime) -> Counter:
    """Seconds by status, without offline."""
    sums = Counter()
    rows = raw.changes[member]
    for (status, since), until in zip(rows, [at for _, at in rows[1:]] + [end], strict=True):
        overlap = min(until, end) - max(since, begin)
        if status != "offline" and overlap > timedelta(0):
            sums[status] += overlap.total_seconds()
    return sums


def wheres(raw: Raw) -> Iterator[tuple[int | None, int | None, int | None]]:
    """Some filters: none, one of each, and all together."""
    yield None, None, None
    channels = sorted({session[1] for session in raw.sessions})
    groups = sorted({session[2] for session in raw.sessions if session[2]})
    agents = sorted({leg[0] for legs in raw.legs.values() for leg in legs if leg[0]})
    for channel in channels[:1]:
        yield channel, None, None
        yield channel, groups[0], None
        yield channel, groups[-1], agents[0]
    yield None, groups[0], None
    yield None, groups[0], agents[-1]
    yield None, None, agents[0]
    yield None, -1, None


def matches(key: int | None, wanted: int | None) -> bool:
    return wanted is None or (key is None if wanted == -1 else key == wanted)


def chosen(begin: datetime, end: datetime, channel: Any, group: Any, agent: Any) -> Where:
    """From `begin`, before `end`."""
    return lambda at, *keys: (
        begin <= at < end
        and all(matches(key, wanted) for key, wanted in zip(keys, (channel, group, agent), strict=True))
    )

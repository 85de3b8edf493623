"""Deleting what is older than the retention settings say (A90): at night, or by `manage.py purge`.

An app says what it keeps by `purge_rule`; the rules run in the order in which they were registered.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from sessions_flow.actions.erasure import drop_messages, erase_files
from sessions_flow.models import (
    Conversation,
    LeftMessage,
    Message,
    Retention,
    SearchText,
    Session,
    Upload,
    Visit,
    WebhookDelivery,
)

logger = logging.getLogger(__name__)
MESSAGES, FILES, RECORDS, LOGS = "message_days", "file_days", "record_days", "log_days"
BATCH = 500
BREATH_SECONDS = 0.02  # between batches: visitors' messages come first
Old = Callable[[datetime], "QuerySet[Any]"]
Drop = Callable[[list[int]], int]


@dataclass(frozen=True, slots=True)
class Rule:
    """`old` gives the rows older than an instant; `drop` deletes those with these keys and returns how many."""

    kinds: tuple[str, ...]  # fields of Retention, each counted in days
    name: str
    old: Old
    drop: Drop | None  # none: the rows, with whatever belongs to them

    def before(self, retention: Retention, now: datetime) -> datetime | None:
        """Older than this goes; None: nothing. The shortest of its kinds counts."""
        days = [days for kind in self.kinds if (days := getattr(retention, kind))]
        return now - timedelta(days=min(days)) if days else None


rules: list[Rule] = []


def purge_rule(kinds: str | tuple[str, ...], name: str, old: Old, drop: Drop | None = None) -> None:
    """A name registered twice fails at start."""
    if any(rule.name == name for rule in rules):
        raise TypeError(f"purge rule {name!r} is registered twice")
    rules.append(Rule((kinds,) if isinstance(kinds, str) else kinds, name, old, drop))


def would_purge(now: datetime) -> dict[str, int]:
    """How many rows of each kind are due. Changes nothing."""
    return {rule.name: rule.old(before).count() for rule, before in _due(now)}


def purge(now: datetime, most_seconds: float = float("inf")) -> dict[str, int]:
    """Deletes batch by batch until nothing is due or the time is over. Returns how many rows of each kind."""
    until = time.monotonic() + most_seconds
    return {rule.name: _drop_all(rule, before, until) for rule, before in _due(now)}


def _due(now: datetime) -> Iterator[tuple[Rule, datetime]]:
    retention = Retention.get_solo()
    for rule in rules:
        before = rule.before(retention, now)
        if before is not None:
            yield rule, before


def _drop_all(rule: Rule, before: datetime, until: float) -> int:
    total = 0
    while time.monotonic() < until:
        rows = rule.old(before)
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            break
        if rule.drop:
            total += rule.drop(keys)
        else:
            rows.model._default_manager.filter(pk__in=keys).delete()
            total += len(keys)
        time.sleep(BREATH_SECONDS)
    return total


# --- what this app keeps


def _messages(before: datetime) -> QuerySet[Message]:
    """Not of sessions that still run."""
    return Message.objects.filter(Q(session=None) | Q(session__ended_at__isnull=False), created_at__lt=before)


def _sessions(before: datetime) -> QuerySet[Session]:
    return Session.objects.filter(ended_at__lt=before, opened_at__lt=before)


def _drop_sessions(keys: list[int]) -> int:
    """With their messages first: the ORM would read each of them to see what belongs to it."""
    with transaction.atomic():
        SearchText.objects.filter(session__in=keys).delete()
        Message.objects.filter(session__in=keys)._raw_delete(Message.objects.db)
        Session.objects.filter(pk__in=keys).delete()
    return len(keys)


def _previews(before: datetime) -> QuerySet[Conversation]:
    return Conversation.objects.filter(last_at__lt=before).exclude(preview="")


purge_rule((FILES, MESSAGES, RECORDS), "files", lambda before: Upload.objects.filter(created_at__lt=before),
           lambda keys: erase_files(Upload.objects.filter(pk__in=keys)))  # fmt: skip
purge_rule((MESSAGES, RECORDS), "messages", _messages, drop_messages)
purge_rule((MESSAGES, RECORDS), "previews", _previews,
           lambda keys: Conversation.objects.filter(pk__in=keys).update(preview=""))  # fmt: skip
purge_rule((MESSAGES, RECORDS), "left messages", lambda before: LeftMessage.objects.filter(closed_at__lt=before))
purge_rule(RECORDS, "sessions", _sessions, _drop_sessions)
purge_rule(RECORDS, "visits", lambda before: Visit.objects.filter(changed_at__lt=before))
purge_rule(
    LOGS, "deliveries to webhooks", lambda before: WebhookDelivery.objects.filter(created_at__lt=before, due_at=None)
)

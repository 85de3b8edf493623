"""Who delivers what, when. The sweep claims endpoints, not events: one worker at a time delivers to an endpoint, in the
order in which things happened, so that a slow one holds up nobody else. What fails is tried again, later and later; a
claim of a worker that died lapses. At least once, therefore."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.mail import tell_admins
from sessions_flow.deadlines import deadline
from sessions_flow.live.database import guarded
from sessions_flow.models.webhook import WebhookDelivery, WebhookEndpoint
from sessions_flow.webhooks.sending import Attempt, send
from sessions_flow.webhooks.signing import headers

logger = logging.getLogger(__name__)
RETRIES = [timedelta(seconds=n) for n in (10, 30, 120, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400)]
LONGEST_REST = timedelta(minutes=1)  # an endpoint in trouble is tried once in so long, with its oldest event
GIVE_UP = timedelta(hours=24)  # of failures alone: the endpoint is disabled
LEASE = timedelta(seconds=60)
TURN_SECONDS = 30.0  # then another endpoint gets the thread
KEPT = timedelta(days=30)
THREADS = 8
pool = ThreadPoolExecutor(THREADS, thread_name_prefix="webhooks")
_busy: set[int] = set()  # endpoints that this process delivers to


@deadline("webhooks.due", every_seconds=0.5)
def deliver(now: datetime) -> int:
    """Claims as many endpoints as there are threads free."""
    claimed = 0
    for pk in _ready(now)[: THREADS - len(_busy)]:
        if _free(now).filter(pk=pk).update(busy_until=now + LEASE):
            _busy.add(pk)
            pool.submit(_run, pk)
            claimed += 1
    return claimed


def _free(now: datetime) -> QuerySet[WebhookEndpoint]:
    rests = Q(rests_until=None) | Q(rests_until__lte=now)
    return WebhookEndpoint.objects.filter(Q(busy_until=None) | Q(busy_until__lte=now), rests, is_enabled=True)


def _ready(now: datetime) -> list[int]:
    due = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), due_at__lte=now)
    return list(_free(now).filter(Exists(due)).values_list("pk", flat=True))


def _run(pk: int) -> None:
    try:
        guarded(take_turn, pk)
    except Exception:
        logger.exception("webhook %s could not be delivered, the sweep tries again", pk)
    finally:
        _busy.discard(pk)


def take_turn(pk: int) -> None:
    """Delivers what is due to one endpoint until nothing is left, it is in trouble, or the turn is over."""
    ends = time.monotonic() + TURN_SECONDS
    try:
        while time.monotonic() < ends:
            endpoint = WebhookEndpoint.objects.filter(pk=pk, is_enabled=True).first()
            due = WebhookDelivery.objects.filter(endpoint=pk, due_at__lte=timezone.now()).order_by("pk").first()
            if endpoint is None or due is None or attempt_delivery(endpoint, due).is_trouble:
                return
    finally:
        WebhookEndpoint.objects.filter(pk=pk).update(busy_until=None)


def attempt_delivery(endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> Attempt:
    """One try, and what follows from it."""
    at = timezone.now()
    signed = headers(str(delivery.event_id), int(at.timestamp()), delivery.body, endpoint.secrets_at(at))
    attempt = send(endpoint.url, delivery.body, signed)
    if attempt.is_delivered:
        _note(delivery, attempt, at, due_at=None, delivered_at=at)
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failing_since=None, failures=0, rests_until=None)
    else:
        _note(delivery, attempt, at, due_at=_next_try(delivery, at))
        _endpoint_failed(endpoint, attempt, at)
    return attempt


def _note(delivery: WebhookDelivery, attempt: Attempt, at: datetime, **fields: datetime | None) -> None:
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        attempts=F("attempts") + 1, status=attempt.status, answer=attempt.answer, error=attempt.error,
        milliseconds=attempt.milliseconds, tried_at=at, **fields,
    )  # fmt: skip


def _next_try(delivery: WebhookDelivery, at: datetime) -> datetime | None:
    """None when it was tried often enough, or by hand only."""
    if delivery.due_at is None or delivery.attempts >= len(RETRIES):
        return None
    return at + RETRIES[delivery.attempts]


def _endpoint_failed(endpoint: WebhookEndpoint, attempt: Attempt, at: datetime) -> None:
    since = endpoint.failing_since or at
    rest = min(LONGEST_REST, timedelta(seconds=5 * 2 ** min(endpoint.failures, 4))) if attempt.is_trouble else None
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        failing_since=since, failures=F("failures") + 1, rests_until=at + rest if rest else None
    )
    if at - since > GIVE_UP or attempt.status == 410:  # Gone: it says itself that it wants no more
        disable(endpoint, attempt.error, at)


def disable(endpoint: WebhookEndpoint, error: str, at: datetime) -> None:
    """Told in the console, in the audit log, and to the admins by mail. What was not delivered waits for a while."""
    row = WebhookEndpoint.objects.get(pk=endpoint.pk)
    row.is_enabled, row.disabled_at = False, at
    row.save(update_fields=["is_enabled", "disabled_at"])
    record("webhook_disabled", row)
    logger.warning("webhook %s was disabled: %s", endpoint.pk, error)
    with translation.override(settings.LANGUAGE_CODE):
        words = {"name": endpoint.name, "url": endpoint.url, "error": error}
        body = _(
            "The webhook %(name)s (%(url)s) has failed for a day and was disabled. The last error: %(error)s\n\n"
            "Repair the server that receives it, then enable the webhook in the console."
        )
        tell_admins(_("The webhook %(name)s was disabled") % words, body % words)


@deadline("webhooks.old", every_seconds=3600, may_wait=True)
def forget_old(now: datetime) -> int:
    return WebhookDelivery.objects.filter(created_at__lt=now - KEPT).delete()[0]

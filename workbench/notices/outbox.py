"""Notices are rows: noted once, claimed in batches, handed to Celery, and done whatever becomes of the worker."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone, translation

from sessions_flow.models.session import milliseconds
from workbench.models import Event, Notice, NoticeDelivery, PushSubscription, Robot
from workbench.notices import elsewhere
from workbench.notices.looking import RECENT, Key, News
from workbench.notices.push import Outcome, push
from workbench.notices.subscriptions import settle
from workbench.notices.words import words_of

logger = logging.getLogger(__name__)
GAPS = {Notice.Route.PUSH: timedelta(seconds=15), Notice.Route.ROBOT: timedelta(minutes=1)}  # about the same subject
BATCH = 50
BATCHES = 2  # at once: a slow push service leaves the worker time for everything else
LEASE = timedelta(seconds=30)
RETRIES = (timedelta(seconds=2), timedelta(seconds=10))
TTL_SECONDS = 600
THREADS = 8
KEPT, DELIVERIES_KEPT = timedelta(days=1), timedelta(days=7)


def note(news: Iterable[News], now: datetime) -> int:
    """Returns how many are to be told that were not. Two at once are harmless."""
    newest = {each.key: each for each in sorted(news, key=lambda each: each.mark)}
    noted = _noted(newest.values()) if newest else {}
    return sum(_note(each, noted.get(key), now) for key, each in newest.items())


def _noted(news: Collection[News]) -> dict[Key, Notice]:
    """By one query: nearly all that a sweep finds is noted already."""
    whose = Q(member__in={each.member for each in news}) | Q(member=None)
    rows = Notice.objects.filter(whose, subject__in={each.subject for each in news})
    return {(row.member_id, row.route, row.event, row.subject): row for row in rows}


def _note(news: News, row: Notice | None, now: datetime) -> bool:
    if row is None:
        made = Notice(
            member_id=news.member, route=news.route, event=news.event, subject=news.subject, mark=news.mark,
            due_at=now, ends_at=news.ends_at,
        )  # fmt: skip
        return bool(Notice.objects.bulk_create([made], ignore_conflicts=True))
    if row.mark >= news.mark:
        return False
    due = max(now, row.told_at + GAPS[Notice.Route(news.route)]) if row.told_at else now
    same = Notice.objects.filter(pk=row.pk, mark__lt=news.mark)
    return bool(same.update(mark=news.mark, due_at=due, ends_at=news.ends_at, tries=0))


def note_test(member: int | None, route: str, subject: str) -> None:
    """By the way that real ones go."""
    now = timezone.now()
    note([News(member, route, Event.TEST, subject, milliseconds(now) or 0, now + RECENT)], now)


def claim(now: datetime) -> list[int]:
    """Keys of a batch that is due. Whoever claims it and dies keeps it for LEASE only."""
    waiting = Notice.objects.filter(due_at__isnull=False)
    due = waiting.filter(Q(claimed_until=None) | Q(claimed_until__lte=now), due_at__lte=now).order_by("due_at")
    if not due.exists():  # a transaction takes SQLite's lock, also for nothing
        return []
    if waiting.filter(claimed_until__gt=now).values("claimed_until").distinct().count() >= BATCHES:
        return []
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        pks = list(due.values_list("pk", flat=True)[:BATCH])
        Notice.objects.filter(pk__in=pks).update(claimed_until=now + LEASE)
    return pks


@dataclass(frozen=True, slots=True)
class Job:
    """One way to one reader. `send` touches no database: it runs beside others, outside of any transaction."""

    notice: Notice
    by: str
    send: Callable[[], Outcome]
    subscription: PushSubscription | None = None
    robot: Robot | None = None


def deliver(pks: list[int]) -> int:
    """Called by Celery. Returns how many attempts there were."""
    notices = list(Notice.objects.filter(pk__in=pks, due_at__isnull=False).select_related("member"))
    jobs = _one_text_each([job for notice in notices for job in jobs_of(notice)])
    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(_outcome, jobs))
    now = timezone.now()
    for job, outcome in zip(jobs, outcomes, strict=True):
        _record(job, outcome, now)
    for notice in notices:
        mine = [outcome for job, outcome in zip(jobs, outcomes, strict=True) if job.notice is notice]
        _finish(notice, mine, now)
    if any(outcome.is_gone for outcome in outcomes):
        settle()
    return len(jobs)


def _one_text_each(jobs: list[Job]) -> list[Job]:
    """Two sessions that ask at once are one text message."""
    firsts = {job.notice.member_id: job for job in reversed(jobs) if job.by == elsewhere.SMS}
    return [job for job in jobs if job.by != elsewhere.SMS or firsts[job.notice.member_id] is job]


def jobs_of(notice: Notice) -> list[Job]:
    now = timezone.now()
    if notice.ends_at and notice.ends_at <= now:
        return []
    if notice.route == Notice.Route.ROBOT:
        return list(_messages(notice, now))
    ttl = int((notice.ends_at - now).total_seconds()) if notice.ends_at else TTL_SECONDS
    return list(_pushes(notice, ttl))


def _messages(notice: Notice, now: datetime) -> Iterator[Job]:
    """In the language of the installation: groups are read by many."""
    with translation.override(settings.LANGUAGE_CODE):
        words = words_of(notice)
        ways = list(elsewhere.ways(notice, words, now)) if words else []
    for by, send, robot in ways:
        yield Job(notice, by, send, robot=robot)


def _pushes(notice: Notice, ttl: int) -> Iterator[Job]:
    for row in PushSubscription.objects.filter(member=notice.member_id):
        with translation.override(row.language):
            words = words_of(notice)
        if words is not None:
            yield Job(notice, str(Notice.Route.PUSH.label), partial(push, row, words, ttl), row)


def _outcome(job: Job) -> Outcome:
    try:
        return job.send()
    except Exception as error:
        logger.exception("notice %s could not be sent", job.notice.pk)
        return Outcome(False, f"{type(error).__name__}: {error}"[:300])


def _record(job: Job, outcome: Outcome, now: datetime) -> None:
    if outcome.is_gone and job.subscription:
        PushSubscription.objects.filter(pk=job.subscription.pk, endpoint=job.subscription.endpoint).delete()
    if job.robot:
        news = {"told_at": now, "remark": ""} if outcome.is_delivered else {"failed_at": now, "remark": _plain(outcome)}
        Robot.objects.filter(pk=job.robot.pk).update(**news)
    NoticeDelivery.objects.create(
        at=now,
        member=job.notice.member,
        event=job.notice.event,
        by=job.by[:80],
        is_delivered=outcome.is_delivered,
        remark=_plain(outcome),
    )


def _plain(outcome: Outcome) -> str:
    return outcome.remark.replace("\0", "")[:300]


def _finish(notice: Notice, outcomes: list[Outcome], now: datetime) -> None:
    """Told, or nothing to tell; or once more where it may help. What happened meanwhile stays to be told."""
    done = {"claimed_until": None} | ({"told_at": now} if outcomes else {})
    again = any(each.may_retry for each in outcomes) and not any(each.is_delivered for each in outcomes)
    due = now + RETRIES[notice.tries] if again and notice.tries < len(RETRIES) else None
    same = Notice.objects.filter(pk=notice.pk)
    if not same.filter(mark=notice.mark).update(due_at=due, tries=notice.tries + 1, **done):
        same.update(**done)


def forget_old(now: datetime) -> int:
    """What nobody needs any more."""
    told = Notice.objects.filter(due_at=None, told_at__lt=now - KEPT).delete()[0]
    moot = Notice.objects.filter(due_at=None, told_at=None, ends_at__lt=now - KEPT).delete()[0]
    return told + moot + NoticeDelivery.objects.filter(at__lt=now - DELIVERIES_KEPT).delete()[0]

"""Publishing: the draft becomes what visitors talk to. Each action takes the lock of the bot's settings first, so
that two admins publish and roll back one after the other."""

import logging
import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chatbot import background, released
from chatbot.knowledge import is_chitchat, prepared
from chatbot.models import Release, Strategy
from chatbot.snapshots import Snapshot, digest_of, draft_snapshot

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)  # a process that takes longer to prepare a release is taken for dead
MOST_ATTEMPTS = 3


def publish(note: str = "", now: datetime | None = None) -> Release:
    """`begin_publishing` and the work, at once. Returns the release, published or failed."""
    return complete(begin_publishing(note, now, in_background=False))


def begin_publishing(note: str = "", now: datetime | None = None, *, in_background: bool = True) -> Release:
    """The draft as an immutable snapshot in the state 发布中 (B33, B34); visitors get it once it is prepared.
    Raises ValidationError while the bot is off, for a release without entries, or thresholds out of order."""
    with transaction.atomic():
        strategy = _locked_strategy()
        if not strategy.is_enabled:
            raise ValidationError(_("Switch the bot on before publishing."))
        strategy.check_thresholds()
        snapshot = draft_snapshot()
        if all(is_chitchat(row) for row in snapshot["entries"]):
            raise ValidationError(_("There is no enabled entry in the Q&A library: nothing to publish."))
        return _begin(snapshot, note, now or timezone.now(), in_background=in_background)


def roll_back(release: Release, now: datetime | None = None) -> Release:
    """A new release with the snapshot of an old one (A73), prepared at once. The draft stays as it is.
    Raises ValidationError for a release that was never published, or whose snapshot is in force already."""
    with transaction.atomic():
        _locked_strategy()
        if release.state != Release.State.PUBLISHED:
            raise ValidationError(_("Only a published release can come back."))
        newest = Release.objects.exclude(state=Release.State.FAILED).only("digest").first()
        if newest and newest.digest == digest_of(release.snapshot):
            raise ValidationError(_("Visitors talk to exactly this release already."))
        now = now or timezone.now()
        back = _begin(release.snapshot, "", now, in_background=False, restores=release)
    return complete(back)


def complete(release: Release) -> Release:
    """Prepares a release and puts it in force; a failure is recorded, and the release before stays in force."""
    claimed = Release.objects.filter(pk=release.pk, state=Release.State.PUBLISHING)
    try:
        known = prepared(release.pk, release.snapshot, fetch=True)
    except Exception as error:
        logger.exception("release %s failed", release.version)
        claimed.update(state=Release.State.FAILED, failure=f"{type(error).__name__}: {error}"[:500])
    else:
        if claimed.update(state=Release.State.PUBLISHED):
            transaction.on_commit(lambda: released.adopt(known))
    release.refresh_from_db(fields=["state", "failure"])
    return release


def complete_unfinished(now: datetime) -> int:
    """Takes up releases whose process died while it prepared them (promise 5); gives up after MOST_ATTEMPTS."""
    stale = Release.objects.filter(state=Release.State.PUBLISHING, claimed_at__lte=now - LEASE)
    done = 0
    for release in stale.order_by("pk"):
        held = Release.objects.filter(pk=release.pk, state=Release.State.PUBLISHING, claimed_at=release.claimed_at)
        if release.attempts >= MOST_ATTEMPTS:
            done += held.update(state=Release.State.FAILED, failure=str(_("The server stopped while publishing.")))
        elif held.update(claimed_at=now, attempts=release.attempts + 1):
            background.submit(complete, release)
            done += 1
    return done


def version_of(now: datetime) -> str:
    """V, year, month without zero, day, HHMMSS and 8 digits (B36)."""
    local = timezone.localtime(now)
    return f"V{local.year}{local.month}{local:%d%H%M%S}{secrets.randbelow(10**8):08d}"


def _locked_strategy() -> Strategy:
    Strategy.get_solo()  # makes the row
    return Strategy.objects.select_for_update().get()


def _begin(
    snapshot: Snapshot, note: str, now: datetime, *, in_background: bool, restores: Release | None = None
) -> Release:
    release = Release.objects.create(
        version=version_of(now),
        note=note,
        published_at=now,
        state=Release.State.PUBLISHING,
        claimed_at=now,
        restores=restores,
        snapshot_at=restores.snapshot_at if restores else now,
        digest=digest_of(snapshot),
        snapshot=snapshot,
    )
    if in_background:
        transaction.on_commit(lambda: background.submit(complete, release))
    return release

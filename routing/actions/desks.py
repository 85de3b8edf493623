"""What agents do with their desks: statuses, limits, coming, leaving, being lost."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.logins import end_login
from accounts.models import Member
from routing import bell
from routing.actions.legs import give_sessions_back
from routing.models import Desk, Reception, RestReason, Status, StatusChange
from routing.models.desk import REASON_LENGTH, DeskQuerySet
from sessions_flow import live
from sessions_flow.live.publish import tell_member_after_commit
from sessions_flow.models.settings import current
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError

logger = logging.getLogger(__name__)
STOP_NOT_READY = "stopNotReady"  # S24: back to free (A15)
Cause = StatusChange.Cause


def desk_of(member: Member) -> Desk:
    """The member's desk, made on his first day."""
    desk, _made = Desk.objects.get_or_create(member=member, defaults={"limit": current(Reception).limit})
    return desk


def change_status(desks: DeskQuerySet, member_id: int, status: str, cause: str, now: datetime, **fields: Any) -> bool:
    """Compare-and-set: only if `desks` still holds the member's. Writes the history, tells his connections."""
    changed = {"status": status, "reason": "", "since": now, "lost_status": "", "wrap_until": None, **fields}
    if not desks.filter(member=member_id).update(**changed):
        return False
    StatusChange.objects.create(member_id=member_id, status=status, reason=changed["reason"], cause=cause, at=now)
    tell_member_after_commit(member_id, {"op": "event", "event": "statusChanged", "status": status})
    live.ring_after_commit([member_id])
    bell.ring_after_commit()
    return True


def set_status(member: Member, status: str, reason: str = "") -> None:
    """W15 to W18, A50: running sessions stay, except that 下线 gives them back to the queue (A49).

    Raises ProtocolError for an unknown status or reason; stopNotReady only ends notReady (A15).
    """
    now = timezone.now()
    desk = desk_of(member)
    if status == Status.OFFLINE:
        go_offline(member, now)
    elif status == STOP_NOT_READY:
        if desk.status != Status.NOT_READY:
            raise ProtocolError(errors.BAD_DATA, _("You are not in the status “not ready”."))
        _choose(member, Status.FREE, "", now)
    elif status in Status.values:
        _choose(member, status, reason_of(reason) if status == Status.REST else "", now)
    else:
        raise ProtocolError(errors.BAD_DATA, _("Unknown status."))


def _choose(member: Member, status: str, reason: str, now: datetime) -> None:
    change_status(Desk.objects.all(), member.pk, status, Cause.CHOSEN, now, reason=reason, seen_at=now)


def reason_of(said: str) -> str:
    """A configured reason by its stored name or by what people read (A98); none is allowed (S24)."""
    said = said.strip()[:REASON_LENGTH]
    known = {}
    for row in RestReason.objects.all():
        known[row.name] = known[row.label] = row.name
    if said and said not in known:
        choices = ", ".join(row.label for row in RestReason.objects.all())
        raise ProtocolError(
            errors.BAD_DATA, _("Unknown reason of a rest. Choose one of: %(choices)s") % {"choices": choices}
        )
    return known.get(said, "")


def lower_limit(member: Member, limit: int | None) -> None:
    """A111: an agent may lower his own limit, not raise it above the admin's. None: as the admin set it."""
    desk = desk_of(member)
    most = desk.admin_limit or current(Reception).limit
    if limit is not None and not 1 <= limit <= most:
        raise ProtocolError(errors.BAD_DATA, _("Your limit must be between 1 and %(most)s.") % {"most": most})
    audit.update_rows(Desk.objects.filter(pk=desk.pk), own_limit=None if limit == most else limit)
    Desk.objects.filter(pk=desk.pk).apply_limits(current(Reception).limit)
    live.ring_after_commit([member.pk])
    bell.ring_after_commit()


def take_seat(member: Member, login: str, is_opening: bool) -> bool:
    """One place of login (T18, A51, A110): a login session that opens the workbench takes the place of another, whose
    sockets are closed; an agent's older login ends altogether, an admin's may still be in the console.

    False for a connection of the older login that merely comes back.
    """
    desk = desk_of(member)
    if desk.place == login:
        return True
    if desk.place and not is_opening:
        return False
    Desk.objects.filter(pk=desk.pk).update(place=login)
    if desk.place and not member.is_admin:
        end_login(desk.place)
    live.ring_after_commit([member.pk])
    return True


def is_displaced(member: Member, login: str) -> bool:
    """Somebody has logged in elsewhere since."""
    place = Desk.objects.filter(member=member).values_list("place", flat=True).first()
    return bool(place) and place != login


def arrive(member: Member, is_opening: bool) -> None:
    """Opening the workbench sets an agent 示闲 (W9); admins serve when they say so (A84). Coming back keeps the status,
    or restores what was lost (A96, A109); who chose 下线 stays so."""
    desk, now = desk_of(member), timezone.now()
    wanted = desk.lost_status or (Status.FREE if is_opening and not member.is_admin else "")
    if desk.status == Status.OFFLINE and wanted:
        cause = Cause.RETURNED if desk.lost_status else Cause.ENTERED
        away = Desk.objects.filter(status=Status.OFFLINE)
        change_status(away, member.pk, wanted, cause, now, reason=desk.reason, seen_at=now)
    else:
        Desk.objects.filter(pk=desk.pk).update(seen_at=now)


def go_offline(member: Member, now: datetime, cause: str = Cause.CHOSEN) -> None:
    """His sessions go back to the queue with their waiting time; no assignments from now on."""
    desk_of(member)
    change_status(Desk.objects.all(), member.pk, Status.OFFLINE, cause, now)
    give_sessions_back(member, now)


def lose(desk: Desk, unseen_since: datetime, now: datetime) -> bool:
    """Nobody has seen the agent since then. False when he came back meanwhile, or somebody was faster.

    The reason of a rest is kept for his return.
    """
    gone = Desk.objects.filter(seen_at__lt=unseen_since, status=desk.status)
    lost = {"lost_status": desk.status, "reason": desk.reason}
    if not change_status(gone, desk.member_id, Status.OFFLINE, Cause.LOST, now, **lost):
        return False
    give_sessions_back(desk.member, now)
    return True


def wake_by_push(member_ids: Collection[int]) -> int:
    """Exactly these members can be woken where they work: they are present while their phone sleeps (promise 8).
    Returns how many desks that changed."""
    wrong = Desk.objects.filter(Q(has_push=True) & ~Q(member__in=member_ids) | Q(has_push=False, member__in=member_ids))
    if not wrong.exists():
        return 0
    with transaction.atomic():
        desks = list(wrong.in_order().only("pk", "has_push"))
        Desk.objects.filter(pk__in=[desk.pk for desk in desks if desk.has_push]).update(has_push=False)
        Desk.objects.filter(pk__in=[desk.pk for desk in desks if not desk.has_push]).update(has_push=True)
    return len(desks)


def wrap_up(member_id: int, now: datetime) -> None:
    """话后整理 after a session's end, where a setting gives time for it and he is 示闲 (A14)."""
    seconds = current(Reception).wrap_up_seconds
    if seconds:
        free = Desk.objects.filter(status=Status.FREE)
        change_status(free, member_id, Status.ARRANGE, Cause.ENDED, now, wrap_until=now + timedelta(seconds=seconds))


def stop_wrapping_up(now: datetime) -> int:
    """The wrap-up time is over: back to 示闲, unless he chose something else meanwhile."""
    due = Desk.objects.filter(status=Status.ARRANGE, wrap_until__lte=now)
    members = list(due.values_list("member_id", flat=True))
    return sum(change_status(due, member_id, Status.FREE, Cause.OVER, now) for member_id in members)

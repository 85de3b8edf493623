"""Codes sent to phones: six digits, five minutes, one a minute, so many a day, few attempts (A81).

A code belongs to the browser that asked for it: its row is named by that HTTP session, so that nobody else can try it,
or use up its attempts.
"""

import secrets
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Member, PhoneCode

LIFETIME, RESEND, DAY = timedelta(minutes=5), timedelta(seconds=60), timedelta(days=1)
PER_PHONE, PER_NETWORK = 10, 50  # a day
ATTEMPTS = 5


class CodeRefused(Exception):
    """The text is for the person who asked."""


def make(phone: str, purpose: str, member: Member | None, network: str, now: datetime) -> tuple[PhoneCode, str]:
    """The stored code and its six digits, for whoever sends them. Without a member there are none, but the same limits
    hold. Raises CodeRefused.

    The row is written before the limits are counted: of two at once at most one is sent.
    """
    PhoneCode.objects.filter(sent_at__lt=now - DAY).delete()
    row = PhoneCode.objects.create(phone=phone, purpose=purpose, member=member, network=network, sent_at=now)
    reason = _too_many(row, now)
    if reason:
        row.delete()
        raise CodeRefused(reason)
    code = f"{secrets.randbelow(10**6):06d}" if member else ""
    if code:
        row.digest = _digest(row, code)
        row.save(update_fields=["digest"])
    return row, code


def seconds_to_wait(row: PhoneCode, now: datetime) -> int:
    """Until the phone may get another one."""
    return max(0, round((row.sent_at + RESEND - now).total_seconds()))


def _too_many(row: PhoneCode, now: datetime) -> str:
    others = PhoneCode.objects.filter(phone=row.phone).exclude(pk=row.pk)
    last = others.filter(sent_at__gt=now - RESEND).order_by("-sent_at").first()
    if last:
        wait = max(1, seconds_to_wait(last, now))
        said = ngettext(
            "Wait %(count)d second before you ask again.", "Wait %(count)d seconds before you ask again.", wait
        )
        return said % {"count": wait}
    if others.count() >= PER_PHONE:
        return _("This phone got too many codes today. Try again tomorrow.")
    if row.network and PhoneCode.objects.filter(network=row.network).count() > PER_NETWORK:
        return _("Too many codes were asked for from here today. Try again tomorrow.")
    return ""


def use(pk: object, purpose: str, said: str, now: datetime) -> PhoneCode:
    """The row whose code was said, once. The attempt is counted before it is judged. Raises CodeRefused."""
    live = Q(purpose=purpose, used_at=None, attempts__lt=ATTEMPTS, sent_at__gt=now - LIFETIME)
    pk = pk if isinstance(pk, int) else 0
    if not PhoneCode.objects.filter(live, pk=pk).update(attempts=F("attempts") + 1):
        raise CodeRefused(_("This code no longer works. Ask for a new one."))
    row = PhoneCode.objects.select_related("member").get(pk=pk)
    is_right = constant_time_compare(row.digest, _digest(row, said.strip()))
    if not is_right or not PhoneCode.objects.filter(pk=row.pk, used_at=None).update(used_at=now):
        raise CodeRefused(_("The code is wrong."))
    return row


def _digest(row: PhoneCode, code: str) -> str:
    return salted_hmac("phone-code", f"{row.pk}:{row.phone}:{code}", algorithm="sha256").hexdigest()

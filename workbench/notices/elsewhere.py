"""The ways outside of browsers: robots of group chats, and text messages to the agent's own phone."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import sms
from accounts.models import Member
from sessions_flow.models.settings import current
from workbench.models import Event, Notice, NoticeChoice, NoticeDelivery, NoticeRules, Robot
from workbench.notices.push import Outcome
from workbench.notices.robots import tell
from workbench.notices.words import Words

SMS = "SMS"
SMS_GAP = timedelta(minutes=1)  # of one member; each one costs
Way = tuple[str, Callable[[], Outcome], Robot | None]


def is_set_up() -> bool:
    return has_sms() or robots().exists()


def robots() -> QuerySet[Robot]:
    return Robot.objects.filter(is_enabled=True).exclude(sealed_address="")


def has_sms() -> bool:
    return current(NoticeRules).sends_sms and sms.is_set_up()


def is_told(member: Member) -> bool:
    """He has not said that he does not want it."""
    return not NoticeChoice.objects.filter(member=member, is_told_elsewhere=False).exists()


def choose(member: Member, told: bool) -> None:
    NoticeChoice.objects.update_or_create(member=member, defaults={"is_told_elsewhere": told})


def ways(notice: Notice, words: Words, now: datetime) -> Iterator[Way]:
    """Name, what sends it, and the robot if it is one. Nothing of it touches the database."""
    text, phone = _text(notice.member, words), notice.member.phone if notice.member else ""
    for robot in _meant(notice):
        yield f"{robot.get_kind_display()} · {robot.name}", partial(tell, robot, text, phone), robot
    if phone and has_sms() and not _texted(notice.member, now):
        yield SMS, partial(_send_sms, phone, " ".join(part for part in (words.title, words.body) if part)), None


def _meant(notice: Notice) -> QuerySet[Robot]:
    """All, but for the test of one."""
    return Robot.objects.filter(pk=int(notice.subject)) if notice.event == Event.TEST else robots()


def _texted(member: Member | None, now: datetime) -> bool:
    return NoticeDelivery.objects.filter(member=member, by=SMS, at__gt=now - SMS_GAP).exists()


def _send_sms(phone: str, text: str) -> Outcome:
    try:
        sms.send_text(phone, text)
    except sms.SmsFailed as error:
        return Outcome(False, str(error))
    return Outcome(True)


def _text(member: Member | None, words: Words) -> str:
    """For whom, what, and where to go."""
    query = f"?open={words.session}" if words.session else ""
    address = f"{settings.PUBLIC_URL}{reverse('workbench:home')}{query}"
    first = f"【{member.nickname}】{words.title}" if member else words.title
    return "\n".join(line for line in (first, words.body, _("Open: %(address)s") % {"address": address}) if line)

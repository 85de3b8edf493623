"""话后小结 over the workbench's socket: after the end, of the session that one served."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Member
from routing.models import Assignment
from sessions_flow.models import Session
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError
from workbench.models import WrapUp, WrapUpCategory
from workbench.models.wrapup import LONGEST_REMARK

Frame = dict[str, Any]


def shown(member: Member, session: Session) -> Frame:
    """The categories to choose from, and what he has written."""
    found = WrapUp.objects.filter(assignment=_leg(member, session)).first() or WrapUp()
    names = list(WrapUpCategory.objects.values_list("name", flat=True))
    return {"categories": names, "category": found.category, "remark": found.remark}


def save(member: Member, session: Session, frame: Frame) -> None:
    leg = _leg(member, session)
    category, remark = (str(frame.get(name) or "").strip() for name in ("category", "remark"))
    if category and not WrapUpCategory.objects.filter(name=category).exists():
        raise ProtocolError(errors.BAD_DATA, _("This category does not exist."))
    if not (category or remark) or "\0" in remark:
        raise ProtocolError(errors.BAD_DATA, _("Choose a category or write a remark."))
    if len(remark) > LONGEST_REMARK:
        raise ProtocolError(errors.TOO_LARGE, _("The remark is longer than %(n)s characters.") % {"n": LONGEST_REMARK})
    WrapUp.objects.update_or_create(assignment=leg, defaults={"category": category, "remark": remark})


def _leg(member: Member, session: Session) -> Assignment:
    """His newest leg of it, once it has ended."""
    legs = Assignment.objects.filter(session=session, member=member, accepted_at__isnull=False)
    leg = legs.order_by("-offered_at").first()
    if leg is None:
        raise ProtocolError(errors.NOT_FOUND, _("This session does not exist."))
    if leg.ended_at is None:
        raise ProtocolError(errors.BAD_DATA, _("The session has not ended yet."))
    return leg

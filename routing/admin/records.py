"""The legs of a session on its page in the console."""

from django.utils.translation import gettext as _

from accounts.admin.base import duration, when
from routing.admin.supervision import supervision
from routing.models import Assignment
from sessions_flow.admin import Panel, panels
from sessions_flow.models import Session


def legs(session: Session) -> Panel:
    """Who was given the session, one row a leg."""
    headers = [_("agent"), _("given"), _("service state"), _("how"), _("service time"), _("note")]
    found = Assignment.objects.filter(session=session).select_related("member").order_by("pk")
    rows = [
        [
            leg.member,
            when(leg.offered_at)[5:16],
            leg.get_outcome_display(),
            leg.get_origin_display() if leg.member_id else "",
            duration(leg.served_seconds),
            leg.note,
        ]
        for leg in found
    ]
    return Panel(_("Service records"), headers, rows, supervision(session))


panels.append(legs)

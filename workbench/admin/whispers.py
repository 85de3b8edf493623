"""What supervisors and agents whispered, below a session's facts in the console; and the way to read it along."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.admin.base import when
from sessions_flow.admin import Panel, panels
from sessions_flow.models import Session, State
from workbench.models import Whisper


def whispered(session: Session) -> Panel:
    found = Whisper.objects.filter(session=session).select_related("member", "agent")
    rows = [[row.member, row.agent, row.text, when(row.at)] for row in found]
    page = f"{reverse('workbench:monitor')}?session={session.session_id}"
    links = [(_("Read along"), page)] if session.state != State.ENDED else []
    return Panel(_("Whispers"), [_("member"), _("agent"), _("whisper"), _("at")], rows, links)


panels.append(whispered)

"""What a notice says, read when it is sent: nothing, once there is nothing to tell any more."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from routing.models import Assignment, Waiting
from sessions_flow.models import LeftMessage
from sessions_flow.models.settings import current
from workbench.models import Event, Notice, NoticeRules
from workbench.snapshot import worded

LONGEST = 120


@dataclass(frozen=True, slots=True)
class Words:
    """`tag`: a newer notice with the same one replaces it. `session`: what opens when it is clicked."""

    title: str
    body: str
    tag: str
    session: str = ""
    actions: tuple[tuple[str, str], ...] = field(default=())

    def as_payload(self) -> dict[str, Any]:
        actions = [{"action": name, "title": title} for name, title in self.actions]
        return {"title": self.title, "body": self.body, "tag": self.tag, "session": self.session, "actions": actions}


def words_of(notice: Notice) -> Words | None:
    """In the active language."""
    return SAID[notice.event](notice)


def _shown(said: str) -> str:
    """What visitors wrote, where the settings allow it."""
    return worded(said)[:LONGEST] if current(NoticeRules).shows_text else ""


def _line(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _leg(notice: Notice, legs: Any) -> Assignment | None:
    related = legs.select_related("session__conversation__visitor", "session__conversation__channel", "given_by")
    leg: Assignment | None = related.filter(member=notice.member_id, session__session_id=notice.subject).first()
    return leg


def _offer(notice: Notice) -> Words | None:
    leg = _leg(notice, Assignment.objects.offered())
    if leg is None:
        return None
    name = leg.session.conversation.visitor.display_name
    title = _("{name} asks to be served")
    if leg.given_by:
        title = _("{from} transfers {name} to you").replace("{from}", leg.given_by.nickname)
    actions = (("accept", _("Accept")),)
    return Words(title.replace("{name}", name), _about(leg), notice.subject, notice.subject, actions)


def _session(notice: Notice) -> Words | None:
    leg = _leg(notice, Assignment.objects.running())
    if leg is None:
        return None
    title = _("New session: {name}").replace("{name}", leg.session.conversation.visitor.display_name)
    return Words(title, _about(leg), notice.subject, notice.subject)


def _about(leg: Assignment) -> str:
    conversation = leg.session.conversation
    return _line(leg.group_name, conversation.channel.name, _shown(conversation.preview))


def _message(notice: Notice) -> Words | None:
    leg = _leg(notice, Assignment.objects.running().filter(session__conversation__unread__gt=0))
    if leg is None:
        return None
    conversation = leg.session.conversation
    count = ngettext("%(n)d new message", "%(n)d new messages", conversation.unread) % {"n": conversation.unread}
    body = _shown(conversation.preview) or count
    return Words(conversation.visitor.display_name, body, notice.subject, notice.subject)


def _left(notice: Notice) -> Words | None:
    left = LeftMessage.objects.open().filter(pk=notice.mark).select_related("conversation__visitor").first()
    if left is None:
        return None
    title = _("%(name)s left a message") % {"name": left.conversation.visitor.display_name}
    return Words(title, _shown(left.text), Event.LEFT)


def _queue(notice: Notice) -> Words | None:
    rows = Waiting.objects.in_line().select_related("group")
    rows = rows.filter(group=int(notice.subject) if notice.subject else None)
    first, count = rows.first(), rows.count()
    if first is None or count <= current(NoticeRules).queue_longer_than:
        return None
    where = first.group.name if first.group else _("All agents")
    title = ngettext("%(n)d person is waiting", "%(n)d people are waiting", count) % {"n": count}
    return Words(title, where, f"{Event.QUEUE}-{notice.subject}")


def _test(notice: Notice) -> Words:
    return Words(_("Notices work"), _("This is what a new session or message looks like."), Event.TEST)


SAID: dict[str, Callable[[Notice], Words | None]] = {
    Event.OFFER: _offer,
    Event.SESSION: _session,
    Event.MESSAGE: _message,
    Event.LEFT: _left,
    Event.QUEUE: _queue,
    Event.TEST: _test,
}

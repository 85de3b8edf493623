"""Quick replies over the workbench's socket: everybody's to use, one's own to change (W31, A93)."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Member
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError
from workbench.models import QuickFolder, QuickReply
from workbench.models.quick import LONGEST_CONTENT, LONGEST_NAME, LONGEST_TITLE, MOST
from workbench.words import number, words

Frame = dict[str, Any]


def listed(member: Member, frame: Frame) -> Frame:
    """Own folders first; `staff` fills in the variables."""
    folders = QuickFolder.objects.readable_by(member).prefetch_related("replies")
    rows = sorted(folders, key=lambda folder: folder.owner_id is None)
    return {
        "folders": [_folder(folder) for folder in rows],
        "staff": {"name": member.nickname, "no": member.staff_no},
    }


def _folder(folder: QuickFolder) -> Frame:
    replies = [reply.as_wire() for reply in folder.replies.all()]
    return {"id": folder.pk, "name": folder.name, "shared": folder.owner_id is None, "replies": replies}


def save(member: Member, frame: Frame) -> Frame:
    """A new one, or with `reply` that one changed. A folder that does not exist yet is made, an empty one goes."""
    title = words(frame, "title", _("The title"), LONGEST_TITLE)
    content = words(frame, "content", _("The content"), LONGEST_CONTENT)
    name = words(frame, "folder", _("The folder"), LONGEST_NAME)
    with transaction.atomic():
        Member.objects.select_for_update().get(pk=member.pk)  # two tabs do not exceed the limit together
        reply = _own(member, frame["reply"]) if frame.get("reply") else QuickReply()
        if reply.pk is None and QuickReply.objects.filter(folder__owner=member).count() >= MOST:
            raise ProtocolError(errors.BAD_DATA, _("You have %(n)s quick replies, which is the most.") % {"n": MOST})
        reply.folder, _made = QuickFolder.objects.get_or_create(owner=member, name=name)
        reply.title, reply.content = title, content
        reply.save()
        _drop_empty(member)
    return {"reply": reply.pk}


def delete(member: Member, frame: Frame) -> None:
    _own(member, frame.get("reply")).delete()
    _drop_empty(member)


def used(member: Member, frame: Frame) -> None:
    """Counts one use of a reply that he may use."""
    folders = QuickFolder.objects.readable_by(member)
    found = QuickReply.objects.filter(pk=number(frame.get("reply")), folder__in=folders)
    if not found.update(used=F("used") + 1):
        raise ProtocolError(errors.NOT_FOUND, _("This quick reply does not exist."))


def _own(member: Member, said: object) -> QuickReply:
    """Shared ones are changed in the console; others' do not exist."""
    found = QuickReply.objects.filter(pk=number(said), folder__owner=member).first()
    if found is None:
        raise ProtocolError(errors.NOT_FOUND, _("This quick reply does not exist."))
    return found


def _drop_empty(member: Member) -> None:
    QuickFolder.objects.filter(owner=member, replies=None).delete()

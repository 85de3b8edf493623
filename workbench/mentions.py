"""@colleague in an internal note: he gets a badge and a list of where he was named."""

from typing import Any

from django.utils import timezone

from accounts.models import Member
from sessions_flow import live
from sessions_flow.live.publish import tell_member_after_commit
from workbench.models import NoteMention, VisitorNote

Frame = dict[str, Any]
MOST = 100


def unseen_of(member: Member) -> int:
    return NoteMention.objects.filter(member=member, seen_at=None).count()


def mention(note: VisitorNote) -> None:
    """Whom the note names by @nickname; a name that another one begins with is found where it stands alone."""
    text = note.text
    named = []
    for member in sorted(Member.objects.present().exclude(pk=note.member_id), key=lambda each: -len(each.nickname)):
        if f"@{member.nickname}" in text:
            text = text.replace(f"@{member.nickname}", "")
            named.append(member)
    NoteMention.objects.bulk_create(NoteMention(note=note, member=member) for member in named)
    for member in named:
        event = {"op": "event", "event": "mentioned", "name": note.member.nickname, "text": note.text[:100]}
        tell_member_after_commit(member.pk, event)
    if named:
        live.ring_after_commit(member.pk for member in named)


def listed(member: Member, frame: Frame) -> Frame:
    """Where he was named, newest first. What he has seen of it is noted."""
    rows = list(NoteMention.objects.filter(member=member).select_related("note__member", "note__visitor")[:MOST])
    found = [_row(row) for row in rows]
    if NoteMention.objects.filter(member=member, seen_at=None).update(seen_at=timezone.now()):
        live.ring_after_commit([member.pk])
    return {"mentions": found}


def _row(row: NoteMention) -> Frame:
    note = row.note
    visitor = {"id": note.visitor.openid, "name": note.visitor.display_name}
    wire = note.as_wire(row.member)
    return {"text": wire["text"], "by": wire["by"], "at": wire["at"], "visitor": visitor, "seen": bool(row.seen_at)}

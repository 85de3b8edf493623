"""What an agent's requests do (docs/wire.md): by `op`, a function of member and frame to the result's fields."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Group, Member
from routing import actions
from sessions_flow.actions import invite_rating
from sessions_flow.doors.frames import client_id_of
from sessions_flow.models import Session
from sessions_flow.protocol import errors
from sessions_flow.protocol.errors import ProtocolError
from workbench import dossier, finding, internal, left, mentions, quick, suggesting, translating, wrapup
from workbench.colleagues import colleagues_of
from workbench.models.whisper import LONGEST_WHISPER
from workbench.whispers import whisper, whispers_of
from workbench.words import number, words

Frame = dict[str, Any]
Act = Callable[[Member, Frame], Frame | None]


def session_of(member: Member, frame: Frame) -> Session:
    """A session that he was given, or any for a supervisor. Raises ProtocolError; others' do not exist for him.

    Whether he supervises is looked up anew: a socket may not know yet that he was demoted."""
    sessions = Session.objects.filter(session_id=_uuid(frame.get("session")))
    found = sessions.filter(assignments__member=member).first()
    if found is None and member.is_admin and supervises_now(member):
        found = sessions.first()
    if found is None:
        raise ProtocolError(errors.NOT_FOUND, _("This session does not exist."))
    return found


def supervises_now(member: Member) -> bool:
    return any(each.is_staff for each in Member.objects.filter(pk=member.pk))


def _set_status(member: Member, frame: Frame) -> None:
    actions.set_status(member, str(frame.get("status")), str(frame.get("reason") or ""))


def _set_limit(member: Member, frame: Frame) -> None:
    limit = frame.get("limit")
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool)):
        raise ProtocolError(errors.BAD_DATA, _("The limit must be a number."))
    actions.lower_limit(member, limit)


def _transfer(member: Member, frame: Frame) -> Frame:
    """`done`: it is somebody else's now; otherwise the agent asked has to accept it first."""
    session = session_of(member, frame)
    to, group = agent_of(frame.get("agent")), group_of(frame.get("group"))
    done = actions.transfer(session, member, to=to, group=group, note=str(frame.get("note") or ""))
    return {"done": done}


def agent_of(public_id: object) -> Member | None:
    if public_id in (None, ""):
        return None
    found = Member.objects.present().filter(public_id=str(public_id)).first()
    if found is None:
        raise ProtocolError(errors.NOT_FOUND, _("This agent does not exist."))
    return found


def group_of(said: object) -> Group | None:
    if said in (None, ""):
        return None
    found = Group.objects.present().filter(pk=number(said)).first()
    if found is None:
        raise ProtocolError(errors.NOT_FOUND, _("This group does not exist."))
    return found


def _assign(member: Member, frame: Frame) -> None:
    to = agent_of(frame.get("agent"))
    if to is None:
        raise ProtocolError(errors.BAD_DATA, _("Choose an agent or a group."))
    actions.assign(session_of(member, frame), member, to)


def _claim(member: Member, frame: Frame) -> Frame:
    """`session` names somebody in the queue who is not the head: recorded as out of turn."""
    wanted = None
    if frame.get("session"):
        wanted = Session.objects.filter(session_id=_uuid(frame["session"])).first()
        if wanted is None:
            raise ProtocolError(errors.NOT_FOUND, _("This session does not exist."))
    return {"session": str(actions.claim(member, wanted).session_id)}


def _uuid(said: object) -> UUID:
    try:
        return UUID(str(said))
    except ValueError:
        raise ProtocolError(errors.BAD_DATA, _("This session does not exist.")) from None


def _done(act: Callable[[Session, Member], object]) -> Act:
    def run(member: Member, frame: Frame) -> None:
        act(session_of(member, frame), member)

    return run


def _start(member: Member, frame: Frame) -> Frame:
    return {"session": str(actions.start(dossier.conversation_of(member, frame), member).session_id)}


def _complete(member: Member, frame: Frame) -> None:
    actions.complete(member, session_of(member, frame))


def _complete_all(member: Member, frame: Frame) -> None:
    actions.complete(member)


def _wrap_up(member: Member, frame: Frame) -> Frame:
    return wrapup.shown(member, session_of(member, frame))


def _save_wrap_up(member: Member, frame: Frame) -> None:
    wrapup.save(member, session_of(member, frame), frame)


def whispered(member: Member, frame: Frame) -> Frame:
    """By a supervisor to who serves, or by him."""
    text = words(frame, "text", _("The whisper"), LONGEST_WHISPER)
    return {"whisper": whisper(session_of(member, frame), member, text, client_id_of(frame)).as_wire()}


def whispers(member: Member, frame: Frame) -> Frame:
    conversation = dossier.conversation_of(member, frame)
    return {"whispers": whispers_of(member, conversation, number(frame.get("after")))}


SLOW = {"suggest", "translate"}  # they may ask a service elsewhere
ACTS: dict[str, Act] = {
    "status.set": _set_status,
    "limit.set": _set_limit,
    "offer.accept": _done(actions.accept),
    "offer.refuse": _done(actions.refuse),
    "queue.claim": _claim,
    "session.start": _start,
    "session.end": _done(actions.end_by_agent),
    "session.transfer": _transfer,
    "session.take_over": _done(actions.take_over),
    "session.assign": _assign,
    "session.complete": _complete,
    "session.complete_all": _complete_all,
    "rating.invite": _done(invite_rating),
    "notes": dossier.notes,
    "note.add": dossier.add_note,
    "note.delete": dossier.delete_note,
    "tags": dossier.tags,
    "tag.add": dossier.add_tag,
    "tag.remove": dossier.remove_tag,
    "past": dossier.past,
    "past.transcript": dossier.transcript,
    "visitor.block": dossier.block,
    "wrapup": _wrap_up,
    "wrapup.save": _save_wrap_up,
    "quick.list": quick.listed,
    "quick.save": quick.save,
    "quick.delete": quick.delete,
    "quick.used": quick.used,
    "internal.list": internal.listed,
    "internal.history": internal.history,
    "internal.post": internal.post,
    "internal.read": internal.read,
    "mentions": mentions.listed,
    "messages.search": finding.found,
    "suggest": suggesting.suggested,
    "translate": translating.translated,
    "left.list": left.listed,
    "left.claim": left.claim,
    "left.close": left.close,
    "left.reply": left.reply,
    "whisper": whispered,
    "whispers": whispers,
    "colleagues": lambda member, frame: colleagues_of(member),
}
